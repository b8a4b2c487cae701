import { clock } from '../transport/clock';
import { CANCEL_CHECK_MS } from '../transport/limit/requestQueue';
import { SendGridError } from '../transport/errors/failure';

/** Items that are worked on side by side, and what keeps them apart. */
export interface Lanes {
	count: number;
	/** How many lanes move at once. */
	limit: number;
	/** Items of one lane run one after the other, in input order. */
	laneOf: (index: number) => string;
	work: (index: number) => Promise<void>;
	/** Whether no more items should be begun. */
	stopped: () => boolean;
}

/**
 * After so many items, whatever else n8n does has its turn: an expression can take a millisecond, and
 * answers that wait to be read look like answers that came too late.
 */
const BREATH = 10;

/** Works through the items; resolves when all that were begun have ended. `work` must not reject. */
export async function workInLanes({ count, limit, laneOf, work, stopped }: Lanes): Promise<void> {
	const lanes = new Map<string, number[]>();
	let laneEnded = (): void => {};
	const untilLaneEnds = async (): Promise<void> =>
		await new Promise((resolve) => {
			laneEnded = resolve;
		});
	const drive = async (lane: string, indices: number[]): Promise<void> => {
		// The list grows while the lane moves.
		for (const index of indices) {
			if (stopped()) break;
			await work(index);
		}
		lanes.delete(lane);
		laneEnded();
	};
	for (let index = 0; index < count && !stopped(); index += 1) {
		if (index % BREATH === BREATH - 1) await clock.sleep(0);
		const lane = laneOf(index);
		const moving = lanes.get(lane);
		if (moving !== undefined) {
			moving.push(index);
			continue;
		}
		while (lanes.size >= limit) await untilLaneEnds();
		const indices = [index];
		lanes.set(lane, indices);
		void drive(lane, indices);
	}
	while (lanes.size > 0) await untilLaneEnds();
}

const tails = new Map<string, Promise<unknown>>();

/**
 * Does the work when all work of the same key that came before has ended, in any execution of this
 * process: a read-merge-write must not race with another one for the same customer.
 * @throws SendGridError where it was abandoned before its turn came
 */
export async function inTurn<T>(
	{ key, abandoned }: { key: string; abandoned: () => boolean },
	work: () => Promise<T>,
): Promise<T> {
	const before = tails.get(key);
	const turn = afterwards(before, abandoned, work);
	// Not what they gave: a customer that is never idle would keep all of its results.
	const tail = Promise.allSettled([before, turn]).then(() => undefined);
	tails.set(key, tail);
	void tail.then(() => {
		if (tails.get(key) === tail) tails.delete(key);
	});
	return await turn;
}

/** How many customers are remembered because work for them goes on. */
export function turnsKept(): number {
	return tails.size;
}

async function afterwards<T>(
	before: Promise<unknown> | undefined,
	abandoned: () => boolean,
	work: () => Promise<T>,
): Promise<T> {
	while (before !== undefined && !(await endsWithin(before, CANCEL_CHECK_MS))) {
		if (abandoned()) throw new SendGridError({ kind: 'cancelled' });
	}
	return await work();
}

async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
	return await Promise.race([work.then(() => true), clock.sleep(ms).then(() => false)]);
}
