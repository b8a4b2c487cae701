import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../playground/n8nApi';
import type { Instance } from './instance';
import { TRIGGER, workflowOf } from './workflows';

const TIMEOUT_MS = 30_000;
/** The node checks for a stop twice a second; the rest is n8n's own time. */
const MAX_STOP_MS = 3_000;
const subuser = { __rl: true, mode: 'username', value: '={{ $json.username }}' };

/** Tests the node in an execution that a user stops. */
export function testStopping(instance: () => Instance): void {
	/** Runs the operation for 20 subusers, stops it after `isReady`, and returns how long the stop took. */
	async function stopWhen(isReady: () => boolean, parameters: Json): Promise<number> {
		const { api, emulator } = instance();
		const items = emulator.state.subusers.list(0, 20).map(({ username }) => ({ username }));
		const workflow = workflowOf(instance(), items, {
			parameters,
			onError: 'continueRegularOutput',
		});
		const id = await api.startManually(await api.replaceWorkflow(workflow), TRIGGER);
		const until = Date.now() + TIMEOUT_MS;
		while (!isReady()) {
			if (Date.now() > until) throw new Error('The node never reached the point of this test.');
			await sleep(20);
		}
		// Until the node only waits.
		await sleep(500);
		const stoppedAt = Date.now();
		await api.stop(id);
		expect((await api.execution(id)).status).toBe('canceled');
		return Date.now() - stoppedAt;
	}

	async function expectNoRequestsFor(ms: number): Promise<void> {
		const { requests } = instance().emulator.counters;
		await sleep(ms);
		expect(instance().emulator.counters).toMatchObject({ requests, inFlight: 0 });
	}

	it('drops requests that SendGrid hasn’t answered', async () => {
		const { emulator } = instance();
		const match = 'PUT /v3/subusers/{name}/credits';
		emulator.fail({ match, kind: 'hang', times: Infinity });
		const took = await stopWhen(() => emulator.counters.inFlight > 0, {
			resource: 'subuserCredit',
			operation: 'update',
			subuser,
			creditType: 'unlimited',
		});
		expect(took).toBeLessThan(MAX_STOP_MS);
		// Longer than the wait before a retry.
		await expectNoRequestsFor(2_500);
	});

	it('ends a wait for the rate limit, and sends nothing after the window', async () => {
		const { emulator } = instance();
		emulator.setRateLimit({ limit: 5, windowMs: 6_000 }, 'countdown');
		const took = await stopWhen(() => emulator.counters.requests >= 5, {
			resource: 'subuserCredit',
			operation: 'get',
			subuser,
		});
		expect(took).toBeLessThan(MAX_STOP_MS);
		expect(emulator.counters.requests).toBeLessThan(20);
		await expectNoRequestsFor(8_000);
	});
}
