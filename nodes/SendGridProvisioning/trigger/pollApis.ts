import { RunReport } from '../runner/runReport';
import { clock } from '../transport/clock';
import { apiOf } from '../transport/client';
import type { SendGridApi } from '../transport/client';
import type { Connection } from '../transport/connection';
import type { PollReason } from './pollContext';

/** How long someone waits for a manual test, or for a workflow to be published. */
const INTERACTIVE_POLL_MS = 20_000;
/** Timeouts of one request, on schedule and while someone waits; at most half of the poll's time. */
const LONGEST_REQUEST_MS = 30_000;
const LONGEST_INTERACTIVE_REQUEST_MS = 5_000;

/** What a poll sends requests with. Both give up when their time is over. */
export interface PollApis {
	api: SendGridApi;
	/** For the list of customers, if they are read one by one afterwards. */
	listApi: SendGridApi;
	timeIsUp: () => boolean;
}

/** The apis of a poll that starts now. `report` only covers the requests of `api`. */
export function pollApisOf(
	connection: Connection,
	poll: { reason: PollReason; budgetMs: number; superseded: () => boolean },
): PollApis & { report: RunReport } {
	const { timeoutMs, sendingMs, listingMs } = timesOf(poll.reason, poll.budgetMs);
	const startedAt = clock.now();
	const isOver = (afterMs: number): boolean =>
		poll.superseded() || clock.now() >= startedAt + afterMs;
	const apiFor = (ms: number, observer: RunReport): SendGridApi => {
		const timeLimits = {
			timeoutMs,
			get maxWaitMs() {
				return Math.max(0, startedAt + ms - clock.now());
			},
		};
		return apiOf({ ...connection, observer, shouldStop: () => isOver(ms) }, timeLimits);
	};
	// The list has another rate limit, which doesn't say how long a round takes.
	const report = new RunReport();
	return {
		api: apiFor(sendingMs, report),
		listApi: apiFor(listingMs, new RunReport()),
		timeIsUp: () => isOver(sendingMs),
		report,
	};
}

/** The timeout of a request, and for how long requests may be sent: all of them, and the list's. */
function timesOf(
	reason: PollReason,
	budgetMs: number,
): { timeoutMs: number; sendingMs: number; listingMs: number } {
	const interactive = reason !== 'schedule';
	const timeMs = interactive ? Math.min(budgetMs, INTERACTIVE_POLL_MS) : budgetMs;
	const longestMs = interactive ? LONGEST_INTERACTIVE_REQUEST_MS : LONGEST_REQUEST_MS;
	const timeoutMs = Math.min(longestMs, timeMs / 2);
	// Leaves the last request enough time to be answered.
	const sendingMs = timeMs - timeoutMs;
	// Even with a very long list, a test must show some customers and how long a round takes.
	return { timeoutMs, sendingMs, listingMs: reason === 'test' ? sendingMs / 2 : sendingMs };
}
