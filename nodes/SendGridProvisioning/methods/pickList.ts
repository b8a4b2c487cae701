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

/** Someone is waiting for the list, so no more requests are sent for it after this time. */
const TIME_LIMIT_MS = 5_000;
/** For a request that is under way at that time. */
const REQUEST_TIMEOUT_MS = 5_000;

/** What loading a list can use. */
export interface ListLoader {
	api: SendGridApi;
	timeIsUp: () => boolean;
}

/** Loads a list with a search. The editor replaces it with an error's message and description. */
export async function loadSearchResults<T>(
	context: ILoadOptionsFunctions,
	load: (loading: ListLoader) => Promise<T>,
): Promise<T> {
	const outcome = await loadInTime(context, load);
	if ('value' in outcome) return outcome.value;
	throw nodeError(context.getNode(), explain(outcome.error));
}

/**
 * Loads the choices of a menu. The editor shows only an error's message there, so the message
 * includes the description. For a NodeApiError, it would show "[object Object]".
 */
export async function loadChoices<T>(
	context: ILoadOptionsFunctions,
	load: (loading: ListLoader) => Promise<T>,
): Promise<T> {
	const outcome = await loadInTime(context, load);
	if ('value' in outcome) return outcome.value;
	const { message, description } = explain(outcome.error);
	const both = { message: `${message}. ${description}`, description: '', fromApi: false };
	throw nodeError(context.getNode(), both);
}

async function loadInTime<T>(
	context: ILoadOptionsFunctions,
	load: (loading: ListLoader) => Promise<T>,
): Promise<Outcome<T>> {
	const endsAt = clock.now() + TIME_LIMIT_MS;
	const timeIsUp = (): boolean => clock.now() >= endsAt;
	const outcome = await outcomeOf(async () => {
		const connection = await connect(context);
		const timeLimits = { timeoutMs: REQUEST_TIMEOUT_MS, maxWaitMs: TIME_LIMIT_MS };
		return await load({
			api: apiOf({ ...connection, shouldStop: timeIsUp }, timeLimits),
			timeIsUp,
		});
	});
	if (!('error' in outcome) || !ranOutOfTime(outcome.error)) return outcome;
	const { failure } = outcome.error;
	return { error: timeoutRefusal(failure.kind === 'wait' ? failure.waitMs : undefined) };
}

function timeoutRefusal(waitMs: number | undefined): Refusal {
	return new Refusal(
		waitMs === undefined
			? `The list did not load within ${TIME_LIMIT_MS / 1000} seconds`
			: `SendGrid’s rate limit asks to wait ${Math.ceil(waitMs / 1000)} s before the list can be loaded`,
		'SendGrid is slow, or other workflows use up its rate limit. Load the list again later, or enter the value yourself.',
	);
}
