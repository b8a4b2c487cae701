import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import type { Outcome } from '../domain/outcome';
import { Refusal } from '../domain/refusal';
import { clock } from '../transport/clock';
import { connect } from '../transport/connection';
import { apiOf } from '../transport/client';
import type { SendGridApi } from '../transport/client';
import { explain } from '../transport/errors/explain';
import { nodeError } from '../transport/errors/nodeError';
import { ranOutOfTime } from '../transport/errors/failure';

/** Somebody is looking at the list while it loads: after this time no more is sent for it. */
const LOADING_MS = 5_000;
/** For a request that is under way then. */
const TIMEOUT_MS = 5_000;

/** What a list is loaded with. */
export interface Loading {
	api: SendGridApi;
	timeIsUp: () => boolean;
}

/** Loads a list that is searched; the editor shows a failure's message and description in its place. */
export async function searched<T>(
	context: ILoadOptionsFunctions,
	load: (loading: Loading) => Promise<T>,
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
	load: (loading: Loading) => Promise<T>,
): Promise<T> {
	const outcome = await loaded(context, load);
	if ('value' in outcome) return outcome.value;
	const { message, description } = explain(outcome.error);
	const both = { message: `${message}. ${description}`, description: '', fromApi: false };
	throw nodeError(context.getNode(), both);
}

async function loaded<T>(
	context: ILoadOptionsFunctions,
	load: (loading: Loading) => Promise<T>,
): Promise<Outcome<T>> {
	const endsAt = clock.now() + LOADING_MS;
	const timeIsUp = (): boolean => clock.now() >= endsAt;
	const outcome = await outcomeOf(async () => {
		const connection = await connect(context);
		const patience = { timeoutMs: TIMEOUT_MS, maxWaitMs: LOADING_MS };
		return await load({ api: apiOf({ ...connection, abandoned: timeIsUp }, patience), timeIsUp });
	});
	if (!('error' in outcome) || !ranOutOfTime(outcome.error)) return outcome;
	const { failure } = outcome.error;
	return { error: tooLate(failure.kind === 'wait' ? failure.waitMs : undefined) };
}

function tooLate(waitMs: number | undefined): Refusal {
	return new Refusal(
		waitMs === undefined
			? `The list did not load within ${LOADING_MS / 1000} seconds`
			: `SendGrid’s rate limit asks to wait ${Math.ceil(waitMs / 1000)} s before the list can be loaded`,
		'SendGrid is slow, or other workflows use up its rate limit. Load the list again later, or enter the value yourself.',
	);
}
