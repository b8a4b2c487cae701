import { outcomeOf } from '../domain/outcome';
import type { Outcome } from '../domain/outcome';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import type { SendGridApi } from '../transport/client';
import { clock } from '../transport/clock';
import { wasRefused } from '../transport/errors/failure';
import { listOf, recordWith } from './shapes';

/** @see https://github.com/Jericho/StrongGrid SendGrid takes at most this many names per request */
export const NAMES_PER_REQUEST = 10;
/** How long a name waits for others. Items that run in parallel ask within one tick. */
const GATHER_MS = 5;

interface Reputation {
	username: string;
	reputation: number;
}

/**
 * The sender reputations of subusers, 0 to 100; not exact for EU subusers. SendGrid doesn't document
 * their order, or what it answers about unknown names.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/retrieve-subuser-reputations
 */
export function getReputations(usernames: string[]): Call<Reputation[]> {
	return {
		method: 'GET',
		path: path`/v3/subusers/reputations`,
		query: { usernames },
		repeatable: true,
		needs: { scope: 'subusers.reputations.read' },
		read: (body) =>
			listOf(body, (entry) => {
				const row = recordWith(entry, 'username');
				const reputation = row?.['reputation'];
				if (row === undefined || typeof reputation !== 'number') return undefined;
				return { username: row.username, reputation };
			}),
	};
}

/** Reads the reputation of a subuser; undefined if SendGrid returns none. */
export type ReputationReader = (api: SendGridApi, username: string) => Promise<number | undefined>;

interface Waiting {
	api: SendGridApi;
	username: string;
	settle: (outcome: Outcome<number | undefined>) => void;
}

/** Returns a reader that gathers the names of many items into few requests. */
export function reputationReader(): ReputationReader {
	let gathered: Waiting[] = [];
	const sendNow = async (waiting: Waiting[]): Promise<void> => {
		// It was full before its time was up.
		if (waiting !== gathered) return;
		gathered = [];
		await settleAll(waiting);
	};
	return async (api, username) => {
		const outcome = await new Promise<Outcome<number | undefined>>((settle) => {
			const waiting = gathered;
			waiting.push({ api, username, settle });
			if (waiting.length === NAMES_PER_REQUEST) void sendNow(waiting);
			else if (waiting.length === 1)
				void clock.sleep(GATHER_MS).then(async () => await sendNow(waiting));
		});
		if ('value' in outcome) return outcome.value;
		throw outcome.error;
	};
}

/** Sends one request, with the api of the first. */
async function settleAll(waiting: Waiting[]): Promise<void> {
	const [first] = waiting;
	if (first === undefined) return;
	const names = [...new Set(waiting.map(({ username }) => username))];
	const read = await outcomeOf(async () => await first.api.send(getReputations(names)));
	if ('error' in read && names.length > 1 && wasRefused(read.error)) {
		// One name that SendGrid refuses must not fail the others.
		await Promise.all(waiting.map(async (one) => await settleAll([one])));
		return;
	}
	for (const { username, settle } of waiting) {
		if ('error' in read) settle(read);
		else settle({ value: reputationOf(username, read.value) });
	}
}

function reputationOf(username: string, rows: Reputation[]): number | undefined {
	const wanted = username.toLowerCase();
	return rows.find((row) => row.username.toLowerCase() === wanted)?.reputation;
}
