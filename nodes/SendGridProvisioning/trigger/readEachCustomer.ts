import { outcomeOf } from '../domain/outcome';
import { Refusal } from '../domain/refusal';
import type { Subject } from '../transport/callTraits';
import { SendGridError, ranOutOfTime, wasNotFound, wasUnknown } from '../transport/errors/failure';
import { runInParallel } from '../runner/parallel';

/** Requests at the same time. Fewer than for a workflow's own items, because polls run in the background. */
const MOST_IN_FLIGHT = 20;
/** After this many failures in a row, as many other customers are tried. */
const MANY_FAILURES = 20;

/** Customers to read one by one, which may take several polls. */
export interface ReadingPlan<Value> {
	/** Customers in SendGrid's list. */
	listed: string[];
	/** Customers that earlier polls saw: the list can lack one for a moment. */
	remembered: string[];
	/** The name to continue with; undefined to start at the beginning. */
	from: string | undefined;
	/** How errors name a customer. */
	subject: (name: string) => Subject;
	read: (name: string) => Promise<Value>;
}

/** How far a poll came. */
export interface Reading<Value> {
	/** Sorted by name. A customer that isn't listed and that SendGrid can't find has no value. */
	seen: Array<{ name: string; value: Value | undefined }>;
	/** How many customers SendGrid answered about. */
	read: number;
	/** The name that the next poll continues with; undefined if all have been read. */
	next: string | undefined;
	total: number;
	/** Customers that can't be read although others can. Nothing is known about their present state. */
	unread: ReadFailed[];
}

/** A customer can't be read. */
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
 * Reads the customers in parallel, sorted by name, until all have been read or time is up. Because of
 * the order, customers that are added or deleted between polls don't make it skip others.
 *
 * A customer that can't be read doesn't stop the others. The poll fails only if 20 customers in a row
 * can't be read, and then none of 20 others, picked at random across the whole list, can be read either.
 * @throws ReadFailed if no one can be read, or SendGridError if time was up before that was known
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
	/** Listed, although SendGrid can't find them: maybe they are being deleted. */
	const skipped = new Map<string, ReadFailed>();
	const unread = new Map<string, ReadFailed>();
	let failedInARow: ReadFailed[] = [];
	let failed: ReadFailed | undefined;
	let outOfTime: SendGridError | undefined;

	const sawFailure = (name: string, error: unknown): void => {
		const late = ranOutOfTime(error) || (timeIsUp() && isFailureOfCall(error));
		// The last poll stopped at it, and this one started with it: more time wouldn't help.
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
			// It was deleted: SendGrid can't find it, and it isn't listed either. The list is complete in every
			// poll that remembers customers, so any 404 from SendGrid is enough here.
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
	const hasManyFailures = (): boolean => failedInARow.length >= MANY_FAILURES;

	/** Whether any of the others can be read. Reads a sample of those that haven't failed. */
	const othersCanBeRead = async (): Promise<boolean> => {
		let canBeRead = false;
		const candidates = all.filter((name) => !skipped.has(name) && !unread.has(name));
		const sample = spreadOver(candidates, MANY_FAILURES);
		await readInParallel(
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
		await readInParallel(rest, work, () => isOver() || hasManyFailures());
		rest = rest.filter((name) => !isDone(name));
		if (hasManyFailures() && !isOver() && !(await othersCanBeRead()) && !isOver()) {
			[failed] = failedInARow;
		}
	} while (rest.length > 0 && !isOver());

	if (failed !== undefined) throw failed;
	const next = due.find((name) => !isDone(name));
	if (values.size === 0 && due.length > 0) {
		const [failure] = [...unread.values(), ...skipped.values()];
		if (failure === undefined) throw outOfTime ?? new SendGridError({ kind: 'cancelled' });
		// If earlier polls have read the others, only customers that can't be read may be left.
		if (from === undefined && next === undefined) throw failure;
	}
	const seen = due
		.filter((name) => values.has(name))
		.map((name) => ({ name, value: values.get(name) }));
	const answered = values.size + skipped.size;
	return { seen, read: answered, next, total: all.length, unread: [...unread.values()] };
}

async function readInParallel(
	names: string[],
	work: (name: string) => Promise<void>,
	shouldStop: () => boolean,
): Promise<void> {
	await runInParallel({
		count: names.length,
		concurrency: () => MOST_IN_FLIGHT,
		orderKeyOf: String,
		work: async (index) => await work(names[index] ?? ''),
		shouldStop,
	});
}

/** Up to `count` names: divides the list into equal parts and picks one name at random from each. */
function spreadOver(names: string[], count: number): string[] {
	if (names.length <= count) return names;
	const part = names.length / count;
	return Array.from(
		{ length: count },
		(_, index) => names[Math.floor((index + Math.random()) * part)] ?? '',
	);
}

/** Whether the call failed, and not this node's own code. */
function isFailureOfCall(error: unknown): boolean {
	return error instanceof Refusal || error instanceof SendGridError;
}

/** Whether a request was sent. Otherwise, no time was left to send one. */
function wasTried(error: unknown): boolean {
	return !ranOutOfTime(error) || error.earlierInDoubt;
}

/** The failure of a customer that SendGrid didn't answer about during a whole poll. */
function noAnswer({ call }: SendGridError): SendGridError {
	return new SendGridError({ kind: 'lost', code: 'ETIMEDOUT' }, call);
}

/** The same order in every locale that n8n runs in. */
function byCodeUnits(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
