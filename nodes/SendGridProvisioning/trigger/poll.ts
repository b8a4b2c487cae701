import type { IDataObject } from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import { clock } from '../transport/clock';
import type { Connection } from '../transport/connection';
import { ranOutOfTime } from '../transport/errors/failure';
import { RunReport } from '../runner/runReport';
import { apiOf } from '../transport/client';
import type { SendGridApi } from '../transport/client';
import { events } from './events';
import { eventOf } from './event';
import type { EventContext, ListReader } from './event';
import { noTime, noteOn, nothingToShow } from './pollMessages';
import type { Occasion } from './pollContext';
import { readEachCustomer } from './readEachCustomer';
import type { ReadFailed } from './readEachCustomer';

/** Someone waits for a test and for an activation. */
const WAITED_FOR_MS = 20_000;
/** A request takes no longer than this, nor than half of the poll's time; the second is for who waits. */
const LONGEST_REQUEST_MS = 30_000;
const LONGEST_REQUEST_WAITED_FOR_MS = 5_000;

/** A poll, as n8n's context describes it. */
export interface Poll {
	occasion: Occasion;
	/** How long n8n lets it take. */
	budgetMs: number;
	param: (name: string) => unknown;
	connect: () => Promise<Connection>;
	/** What earlier polls remember, as unchecked data. */
	memory: unknown;
	/** Whether a later poll has replaced this one. */
	superseded: () => boolean;
}

/** What came of a poll; without `remember`, the memory stays as it is. */
export interface PollResult {
	items: IDataObject[];
	remember?: IDataObject;
	/** Customers that can't be read although others can; the user gets a notice about them. */
	unread: ReadFailed[];
}

/** Polls once. @throws whatever stopped it: then the memory stays as it is */
export async function runPoll(poll: Poll): Promise<PollResult> {
	const { occasion, param, memory } = poll;
	const manual = occasion === 'test';
	const event = eventOf(events, param('event'));
	const connection = await poll.connect();
	const startedAt = clock.now();
	const { timeoutMs, endsAt, listEndsAt } = timesOf(poll, startedAt);
	const isOver = (at: number): boolean => poll.superseded() || clock.now() >= at;
	const apiUntil = (at: number, report: RunReport): SendGridApi => {
		const patience = {
			timeoutMs,
			get maxWaitMs() {
				return Math.max(0, at - clock.now());
			},
		};
		return apiOf({ ...connection, observer: report, abandoned: () => isOver(at) }, patience);
	};
	// A report of its own: the list has a rate limit of its own, which says nothing of a round's time.
	const reads = new RunReport();
	let readsSince = startedAt;
	const context: EventContext = {
		api: apiUntil(endsAt, reads),
		param,
		memory,
		credential: connection.fingerprint.slice(0, 12),
		manual,
		list: listReader(apiUntil(listEndsAt, new RunReport()), manual),
		readEach: async (plan) => {
			readsSince = clock.now();
			return await readEachCustomer(plan, () => isOver(endsAt));
		},
	};
	const outcome = await outcomeOf(async () => await event.poll(context));
	if ('error' in outcome) {
		if (!ranOutOfTime(outcome.error)) throw outcome.error;
		// The workflow can be switched on all the same: the next poll has more time.
		if (occasion === 'activation') return { items: [], unread: [] };
		throw noTime(manual);
	}
	const { items, remember, reading } = outcome.value;
	if (!manual) return { items, remember, unread: reading?.unread ?? [] };

	const took = { tookMs: clock.now() - readsSince, limit: reads.limit };
	if (items.length === 0) throw nothingToShow(event.nothing, reading, took);
	const note = reading === undefined ? undefined : noteOn(reading, took);
	return {
		items: items.map((item) => (note === undefined ? item : { ...item, note })),
		unread: [],
	};
}

/** How long a request may take, when the last one may begin, and when the last one for the list. */
function timesOf(
	{ occasion, budgetMs }: Poll,
	startedAt: number,
): { timeoutMs: number; endsAt: number; listEndsAt: number } {
	const waited = occasion !== 'schedule';
	const timeMs = waited ? Math.min(budgetMs, WAITED_FOR_MS) : budgetMs;
	const longestMs = waited ? LONGEST_REQUEST_WAITED_FOR_MS : LONGEST_REQUEST_MS;
	const timeoutMs = Math.min(longestMs, timeMs / 2);
	// Requests that are under way then still have the time to be answered.
	const sendingMs = timeMs - timeoutMs;
	// A test shall show something, and how long a round takes, however long the list is.
	const listingMs = occasion === 'test' ? sendingMs / 2 : sendingMs;
	return { timeoutMs, endsAt: startedAt + sendingMs, listEndsAt: startedAt + listingMs };
}

function listReader(api: SendGridApi, manual: boolean): ListReader {
	return async <Row>(load: (api: SendGridApi, found: Map<string, Row>) => Promise<Row[]>) => {
		const found = new Map<string, Row>();
		const outcome = await outcomeOf(async () => await load(api, found));
		if ('value' in outcome) return { rows: outcome.value, complete: true };
		const isPart = manual && found.size > 0 && ranOutOfTime(outcome.error);
		if (!isPart) throw outcome.error;
		return { rows: [...found.values()], complete: false };
	};
}
