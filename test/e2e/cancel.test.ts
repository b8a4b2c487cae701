import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../playground/n8nApi';
import { linesUnderTest } from '../../playground/paths';
import { START_TIMEOUT_MS, startInstance, type Instance } from './instance';
import { TRIGGER, workflowOf } from './workflows';

const TIMEOUT_MS = 30_000;
/** A wait for the rate limit is looked at each half a second; the rest is n8n's own. */
const SOON_MS = 3_000;
const subuser = { __rl: true, mode: 'username', value: '={{ $json.username }}' };

describe.each(linesUnderTest)('An execution that is stopped in n8n $version', (line) => {
	let instance: Instance;

	beforeAll(async () => {
		instance = await startInstance(line);
	}, START_TIMEOUT_MS);

	afterAll(async () => await instance?.stop());

	beforeEach(() => instance.emulator.reset());

	/** Runs the operation for some subusers, stops it when told, and tells how long that took. */
	async function stopped(parameters: Json, when: () => boolean): Promise<number> {
		const { api, emulator } = instance;
		const items = emulator.state.subusers.list(0, 20).map(({ username }) => ({ username }));
		const workflow = workflowOf(instance, items, {
			parameters,
			onError: 'continueRegularOutput',
		});
		const id = await api.startManually(await api.replaceWorkflow(workflow), TRIGGER);
		const until = Date.now() + TIMEOUT_MS;
		while (!when()) {
			if (Date.now() > until) throw new Error('The node never came to the point of this test.');
			await sleep(20);
		}
		// Until nothing moves any more.
		await sleep(500);
		const stoppedAt = Date.now();
		await api.stop(id);
		expect((await api.execution(id)).status).toBe('canceled');
		return Date.now() - stoppedAt;
	}

	async function expectSilenceFor(ms: number): Promise<void> {
		const { requests } = instance.emulator.counters;
		await sleep(ms);
		expect(instance.emulator.counters).toMatchObject({ requests, inFlight: 0 });
	}

	it('while SendGrid has not answered lets go of its requests and ends', async () => {
		const { emulator } = instance;
		const match = 'PUT /v3/subusers/{name}/credits';
		emulator.fail({ match, kind: 'hang', times: Infinity });
		const took = await stopped(
			{ resource: 'subuserCredit', operation: 'update', subuser, creditType: 'unlimited' },
			() => emulator.counters.inFlight > 0,
		);
		expect(took).toBeLessThan(SOON_MS);
		// As long as a repeat would let wait for it.
		await expectSilenceFor(2_500);
	});

	it('while it waits for the rate limit ends, and sends nothing when the wait would be over', async () => {
		const { emulator } = instance;
		emulator.setRateLimit({ limit: 5, windowMs: 6_000 }, 'countdown');
		const took = await stopped(
			{ resource: 'subuserCredit', operation: 'get', subuser },
			() => emulator.counters.requests >= 5,
		);
		expect(took).toBeLessThan(SOON_MS);
		expect(emulator.counters.requests).toBeLessThan(20);
		await expectSilenceFor(8_000);
	});
});
