import type { KeyState } from '../../../nodes/SendGridProvisioning/domain/onceKey';
import type { Outcome } from '../../../nodes/SendGridProvisioning/domain/outcome';
import type { EntryList } from '../../../nodes/SendGridProvisioning/runner/entryList';
import { KeyedItems } from '../../../nodes/SendGridProvisioning/runner/keyedItems';
import { RunReport } from '../../../nodes/SendGridProvisioning/runner/runReport';
import { clock } from '../../../nodes/SendGridProvisioning/transport/clock';
import { wasCancelled } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import { SimulatedClock } from '../simulatedClock';

const { now, sleep } = clock;

describe('items whose execution is cancelled while n8n doesn’t answer about their keys', () => {
	let answers: Array<(state: KeyState) => void>;
	let isCancelled: boolean;
	let acted: string[];
	let keyed: KeyedItems;
	let time: SimulatedClock;

	beforeEach(() => {
		time = new SimulatedClock(0);
		Object.assign(clock, { now: time.now, sleep: time.sleep });
		[answers, isCancelled, acted] = [[], false, []];
		const store = {
			ask: async () => await new Promise<KeyState>((resolve) => answers.push(resolve)),
			write: async () => ({}),
		};
		// Items of the same node and key wait for each other, also those of an earlier test.
		const id = expect.getState().currentTestName ?? '';
		const node = { id, list: {} as EntryList, store: () => store };
		keyed = new KeyedItems(node, new RunReport());
	});

	afterEach(() => Object.assign(clock, { now, sleep }));

	async function run(key: string): Promise<Outcome<void>> {
		const { outcome } = await keyed.run<void>({
			key: { operation: 'test', customer: '', key },
			inDoubt: 'fail',
			api: { send: jest.fn(), trySend: jest.fn() },
			shouldStop: () => isCancelled,
			act: async () => void acted.push(key),
			lasts: async () => true,
			alreadyDone: async () => {},
		});
		return outcome;
	}

	it.each([
		['before any was answered', 0],
		['long after others were answered', 1100],
		['soon after others were answered', 100],
	])('end within a second: %s', async (_when: string, pauseMs: number) => {
		if (pauseMs > 0) {
			const first = run('first');
			answers.pop()?.('new');
			await first;
			await time.pass(pauseMs);
		}
		const running = Promise.all([run('a'), run('b')]);
		isCancelled = true;
		const began = time.now();
		await time.run(running);

		const outcomes = await running;
		expect(time.now() - began).toBeLessThan(1000);
		expect(outcomes.map((one) => 'error' in one && wasCancelled(one.error))).toEqual([true, true]);
		expect(acted).toEqual(pauseMs > 0 ? ['first'] : []);
	});
});
