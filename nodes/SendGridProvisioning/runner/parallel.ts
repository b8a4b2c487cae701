import { clock } from '../transport/clock';
import { CANCEL_CHECK_MS } from '../transport/limit/requestQueue';
import { SendGridError } from '../transport/errors/failure';
import { STEPS_AT_ONCE } from './pace';

/** Items to work on in parallel. */
export interface ParallelWork {
	count: number;
	/** How many items may run at the same time; read before each new one. */
	concurrency: () => number;
	/** Items with the same key run in input order. It's called once per item, in input order. */
	orderKeyOf: (index: number) => string;
	/** Must not reject. */
	work: (index: number) => Promise<void>;
	/** Whether to start no more items. */
	shouldStop: () => boolean;
}

/**
 * How many items to read for each one that may run, while there is no room to run them: their keys can be
 * expressions, too.
 */
const READ_AHEAD = 5;

/** Works on all items, and resolves when those that were started have ended. */
export async function runInParallel({
	count,
	concurrency,
	orderKeyOf,
	work,
	shouldStop,
}: ParallelWork): Promise<void> {
	const itemsByKey = new Map<string, number[]>();
	let keyEnded = (): void => {};
	const untilKeyEnds = async (): Promise<void> =>
		await new Promise((resolve) => {
			keyEnded = resolve;
		});
	const runItemsOf = async (key: string, indices: number[]): Promise<void> => {
		// The list can grow while this loop runs.
		for (const index of indices) {
			if (shouldStop()) break;
			await work(index);
		}
		itemsByKey.delete(key);
		keyEnded();
	};
	const keys = new Array<string>();
	const readNext = async (): Promise<void> => {
		if (keys.length % STEPS_AT_ONCE === STEPS_AT_ONCE - 1) await clock.sleep(0);
		keys.push(orderKeyOf(keys.length));
	};
	for (let index = 0; index < count && !shouldStop(); index += 1) {
		if (index === keys.length) await readNext();
		const key = keys[index] ?? '';
		const waiting = itemsByKey.get(key);
		if (waiting !== undefined) {
			waiting.push(index);
			continue;
		}
		while (itemsByKey.size >= concurrency()) {
			if (keys.length < Math.min(count, index + READ_AHEAD * concurrency())) await readNext();
			else await untilKeyEnds();
		}
		const indices = [index];
		itemsByKey.set(key, indices);
		void runItemsOf(key, indices);
	}
	while (itemsByKey.size > 0) await untilKeyEnds();
}

const tails = new Map<string, Promise<unknown>>();

/**
 * Does the work after all earlier work with the same key, across all executions of this process: an
 * operation that reads, merges, and writes must not race with another one for the same customer.
 * @throws SendGridError if it should stop before its turn
 */
export async function runExclusive<T>(
	{ key, shouldStop }: { key: string; shouldStop: () => boolean },
	work: () => Promise<T>,
): Promise<T> {
	const before = tails.get(key);
	const turn = runAfter(before, shouldStop, work);
	// Without the results, which would pile up for a customer that is never idle.
	const tail = Promise.allSettled([before, turn]).then(() => undefined);
	tails.set(key, tail);
	void tail.then(() => {
		if (tails.get(key) === tail) tails.delete(key);
	});
	return await turn;
}

/** How many keys have work that is running or waiting. */
export function exclusiveKeyCount(): number {
	return tails.size;
}

async function runAfter<T>(
	before: Promise<unknown> | undefined,
	shouldStop: () => boolean,
	work: () => Promise<T>,
): Promise<T> {
	while (before !== undefined && !(await settlesWithin(before, CANCEL_CHECK_MS))) {
		if (shouldStop()) throw new SendGridError({ kind: 'cancelled' });
	}
	return await work();
}

/** Whether the work ends within this time. */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
	return await Promise.race([work.then(() => true), clock.sleep(ms).then(() => false)]);
}
