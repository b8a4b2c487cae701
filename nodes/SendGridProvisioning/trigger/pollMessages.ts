import { Refusal } from '../domain/refusal';
import { roundTime } from '../domain/roundTime';
import type { Progress } from '../domain/roundTime';
import { explain } from '../transport/errors/explain';
import type { Explanation } from '../transport/errors/explain';
import type { ReadingSoFar } from './event';
import { ReadFailed } from './readEachCustomer';

/** So many customers are named in one message. */
const NAMED = 10;

/** Finds the words for whatever stopped a poll. */
export function explainPoll(error: unknown): Explanation {
	return error instanceof ReadFailed ? explain(error.cause, error.subject) : explain(error);
}

/** What is told of customers who could not be read, in a poll that goes on without them. */
export function explainUnread(unread: ReadFailed[]): Explanation {
	const [first, ...others] = unread;
	const explanation = explainPoll(first);
	const named = others.slice(0, NAMED).map(({ subject }) => subject.value);
	const more = others.length > named.length ? [`${others.length - named.length} more`] : [];
	const also = others.length === 0 ? '' : `. Not read either: ${[...named, ...more].join(', ')}`;
	return {
		...explanation,
		message: explanation.message + also,
		description: `${explanation.description} The others were read. Each round tries again: the trigger knows what it last saw there, and reports from that. This is told once a day.`,
	};
}

/** No request could be sent, or none was answered in time. */
export function noTime(manual: boolean): Refusal {
	return manual
		? new Refusal(
				'SendGrid’s rate limit left no request for this test, or SendGrid was too slow',
				'A test has 20 seconds, a poll of the active workflow up to 5 minutes. Test again in a minute, when nothing else uses SendGrid with this credential.',
			)
		: new Refusal(
				'SendGrid’s rate limit left no request for this poll, or SendGrid was too slow',
				'Nothing is lost: the next poll tries again. If this goes on, let the workflow poll less often, or others use SendGrid less.',
			);
}

/** What somebody who tests the trigger should know: how long a round takes, and who was left out. */
export function noteOn(reading: ReadingSoFar, took: Pick<Progress, 'tookMs' | 'limit'>): string {
	const { noun, read, total, complete, unread } = reading;
	const left = unread.length === 0 ? '' : `${explainUnread(unread).message}. The others were read.`;
	if (isWhole(reading)) {
		const seconds = Math.max(1, Math.round(took.tookMs / 1000));
		return `This test has looked at all ${counted(total)} ${noun} within ${seconds} s. ${left}`.trim();
	}
	const least = complete ? '' : 'at least ';
	const counts = `${counted(read)} of ${least}${counted(total)} ${noun}`;
	const time = `${least}${roundTime({ read, total, ...took })}`;
	return `This test has looked at ${counts}. At SendGrid’s present rate limit a full round takes ${time}; an active workflow does it in several polls, each of which goes on where the last one stopped. ${left}`.trim();
}

/** What a test says where there is nothing to show. */
export function nothingToShow(
	nothing: string,
	reading: ReadingSoFar | undefined,
	took: Pick<Progress, 'tookMs' | 'limit'>,
): Refusal {
	const note = reading === undefined ? '' : noteOn(reading, took);
	const usual =
		reading === undefined || (isWhole(reading) && reading.unread.length === 0)
			? 'This is no mistake: once active, the workflow starts when there is something.'
			: '';
	return new Refusal(`${nothing}, so there is nothing to show`, `${note} ${usual}`.trim());
}

function isWhole({ next, complete }: ReadingSoFar): boolean {
	return next === undefined && complete;
}

function counted(amount: number): string {
	return amount.toLocaleString('en-US');
}
