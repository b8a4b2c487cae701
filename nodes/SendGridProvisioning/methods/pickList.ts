import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { connect } from '../transport/api';
import { apiOf } from '../transport/send';
import type { SendGridApi } from '../transport/send';
import { attempt } from '../domain/attempt';
import type { Outcome } from '../domain/attempt';
import { explain, nodeError } from '../transport/errors';

/** Somebody is looking at the list while it loads. */
const PATIENCE = { timeoutMs: 10_000, maxWaitMs: 5_000 };

/** Loads a list that is searched; the editor shows a failure's message and description in its place. */
export async function searched<T>(
	context: ILoadOptionsFunctions,
	load: (api: SendGridApi) => Promise<T>,
): Promise<T> {
	const outcome = await loaded(context, load);
	if ('value' in outcome) return outcome.value;
	throw nodeError(context.getNode(), explain(outcome.error));
}

/**
 * Loads the choices of a menu. Beside a menu the editor has a message alone, so it says both. Of a
 * NodeApiError it would show "[object Object]".
 */
export async function choices<T>(
	context: ILoadOptionsFunctions,
	load: (api: SendGridApi) => Promise<T>,
): Promise<T> {
	const outcome = await loaded(context, load);
	if ('value' in outcome) return outcome.value;
	const { message, description } = explain(outcome.error);
	const both = { message: `${message}. ${description}`, description: '', fromApi: false };
	throw nodeError(context.getNode(), both);
}

async function loaded<T>(
	context: ILoadOptionsFunctions,
	load: (api: SendGridApi) => Promise<T>,
): Promise<Outcome<T>> {
	return await attempt(async () => await load(apiOf(await connect(context), PATIENCE)));
}
