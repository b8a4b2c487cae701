import type { EntryList } from '../../../nodes/SendGridProvisioning/runner/entryList';
import { KeyedItems } from '../../../nodes/SendGridProvisioning/runner/keyedItems';
import { Pace } from '../../../nodes/SendGridProvisioning/runner/pace';
import { RunReport } from '../../../nodes/SendGridProvisioning/runner/runReport';

const range = (count: number): number[] => [...Array(count).keys()];

/** How many steps the work takes at most before other work gets its turn. */
async function mostAtOnce(work: (step: () => void) => Promise<unknown>): Promise<number> {
	let [steps, before, most] = [0, 0, 0];
	const look = (): void => {
		most = Math.max(most, steps - before);
		before = steps;
	};
	const watch = setInterval(look, 0);
	await work(() => (steps += 1));
	look();
	clearInterval(watch);
	return most;
}

describe('the pace of work on many items', () => {
	it('begins all steps in order, and lets other work in after a few', async () => {
		const begun: number[] = [];
		const most = await mostAtOnce(async (step) => {
			const pace = new Pace();
			const begin = async (index: number): Promise<void> => {
				await pace.nextStep();
				begun.push(index);
				step();
			};
			await Promise.all(range(300).map(begin));
		});
		expect(begun).toEqual(range(300));
		expect(most).toBeGreaterThan(0);
		expect(most).toBeLessThanOrEqual(50);
	});

	it('holds for items whose keys are answered in one call', async () => {
		let answer = (): void => {};
		const answered = new Promise<void>((resolve) => (answer = resolve));
		const store = {
			ask: async () => {
				await answered;
				return 'new' as const;
			},
			write: async () => ({}),
		};
		const keyed = new KeyedItems(
			{ id: 'node', list: {} as EntryList, store: () => store },
			new RunReport(),
		);
		const most = await mostAtOnce(async (step) => {
			const all = range(300).map(
				async (index) =>
					await keyed.run({
						key: { operation: 'test', customer: '', key: String(index) },
						inDoubt: 'fail',
						api: { send: jest.fn(), trySend: jest.fn() },
						shouldStop: () => false,
						act: async () => step(),
						lasts: async () => true,
						alreadyDone: async () => {},
					}),
			);
			answer();
			await Promise.all(all);
		});
		expect(most).toBeGreaterThan(0);
		expect(most).toBeLessThanOrEqual(50);
	});
});
