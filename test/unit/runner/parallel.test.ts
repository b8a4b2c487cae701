import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import {
	runExclusive,
	exclusiveKeyCount,
	runInParallel,
} from '../../../nodes/SendGridProvisioning/runner/parallel';
import { ranges } from '../../../nodes/SendGridProvisioning/runner/finishedItems';
import { RunReport } from '../../../nodes/SendGridProvisioning/runner/runReport';

const neverStop = (): boolean => false;

/** Lets other work continue for a while. */
async function turns(count: number): Promise<void> {
	for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

describe('running items in parallel', () => {
	it('runs each item once, in order per key, and never exceeds the concurrency', async () => {
		const items = fc.array(fc.record({ key: fc.nat(4), turns: fc.nat(5) }), { maxLength: 40 });
		await fc.assert(
			fc.asyncProperty(items, fc.integer({ min: 1, max: 6 }), async (list, concurrency) => {
				const orderKeyOf = (index: number): string => `key ${list[index]?.key}`;
				const ended: number[] = [];
				const running = new Set<string>();
				let maxRunning = 0;
				await runInParallel({
					count: list.length,
					concurrency: () => concurrency,
					orderKeyOf,
					work: async (index) => {
						expect(running.has(orderKeyOf(index))).toBe(false);
						running.add(orderKeyOf(index));
						maxRunning = Math.max(maxRunning, running.size);
						await turns(list[index]?.turns ?? 0);
						running.delete(orderKeyOf(index));
						ended.push(index);
					},
					shouldStop: neverStop,
				});
				expect([...ended].sort((a, b) => a - b)).toEqual([...list.keys()]);
				expect(maxRunning).toBeLessThanOrEqual(concurrency);
				for (const key of new Set(ended.map(orderKeyOf))) {
					const own = ended.filter((index) => orderKeyOf(index) === key);
					expect(own).toEqual([...own].sort((a, b) => a - b));
				}
			}),
		);
	});

	it('lets n8n do other work while it queues thousands of items for few customers', async () => {
		let queued = 0;
		let maxQueued = 0;
		let before = 0;
		const watch = setInterval(() => {
			maxQueued = Math.max(maxQueued, queued - before);
			before = queued;
		}, 0);
		await runInParallel({
			count: 1_000,
			concurrency: () => 100,
			orderKeyOf: (index) => {
				queued += 1;
				return `key ${index % 3}`;
			},
			work: async () => await turns(1),
			shouldStop: neverStop,
		});
		clearInterval(watch);
		expect(queued).toBe(1_000);
		expect(maxQueued).toBeGreaterThan(0);
		expect(maxQueued).toBeLessThanOrEqual(50);
	});

	it('reads further items while there is no room to run them, but not all of many', async () => {
		const read: number[] = [];
		let end = (): void => {};
		const firstEnds = new Promise<void>((resolve) => (end = resolve));
		const running = runInParallel({
			count: 2_000,
			concurrency: () => 10,
			orderKeyOf: (index) => {
				read.push(index);
				return `key ${index}`;
			},
			work: async () => await firstEnds,
			shouldStop: neverStop,
		});
		await setTimeout(500);
		const ahead = read.length;
		end();
		await running;
		expect(ahead).toBeGreaterThan(20);
		expect(ahead).toBeLessThan(100);
		expect(read).toEqual([...Array(2_000).keys()]);
	});

	it('starts nothing more after it’s stopped, and waits for what was started', async () => {
		let stopped = false;
		const begun: number[] = [];
		const ended: number[] = [];
		await runInParallel({
			count: 10,
			concurrency: () => 2,
			orderKeyOf: (index) => `key ${index}`,
			work: async (index) => {
				begun.push(index);
				await turns(3);
				if (index === 1) stopped = true;
				ended.push(index);
			},
			shouldStop: () => stopped,
		});
		expect(begun.length).toBeLessThan(10);
		expect([...ended].sort()).toEqual([...begun].sort());
	});
});

describe('exclusive work', () => {
	it('waits for earlier work with the same key, even if that fails', async () => {
		const order: string[] = [];
		const work =
			(name: string, fails = false) =>
			async (): Promise<string> => {
				order.push(`${name} begins`);
				await turns(5);
				order.push(`${name} ends`);
				if (fails) throw new Error(name);
				return name;
			};
		const turn = { key: 'customer', shouldStop: neverStop };
		const all = await Promise.allSettled([
			runExclusive(turn, work('first', true)),
			runExclusive(turn, work('second')),
			runExclusive({ ...turn, key: 'other' }, work('other')),
		]);
		expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
		expect(order.indexOf('second begins')).toBeGreaterThan(order.indexOf('first ends'));
		expect(order.indexOf('other begins')).toBeLessThan(order.indexOf('first ends'));
	});
});

describe('a key without work', () => {
	it('is dropped', async () => {
		const kept = exclusiveKeyCount();
		await Promise.all(
			['one', 'one', 'another'].map(async (key) => {
				await runExclusive({ key, shouldStop: neverStop }, async () => await turns(3));
			}),
		);
		await new Promise(setImmediate);
		expect(exclusiveKeyCount()).toBe(kept);
	});
});

describe('the result of exclusive work', () => {
	it('isn’t kept while other work with the same key waits', async () => {
		setFlagsFromString('--expose-gc');
		const collectGarbage = runInNewContext('gc') as () => void;
		const turn = { key: 'busy customer', shouldStop: neverStop };
		let resultRef: WeakRef<object> | undefined;
		let finish = (): void => {};
		const first = runExclusive(turn, async () => {
			const result = { rows: new Array<number>(1000).fill(1) };
			resultRef = new WeakRef(result);
			return result;
		}).then(() => undefined);
		const waiting = [
			runExclusive(turn, async () => await new Promise<void>((resolve) => (finish = resolve))),
			runExclusive(turn, async () => {}),
		];
		await first;
		await new Promise(setImmediate);
		collectGarbage();
		expect(resultRef?.deref()).toBeUndefined();
		finish();
		await Promise.all(waiting);
	});
});

describe('a run', () => {
	it('counts parallel waits once', () => {
		const run = new RunReport();
		run.waitBegins(1_000);
		run.waitBegins(2_000);
		run.waitEnds(4_000);
		run.waitEnds(6_000);
		run.waitBegins(10_000);
		run.waitEnds(11_000);
		expect(run.waitedMs).toBe(6_000);
	});

	it('lists items as ranges', () => {
		expect(ranges([])).toBe('');
		expect(ranges([0, 1, 2, 4, 6, 7])).toBe('0 to 2, 4, 6 to 7');
		fc.assert(
			fc.property(fc.uniqueArray(fc.nat(30)), (numbers) => {
				const indices = numbers.sort((a, b) => a - b);
				const read = ranges(indices)
					.split(', ')
					.filter((part) => part !== '')
					.flatMap((part) => {
						const [from = 0, to = from] = part.split(' to ').map(Number);
						return Array.from({ length: to - from + 1 }, (_, step) => from + step);
					});
				expect(read).toEqual(indices);
			}),
		);
	});
});
