import { outcomeOf } from '../domain/outcome';
import type { Call } from './call';
import type { CallTraits } from './callTraits';
import type { SendGridApi } from './client';
import { clock } from './clock';
import { SendGridError, wasDenied, wasNotFound } from './errors/failure';
import { pause } from './pause';

/** How long a subuser counts as new: it may not be available everywhere in SendGrid yet. */
const NEW_FOR_MS = 60_000;
/** Retrying more often could get the key blocked: SendGrid does so after many refused requests. */
const RETRY_INTERVAL_MS = 5_000;
const MOST_RETRIES = 6;

/** When this process created which subusers, by host, credential, and name. */
const createdAt = new Map<string, number>();

/**
 * Sends the calls of an item about a subuser. In the first minute after this process created the
 * subuser, a 401, 403, or 404 is retried every 5 seconds for up to 30 seconds: each means that
 * SendGrid changed nothing.
 * @param key host, credential, and name of the subuser
 * @see https://github.com/digitalocean/terraform-provider-sendgrid a subuser can take a while to be visible everywhere
 */
export function apiForSubuser(
	api: SendGridApi,
	{ key, shouldStop }: { key: string; shouldStop: () => boolean },
): SendGridApi {
	const retrying = async <Result, Sent>(
		call: Call<Result>,
		send: (call: Call<Result>) => Promise<Sent>,
	): Promise<Sent> => {
		for (let retries = 0; ; retries += 1) {
			const sent = await outcomeOf(async () => await send(call));
			if (call.creates) noteCreated(key, sent);
			if ('value' in sent) return sent.value;
			const { error } = sent;
			if (call.creates || !isNew(key) || !mayBeTooNew(error, call)) throw error;
			if (retries === MOST_RETRIES || !(await pause(shouldStop, RETRY_INTERVAL_MS))) {
				throw new SendGridError(error.failure, error.call, false, true);
			}
		}
	};
	return {
		send: async (call) => await retrying(call, async () => await api.send(call)),
		trySend: async (call) => await retrying(call, async () => await api.trySend(call)),
	};
}

/** Notes a subuser that was created, or may have been. Forgets those that aren't new anymore. */
function noteCreated(key: string, sent: object): void {
	if ('error' in sent) return;
	const nowMs = clock.now();
	for (const [known, at] of createdAt) if (nowMs - at > NEW_FOR_MS) createdAt.delete(known);
	createdAt.set(key, nowMs);
}

function isNew(key: string): boolean {
	const at = createdAt.get(key);
	return at !== undefined && clock.now() - at <= NEW_FOR_MS;
}

/** Whether SendGrid itself refused the call in a way that it may refuse a new subuser's calls. */
function mayBeTooNew(error: unknown, { mayFindNothing }: CallTraits): error is SendGridError {
	if (!(error instanceof SendGridError) || error.earlierInDoubt) return false;
	return wasDenied(error) && !(mayFindNothing && wasNotFound(error));
}
