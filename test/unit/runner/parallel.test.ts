import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import {
	inTurn,
	turnsKept,
	workInLanes,
} from '../../../nodes/SendGridProvisioning/runner/parallel';
import { ranges } from '../../../nodes/SendGridProvisioning/runner/finishedItems';
import { RunReport } from '../../../nodes/SendGridProvisioning/runner/runReport';

const goOn = (): boolean => false;

/** Lets others go on for a while. */
async function turns(count: number): Promise<void> {
	for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

describe('working in lanes', () => {
	it('does each item once, keeps a lane’s order and never exceeds the limit', async () => {
		const items = fc.array(fc.record({ lane: fc.nat(4), turns: fc.nat(5) }), { maxLength: 40 });
		await fc.assert(
			fc.asyncProperty(items, fc.integer({ min: 1, max: 6 }), async (list, limit) => {
				const laneOf = (index: number): string => `lane ${list[index]?.lane}`;
				const ended: number[] = [];
				const moving = new Set<string>();
				let most = 0;
				await workInLanes({
					count: list.length,
					limit: () => limit,
					laneOf,
					work: async (index) => {
						expect(moving.has(laneOf(index))).toBe(false);
						moving.add(laneOf(index));
						most = Math.max(most, moving.size);
						await turns(list[index]?.turns ?? 0);
						moving.delete(laneOf(index));
						ended.push(index);
					},
					stopped: goOn,
				});
				expect([...ended].sort((a, b) => a - b)).toEqual([...list.keys()]);
				expect(most).toBeLessThanOrEqual(limit);
				for (const lane of new Set(ended.map(laneOf))) {
					const own = ended.filter((index) => laneOf(index) === lane);
					expect(own).toEqual([...own].sort((a, b) => a - b));
				}
			}),
		);
	});

	it('lets n8n do other things while it looks at thousands of items of few customers', async () => {
		let looked = 0;
		let most = 0;
		let before = 0;
		const watch = setInterval(() => {
			most = Math.max(most, looked - before);
			before = looked;
		}, 0);
		await workInLanes({
			count: 1_000,
			limit: () => 100,
			laneOf: (index) => {
				looked += 1;
				return `lane ${index % 3}`;
			},
			work: async () => await turns(1),
			stopped: goOn,
		});
		clearInterval(watch);
		expect(looked).toBe(1_000);
		expect(most).toBeGreaterThan(0);
		expect(most).toBeLessThanOrEqual(50);
	});

	it('begins nothing more once it is stopped, and waits for what was begun', async () => {
		let stopped = false;
		const begun: number[] = [];
		const ended: number[] = [];
		await workInLanes({
			count: 10,
			limit: () => 2,
			laneOf: (index) => `lane ${index}`,
			work: async (index) => {
				begun.push(index);
				await turns(3);
				if (index === 1) stopped = true;
				ended.push(index);
			},
			stopped: () => stopped,
		});
		expect(begun.length).toBeLessThan(10);
		expect([...ended].sort()).toEqual([...begun].sort());
	});
});

describe('taking turns', () => {
	it('lets work of one key wait for what came before, whether that went well or not', async () => {
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
		const turn = { key: 'customer', abandoned: goOn };
		const all = await Promise.allSettled([
			inTurn(turn, work('first', true)),
			inTurn(turn, work('second')),
			inTurn({ ...turn, key: 'other' }, work('other')),
		]);
		expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
		expect(order.indexOf('second begins')).toBeGreaterThan(order.indexOf('first ends'));
		expect(order.indexOf('other begins')).toBeLessThan(order.indexOf('first ends'));
	});
});

describe('a customer whose turns are over', () => {
	it('is forgotten', async () => {
		const kept = turnsKept();
		await Promise.all(
			['one', 'one', 'another'].map(async (key) => {
				await inTurn({ key, abandoned: goOn }, async () => await turns(3));
			}),
		);
		await new Promise(setImmediate);
		expect(turnsKept()).toBe(kept);
	});
});

describe('what turns have given', () => {
	it('is not kept while others of the same customer wait', async () => {
		setFlagsFromString('--expose-gc');
		const collectGarbage = runInNewContext('gc') as () => void;
		const turn = { key: 'busy customer', abandoned: goOn };
		let given: WeakRef<object> | undefined;
		let finish = (): void => {};
		const first = inTurn(turn, async () => {
			const result = { rows: new Array<number>(1000).fill(1) };
			given = new WeakRef(result);
			return result;
		}).then(() => undefined);
		const waiting = [
			inTurn(turn, async () => await new Promise<void>((resolve) => (finish = resolve))),
			inTurn(turn, async () => {}),
		];
		await first;
		await new Promise(setImmediate);
		collectGarbage();
		expect(given?.deref()).toBeUndefined();
		finish();
		await Promise.all(waiting);
	});
});

describe('a run', () => {
	it('counts waits that lie side by side once', () => {
		const run = new RunReport();
		run.waitBegins(1_000);
		run.waitBegins(2_000);
		run.waitEnds(4_000);
		run.waitEnds(6_000);
		run.waitBegins(10_000);
		run.waitEnds(11_000);
		expect(run.waitedMs).toBe(6_000);
	});

	it('names items in ranges', () => {
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
