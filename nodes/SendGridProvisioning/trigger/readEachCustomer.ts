import { outcomeOf } from '../domain/outcome';
import { Refusal } from '../domain/refusal';
import type { Subject } from '../transport/callTraits';
import { SendGridError, ranOutOfTime, wasNotFound, wasUnknown } from '../transport/errors/failure';
import { workInLanes } from '../runner/parallel';

/** Fewer than a workflow's own requests may be: a poll works in the background. */
const LANES = 20;
/** After this many failures without a success, a sample of as many customers decides. */
const DOUBTFUL = 20;

/** Customers to read one by one, which may take several polls. */
export interface ReadingPlan<Value> {
	/** Customers in SendGrid's list. */
	listed: string[];
	/** Customers that earlier polls saw: the list can lack one for a moment. */
	remembered: string[];
	/** Where to continue; at the beginning where undefined. */
	from: string | undefined;
	/** What errors call one of them. */
	subject: (name: string) => Subject;
	read: (name: string) => Promise<Value>;
}

/** How far a poll came. */
export interface Reading<Value> {
	/** In order of the names; one that is neither listed nor known to SendGrid has no value. */
	seen: Array<{ name: string; value: Value | undefined }>;
	/** How many customers SendGrid answered about. */
	read: number;
	/** Where the next poll continues; undefined if all have been asked about. */
	next: string | undefined;
	total: number;
	/** Customers that can't be read although others can: nothing is concluded about them. */
	unread: ReadFailed[];
}

export type CustomerReader = <Value>(plan: ReadingPlan<Value>) => Promise<Reading<Value>>;

/** One customer can't be read. */
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
 * Asks about the customers in parallel, in order of their names, until all have been asked about or
 * time is up. So customers that come or go between polls don't make it skip others.
 *
 * A customer that can't be read doesn't stop the others. The poll fails only if 20 customers in a row
 * can't be read, and then none of 20 others, picked at random across the whole list, can be read either.
 * @throws ReadFailed where no one can be read, or SendGridError where time was up before that
 */
export async function readEachCustomer<Value>(
	plan: ReadingPlan<Value>,
	timeIsUp: () => boolean,
): Promise<Reading<Value>> {
	const { from, subject, read } = plan;
	const listed = new Set(plan.listed);
	const all = [...new Set([...listed, ...plan.remembered])].sort(byCodeUnits);
	const due = from === undefined ? all : all.filter((name) => byCodeUnits(name, from) >= 0);
	const values = new Map<string, Value | undefined>();
	/** Listed, but unknown to SendGrid: about to be deleted, perhaps. */
	const skipped = new Map<string, ReadFailed>();
	const unread = new Map<string, ReadFailed>();
	let failedInARow: ReadFailed[] = [];
	let failed: ReadFailed | undefined;
	let outOfTime: SendGridError | undefined;

	const sawFailure = (name: string, error: unknown): void => {
		const late = ranOutOfTime(error) || (timeIsUp() && isFailureOfCall(error));
		// The poll before had no time for it either, and this one has begun with it.
		const hadTime = name === from && wasTried(error);
		if (late && !hadTime) {
			outOfTime = ranOutOfTime(error) ? error : new SendGridError({ kind: 'cancelled' });
			return;
		}
		const failure = new ReadFailed(subject(name), ranOutOfTime(error) ? noAnswer(error) : error);
		unread.set(name, failure);
		failedInARow.push(failure);
		if (!isFailureOfCall(error)) failed ??= failure;
	};
	const work = async (name: string): Promise<void> => {
		const outcome = await outcomeOf(async () => await read(name));
		if ('value' in outcome) {
			values.set(name, outcome.value);
			failedInARow = [];
		} else if (!listed.has(name) && (wasUnknown(outcome.error) || wasNotFound(outcome.error))) {
			// Gone by two signs: SendGrid can't find it, and the list, which is complete in every poll that
			// remembers customers, lacks it. So a 404 in any of SendGrid's words counts here.
			values.set(name, undefined);
			failedInARow = [];
		} else if (wasUnknown(outcome.error)) {
			const failure = new ReadFailed(subject(name), outcome.error);
			skipped.set(name, failure);
			failedInARow.push(failure);
		} else sawFailure(name, outcome.error);
	};
	const isDone = (name: string): boolean =>
		values.has(name) || skipped.has(name) || unread.has(name);
	const isOver = (): boolean => failed !== undefined || outOfTime !== undefined || timeIsUp();
	const isDoubtful = (): boolean => failedInARow.length >= DOUBTFUL;

	/** Reads some that haven't failed, only to see whether anyone can be read. */
	const sampleCanBeRead = async (): Promise<boolean> => {
		let canBeRead = false;
		const candidates = all.filter((name) => !skipped.has(name) && !unread.has(name));
		const sample = spreadOver(candidates, DOUBTFUL);
		await inLanes(
			sample,
			async (name) => {
				const outcome = await outcomeOf(async () => await read(name));
				if ('value' in outcome) canBeRead = true;
				else if (ranOutOfTime(outcome.error)) outOfTime ??= outcome.error;
			},
			() => canBeRead || isOver(),
		);
		return canBeRead;
	};

	let rest = due;
	do {
		failedInARow = [];
		await inLanes(rest, work, () => isOver() || isDoubtful());
		rest = rest.filter((name) => !isDone(name));
		if (isDoubtful() && !isOver() && !(await sampleCanBeRead()) && !isOver()) {
			[failed] = failedInARow;
		}
	} while (rest.length > 0 && !isOver());

	if (failed !== undefined) throw failed;
	const next = due.find((name) => !isDone(name));
	if (values.size === 0 && due.length > 0) {
		const [passed] = [...unread.values(), ...skipped.values()];
		if (passed === undefined) throw outOfTime ?? new SendGridError({ kind: 'cancelled' });
		// Where earlier polls read the others, only such may be left.
		if (from === undefined && next === undefined) throw passed;
	}
	const seen = due
		.filter((name) => values.has(name))
		.map((name) => ({ name, value: values.get(name) }));
	const asked = values.size + skipped.size;
	return { seen, read: asked, next, total: all.length, unread: [...unread.values()] };
}

async function inLanes(
	names: string[],
	work: (name: string) => Promise<void>,
	stopped: () => boolean,
): Promise<void> {
	await workInLanes({
		count: names.length,
		limit: () => LANES,
		laneOf: String,
		work: async (index) => await work(names[index] ?? ''),
		stopped,
	});
}

/** Up to `count` of the names, one at random from each of as many equal parts of the list. */
function spreadOver(names: string[], count: number): string[] {
	if (names.length <= count) return names;
	const part = names.length / count;
	return Array.from(
		{ length: count },
		(_, index) => names[Math.floor((index + Math.random()) * part)] ?? '',
	);
}

/** Whether a call failed, rather than this node's own code. */
function isFailureOfCall(error: unknown): boolean {
	return error instanceof Refusal || error instanceof SendGridError;
}

/** Whether it brought no usable answer, rather than no request for it being left. */
function wasTried(error: unknown): boolean {
	return !ranOutOfTime(error) || error.unclear;
}

/** The failure of a customer that was tried for a whole poll. */
function noAnswer({ call }: SendGridError): SendGridError {
	return new SendGridError({ kind: 'lost', code: 'ETIMEDOUT' }, call);
}

/** The same order everywhere, no matter which language n8n runs in. */
function byCodeUnits(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
