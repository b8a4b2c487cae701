import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowExpression } from 'n8n-workflow';
import { skippingClock } from './clock';
import { byUsername, updateCredits, world } from './world';

const here = world({ accounts: 450, subusers: 10 });

const range = (count: number) => [...Array(count).keys()];
const ADJUST = 'PATCH /v3/subusers/{name}/credits/remaining';

/** Nothing may be sent after a stop, whatever was waiting. */
async function expectSilence(): Promise<void> {
	// A busy machine accepts connections after the node has given them up.
	const count = () => here.emulator.counters.requests;
	let requests: number;
	do {
		requests = count();
		await wait(100);
	} while (count() !== requests);
	await skippingClock.sleep(1200);
	expect(here.emulator.counters).toMatchObject({ requests, inFlight: 0 });
}

/** How many parameters are read at most before anything else has its turn. */
function watchedReads(): { most: () => number; end: () => void } {
	const reads = jest.spyOn(WorkflowExpression.prototype, 'getParameterValue');
	let before = 0;
	let most = 0;
	const timer = setInterval(() => {
		most = Math.max(most, reads.mock.calls.length - before);
		before = reads.mock.calls.length;
	}, 0);
	const end = () => {
		clearInterval(timer);
		reads.mockRestore();
	};
	return { most: () => most, end };
}

describe('five thousand items, stopped in the middle', () => {
	it.each([
		['of as many customers', 5000],
		['of three customers', 3],
	])(
		'end soon, begin nothing more, and leave n8n its turn: %s',
		async (_name, customers) => {
			for (const index of range(customers)) here.addSubuser(`customer-${index}`);
			here.emulator.setRateLimit({ limit: 100, windowMs: 2000 }, 'countdown');
			const items = range(5000).map((index) => ({ name: `customer-${index % customers}` }));
			const reads = watchedReads();
			const run = await here.run(
				updateCredits('={{ $json.name }}', { creditType: 'nonrecurring', total: 5 }),
				{ items, cancelAfterMs: 3000, node: { onError: 'continueRegularOutput' } },
			);
			reads.end();
			expect(run.stoppedAfterMs).toBeLessThan(2000);
			expect(here.sent().length).toBeGreaterThan(5);
			expect(here.sent().length).toBeLessThan(600);
			expect(reads.most()).toBeGreaterThan(0);
			expect(reads.most()).toBeLessThan(60);
			await expectSilence();
		},
		30_000,
	);
});

describe('an execution that is stopped', () => {
	it('while it reads page after page asks for no more of them', async () => {
		here.emulator.setLatency(300);
		const run = await here.run(
			{ resource: 'account', operation: 'getAll', returnAll: true },
			{ cancelAfterMs: 450 },
		);
		expect(run.stoppedAfterMs).toBeLessThan(2000);
		expect(run.items).toEqual([]);
		expect(here.sent().length).toBeLessThan(4);
		await expectSilence();
	});

	it('while SendGrid has not answered says what may be done', async () => {
		here.addSubuser('orchard-lane');
		here.fail({ match: ADJUST, kind: 'slow', delayMs: 5000 });
		const run = await here.run(
			{
				resource: 'subuserCredit',
				operation: 'adjust',
				subuser: byUsername('orchard-lane'),
				adjustment: 7,
			},
			{ cancelAfterMs: 800 },
		);
		expect(run.stoppedAfterMs).toBeLessThan(2000);
		expect(run.error?.message).toContain('Subuser orchard-lane');
		expect(run.error?.message).toContain('stopped');
		expect(run.error?.message).toContain('may have been applied');
		expect(here.emulator.state.subusers.get('orchard-lane')?.credits.remain).toBe(607);
		await expectSilence();
	});

	it('before anything was changed leaves no doubt', async () => {
		here.addSubuser('orchard-lane');
		here.fail({ match: 'GET /v3/subusers/{name}/credits', kind: 'hang' });
		const run = await here.run(
			{
				resource: 'subuserCredit',
				operation: 'adjust',
				subuser: byUsername('orchard-lane'),
				adjustment: 7,
			},
			{ cancelAfterMs: 500 },
		);
		expect(run.error?.message).toContain('stopped');
		expect(run.error?.description).not.toContain('may have');
		expect(here.bodies('PATCH')).toEqual([]);
		await expectSilence();
	});
});
