import { attempt } from '../domain/attempt';
import { Refusal } from '../domain/refusal';
import type { Subject } from '../transport/call';
import { SendGridError, ranOutOfTime, wasUnknown } from '../transport/failure';
import { workInLanes } from '../transport/parallel';

/** Fewer than a workflow's own requests may be: a poll works in the background. */
const LANES = 20;
/** So many customers that fail one after the other are no matter of theirs: nobody can be read. */
const MOST_IN_A_ROW = 10;

/** A round through all customers, which may take several polls. */
export interface RoundPlan<Value> {
	/** Who stands in SendGrid's list. */
	listed: string[];
	/** Who is remembered from earlier polls: the list may lack somebody for a moment. */
	remembered: string[];
	/** Where it goes on; at the beginning where undefined. */
	from: string | undefined;
	/** What errors call one of them. */
	subject: (name: string) => Subject;
	read: (name: string) => Promise<Value>;
}

/** How far a poll came. */
export interface Round<Value> {
	/** In order of the names; one that is neither listed nor known to SendGrid has no value. */
	seen: Array<{ name: string; value: Value | undefined }>;
	/** How many were asked about. */
	read: number;
	/** Where the next poll goes on; undefined if the round has ended. */
	next: string | undefined;
	total: number;
	/** Who could not be read although others could: nothing is said about them until the next round. */
	unread: ReadFailed[];
}

export type RoundReader = <Value>(plan: RoundPlan<Value>) => Promise<Round<Value>>;

/** One customer could not be read. */
export class ReadFailed extends Error {
	override readonly name = 'ReadFailed';
	constructor(
		readonly subject: Subject,
		override readonly cause: unknown,
	) {
		super();
	}
}

/**
 * Asks about the customers side by side, until all have been asked or time is up. It goes by the
 * order of the names, so that customers who come or go between polls make nobody be left out.
 * Somebody who is listed and unknown at once may be about to go: nothing is said about them. Nor is
 * it about one who cannot be read, who must not keep the others from being read.
 * @throws ReadFailed where nobody can be read, or SendGridError where time was up before that
 */
export async function readRound<Value>(
	plan: RoundPlan<Value>,
	timeIsUp: () => boolean,
): Promise<Round<Value>> {
	const { from, subject, read } = plan;
	const listed = new Set(plan.listed);
	const all = [...new Set([...listed, ...plan.remembered])].sort(byCodeUnits);
	const due = from === undefined ? all : all.filter((name) => byCodeUnits(name, from) >= 0);
	const values = new Map<string, Value | undefined>();
	const skipped = new Map<string, ReadFailed>();
	const unread = new Map<string, ReadFailed>();
	let inARow = 0;
	let failed: ReadFailed | undefined;
	let outOfTime: SendGridError | undefined;
	const setAside = (name: string, error: unknown): void => {
		const late = ranOutOfTime(error) || (timeIsUp() && isOnes(error));
		// The poll before had no time for it either, and this one has begun with it.
		const hadTime = name === from && wasTried(error);
		if (late && !hadTime) {
			outOfTime = ranOutOfTime(error) ? error : new SendGridError({ kind: 'cancelled' });
			return;
		}
		const cause = ranOutOfTime(error) ? noAnswer(error) : error;
		const failure = new ReadFailed(subject(name), cause);
		unread.set(name, failure);
		inARow += 1;
		if (!isOnes(cause) || inARow > MOST_IN_A_ROW) failed ??= failure;
	};
	const work = async (index: number): Promise<void> => {
		const name = due[index] ?? '';
		const outcome = await attempt(async () => await read(name));
		if ('error' in outcome && !wasUnknown(outcome.error)) {
			setAside(name, outcome.error);
			return;
		}
		inARow = 0;
		if ('value' in outcome) values.set(name, outcome.value);
		else if (!listed.has(name)) values.set(name, undefined);
		else skipped.set(name, new ReadFailed(subject(name), outcome.error));
	};
	const stopped = (): boolean => failed !== undefined || outOfTime !== undefined || timeIsUp();
	await workInLanes({ count: due.length, limit: LANES, laneOf: String, work, stopped });

	if (failed !== undefined) throw failed;
	const done = (name: string): boolean => values.has(name) || skipped.has(name) || unread.has(name);
	const next = due.find((name) => !done(name));
	if (values.size === 0 && due.length > 0) {
		const [passed] = [...unread.values(), ...skipped.values()];
		if (passed === undefined) throw outOfTime ?? new SendGridError({ kind: 'cancelled' });
		// Of a round of several polls, only such may be left.
		if (from === undefined && next === undefined) throw passed;
	}
	const seen = due
		.filter((name) => values.has(name))
		.map((name) => ({ name, value: values.get(name) }));
	const asked = values.size + skipped.size;
	return { seen, read: asked, next, total: all.length, unread: [...unread.values()] };
}

/** Whether a failure may be about one customer alone, and not about the key or the network. */
function isOnes(error: unknown): boolean {
	if (error instanceof Refusal) return true;
	if (!(error instanceof SendGridError)) return false;
	const { failure } = error;
	if (failure.kind === 'status') return failure.status !== 401 && failure.status !== 429;
	return failure.kind === 'shape' || failure.kind === 'lost';
}

/** Whether it brought no usable answer, rather than no request for it being left. */
function wasTried(error: unknown): boolean {
	return !ranOutOfTime(error) || error.unclear;
}

/** What is said of one who was tried for a whole poll. */
function noAnswer({ call }: SendGridError): SendGridError {
	return new SendGridError({ kind: 'lost', code: 'ETIMEDOUT' }, call);
}

/** The same order everywhere, whatever n8n's language. */
function byCodeUnits(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
