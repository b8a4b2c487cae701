import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { connect } from '../transport/api';
import { apiOf } from '../transport/send';
import type { SendGridApi } from '../transport/send';
import { attempt } from '../domain/attempt';
import { explain, nodeError } from '../transport/errors';

/** Somebody is looking at the list while it loads. */
const PATIENCE = { timeoutMs: 10_000, maxWaitMs: 5_000 };

/** Loads a pick list; a failure becomes an error that the editor can show. */
export async function withApi<T>(
	context: ILoadOptionsFunctions,
	load: (api: SendGridApi) => Promise<T>,
): Promise<T> {
	const outcome = await attempt(async () => await load(apiOf(await connect(context), PATIENCE)));
	if ('value' in outcome) return outcome.value;
	throw nodeError(context.getNode(), explain(outcome.error));
}
