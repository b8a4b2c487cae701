import type { IDataObject } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { roundTime } from '../domain/roundTime';
import { attempt } from '../domain/attempt';
import type { Connection } from '../transport/api';
import { explain } from '../transport/errors';
import type { Explanation } from '../transport/errors';
import { ranOutOfTime } from '../transport/failure';
import { apiOf } from '../transport/send';
import { events } from './index';
import { eventOf } from './event';
import type { EventContext, Polled } from './event';
import { ReadFailed, readRound } from './round';

/** Why n8n polls: on its schedule, once when a workflow is switched on, or because somebody tests it. */
export type Occasion = 'schedule' | 'activation' | 'test';

/** n8n 2 says how long a poll may take, which is five minutes unless told otherwise; n8n 1 does not. */
export const USUAL_BUDGET_MS = 300_000;
/** Somebody waits for it. */
const WAITED_FOR_MS = 20_000;
/** A request takes no longer than this, nor than half of the poll's time. */
const LONGEST_REQUEST_MS = 30_000;

/** A poll, as n8n's context describes it. */
export interface Poll {
	occasion: Occasion;
	/** How long n8n lets it take. */
	budgetMs: number;
	param: (name: string) => unknown;
	connect: () => Promise<Connection>;
	/** What the last poll left to be stored. */
	stored: unknown;
	/** Whether nobody wants its result any more. */
	superseded: () => boolean;
}

/** What came of a poll; without `remember`, what is stored stays as it is. */
export interface PollResult {
	items: IDataObject[];
	remember?: IDataObject;
}

/** Polls once. @throws whatever stopped it: then nothing may be stored */
export async function runPoll(poll: Poll): Promise<PollResult> {
	const { occasion, param, stored } = poll;
	const manual = occasion === 'test';
	const event = eventOf(events, param('event'));
	const connection = await poll.connect();
	const startedAt = Date.now();
	const budgetMs = occasion === 'schedule' ? poll.budgetMs : Math.min(poll.budgetMs, WAITED_FOR_MS);
	const timeoutMs = Math.min(LONGEST_REQUEST_MS, budgetMs / 2);
	// Requests that are under way then still have the time to be answered.
	const endsAt = startedAt + budgetMs - timeoutMs;
	const abandoned = (): boolean => poll.superseded() || Date.now() >= endsAt;
	const patience = {
		timeoutMs,
		get maxWaitMs() {
			return Math.max(0, endsAt - Date.now());
		},
	};
	const context: EventContext = {
		api: apiOf({ ...connection, abandoned }, patience),
		param,
		stored,
		credential: connection.fingerprint.slice(0, 12),
		manual,
		readRound: async (plan) => await readRound(plan, abandoned),
	};
	const outcome = await attempt(async () => await event.poll(context));
	if ('error' in outcome) {
		if (!ranOutOfTime(outcome.error)) throw outcome.error;
		// The workflow can be switched on all the same: the next poll has more time.
		if (occasion === 'activation') return { items: [] };
		throw noTime();
	}
	const polled = outcome.value;
	if (!manual) return { items: polled.items, remember: polled.remember };

	const note = noteOn(polled, Date.now() - startedAt, connection.run.limit);
	if (polled.items.length > 0) {
		return { items: note === undefined ? polled.items : withNote(polled.items, note) };
	}
	throw new Refusal(
		`${event.nothing}, so there is nothing to show`,
		note ?? 'This is no mistake: once active, the workflow starts when there is something.',
	);
}

/** Finds the words for whatever stopped a poll. */
export function explainPoll(error: unknown): Explanation {
	return error instanceof ReadFailed ? explain(error.cause, error.subject) : explain(error);
}

function noTime(): Refusal {
	return new Refusal(
		'SendGrid’s rate limit left no request for this poll, or SendGrid was too slow',
		'Nothing is lost: the next poll tries again. If this goes on, let the workflow poll less often, or others use SendGrid less.',
	);
}

/** What somebody who tests the trigger should know of its rounds. */
function noteOn(
	{ round }: Polled,
	tookMs: number,
	limit: Connection['run']['limit'],
): string | undefined {
	if (round === undefined || round.ended) return undefined;
	const { noun, read, total } = round;
	const counts = `${read.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${noun}`;
	const time = roundTime({ read, total, tookMs, limit });
	return `This test has looked at ${counts}. At SendGrid’s present rate limit a full round takes ${time}; an active workflow does it in several polls, each of which goes on where the last one stopped.`;
}

function withNote(items: IDataObject[], note: string): IDataObject[] {
	return items.map((item) => ({ ...item, note }));
}
