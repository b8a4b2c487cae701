import { Refusal } from '../domain/refusal';
import { roundTime } from '../domain/roundTime';
import type { Progress } from '../domain/roundTime';
import { explain } from '../transport/errors/explain';
import type { Explanation } from '../transport/errors/explain';
import { ReadFailed } from './readEachCustomer';
import type { Reading } from './readEachCustomer';

/** How many more customers one message names after the first. */
const MOST_NAMED = 10;

/** How far a poll came in reading customers one by one. */
export interface ReadingProgress extends Omit<Reading<unknown>, 'seen'> {
	/** What the customers are called, such as "subusers". */
	noun: string;
	/** Whether the list of customers was complete. */
	complete: boolean;
	tookMs: number;
}

/** Explains what stopped a poll. */
export function explainPoll(error: unknown): Explanation {
	return error instanceof ReadFailed ? explain(error.cause, error.subject) : explain(error);
}

/** Explains why customers couldn't be read, in a poll that read the others. */
export function explainUnread(unread: ReadFailed[]): Explanation {
	const [first, ...others] = unread;
	const explanation = explainPoll(first);
	const named = others.slice(0, MOST_NAMED).map(({ subject }) => subject.value);
	const more = others.length > named.length ? [`${others.length - named.length} more`] : [];
	const alsoUnread =
		others.length === 0 ? '' : `. Not read either: ${[...named, ...more].join(', ')}`;
	return {
		...explanation,
		message: explanation.message + alsoUnread,
		description: `${explanation.description} The others were read. Each round tries again, and compares with what the trigger last saw. This error appears once a day.`,
	};
}

/** For a poll that couldn't send a request, or got no answer in time. */
export function noTime(manual: boolean): Refusal {
	return manual
		? new Refusal(
				'SendGrid’s rate limit left no request for this test, or SendGrid was too slow',
				'A test has 20 seconds, a poll of the published workflow up to 5 minutes. Test again in a minute, when nothing else uses SendGrid with this credential.',
			)
		: new Refusal(
				'SendGrid’s rate limit left no request for this poll, or SendGrid was too slow',
				'Nothing is lost: the next poll tries again. If this keeps happening, poll less often, or use SendGrid less elsewhere.',
			);
}

/** The note of a manual test: how long a round takes, and which customers couldn't be read. */
export function noteOn(reading: ReadingProgress, limit: Progress['limit']): string {
	const { noun, read, total, complete, tookMs, unread } = reading;
	const unreadNote =
		unread.length === 0 ? '' : `${explainUnread(unread).message}. The others were read.`;
	if (isFullRound(reading)) {
		const seconds = Math.max(1, Math.round(tookMs / 1000));
		return `This test checked all ${counted(total)} ${noun} in ${seconds} s. ${unreadNote}`.trim();
	}
	const atLeast = complete ? '' : 'at least ';
	const counts = `${counted(read)} of ${atLeast}${counted(total)} ${noun}`;
	const time = `${atLeast}${roundTime({ read, total, tookMs, limit })}`;
	return `This test checked ${counts}. At SendGrid’s current rate limit, a full round takes ${time}. A published workflow does it in several polls, each of which continues where the last one stopped. ${unreadNote}`.trim();
}

/** For a manual test that has nothing to show. */
export function nothingToShow(
	nothing: string,
	reading: ReadingProgress | undefined,
	limit: Progress['limit'],
): Refusal {
	const note = reading === undefined ? '' : noteOn(reading, limit);
	const reassurance =
		reading === undefined || (isFullRound(reading) && reading.unread.length === 0)
			? 'Nothing is wrong: once published (n8n 1: activated), the workflow starts when there is something to report.'
			: '';
	return new Refusal(`${nothing}, so there is nothing to show`, `${note} ${reassurance}`.trim());
}

function isFullRound({ next, complete }: ReadingProgress): boolean {
	return next === undefined && complete;
}

function counted(amount: number): string {
	return amount.toLocaleString('en-US');
}
