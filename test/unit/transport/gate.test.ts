import { CEILING, Gate, gateOf } from '../../../nodes/SendGridProvisioning/transport/gate';
import type { Admitted } from '../../../nodes/SendGridProvisioning/transport/gate';

const open = { limit: 10_000, remaining: 9_999, resetMs: 60_000 };

function wanted(
	endpoint = 'GET /a',
	more: { maxWaitMs?: number; abandoned?: () => boolean; onLimited?: () => void } = {},
) {
	return { endpoint, maxWaitMs: 1000, abandoned: () => false, onLimited: () => undefined, ...more };
}

async function admitted(gate: Gate, endpoint?: string): Promise<Admitted> {
	const entry = await gate.enter(wanted(endpoint));
	if ('failure' in entry) throw new Error('The gate let nobody through');
	return entry;
}

describe('the gate', () => {
	it('never lets more than the ceiling through at once, over all endpoints', async () => {
		const gate = new Gate();
		const inside: Admitted[] = [];
		for (let index = 0; index < CEILING; index += 1) {
			inside.push(await admitted(gate, `GET /${index}`));
		}
		let through = false;
		const next = admitted(gate, 'GET /next').then((entry) => {
			through = true;
			return entry;
		});
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(through).toBe(false);
		inside.pop()?.answered(open);
		(await next).answered(open);
		expect(through).toBe(true);
	});

	it('holds back an endpoint that was refused, and no other', async () => {
		const gate = new Gate();
		(await admitted(gate)).refused(200, true);
		let limited = 0;
		const started = Date.now();
		const order: string[] = [];
		const waiting = gate.enter(wanted('GET /a', { onLimited: () => (limited += 1) }));
		void waiting.then(() => order.push('GET /a'));
		(await admitted(gate, 'GET /b')).answered(open);
		order.push('GET /b');
		expect(await waiting).not.toHaveProperty('failure');
		expect(order).toEqual(['GET /b', 'GET /a']);
		expect(Date.now() - started).toBeGreaterThanOrEqual(190);
		expect(limited).toBe(1);
	});

	it('lets through who came first, whatever the endpoint', async () => {
		const gate = new Gate();
		const inside: Admitted[] = [];
		while (inside.length < CEILING) inside.push(await admitted(gate, `GET /${inside.length}`));
		const order: string[] = [];
		const coming = ['GET /b', 'GET /a', 'GET /b', 'GET /c', 'GET /a'];
		const entries = coming.map(async (endpoint, index) => {
			const entry = await admitted(gate, endpoint);
			order.push(`${index} ${endpoint}`);
			return entry;
		});
		for (const before of inside) before.answered(open);
		await Promise.all(entries);
		expect(order).toEqual(coming.map((endpoint, index) => `${index} ${endpoint}`));
	});

	it('tells those who come while others wait that they wait, too, and refuses who must not', async () => {
		const gate = new Gate();
		(await admitted(gate)).refused(400, true);
		let told = 0;
		const patient = { onLimited: () => (told += 1) };
		const waiting = [gate.enter(wanted('GET /a', patient)), gate.enter(wanted('GET /a', patient))];
		const hasty = await gate.enter(
			wanted('GET /a', { maxWaitMs: 100, onLimited: patient.onLimited }),
		);
		expect(hasty).toMatchObject({ failure: { kind: 'wait' } });
		expect(told).toBe(2);
		for (const entry of await Promise.all(waiting)) {
			expect(entry).not.toHaveProperty('failure');
			if (!('failure' in entry)) entry.answered(open);
		}
	});

	it('refuses who would have to wait for longer than allowed, and says for how long', async () => {
		const gate = new Gate();
		(await admitted(gate)).refused(5_000, true);
		const entry = await gate.enter(wanted('GET /a', { maxWaitMs: 1000 }));
		expect(entry).toMatchObject({ failure: { kind: 'wait' } });
	});

	it('lets go of who gives up while waiting, soon', async () => {
		const gate = new Gate();
		(await admitted(gate)).refused(9_000, true);
		let gone = false;
		const waiting = gate.enter(wanted('GET /a', { maxWaitMs: 60_000, abandoned: () => gone }));
		const started = Date.now();
		gone = true;
		expect(await waiting).toEqual({ failure: { kind: 'cancelled' } });
		expect(Date.now() - started).toBeLessThan(5_000);
	});

	it('lets half as many through while a refusal holds, over all endpoints', async () => {
		const gate = new Gate();
		(await admitted(gate, 'GET /refused')).refused(300, true);
		const refusedAt = Date.now();
		let through = 0;
		let reachedAllAt = 0;
		for (let index = 0; index < CEILING; index += 1) {
			void admitted(gate, `GET /${index}`).then(() => {
				through += 1;
				if (through === CEILING) reachedAllAt = Date.now();
			});
		}
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(through).toBe(CEILING / 2);
		while (reachedAllAt === 0 && Date.now() < refusedAt + 5000) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		expect(through).toBe(CEILING);
		expect(reachedAllAt - refusedAt).toBeGreaterThanOrEqual(290);
	});

	it('is one for each host and credential', async () => {
		const gate = gateOf('https://one.example', 'key');
		const entry = await admitted(gate);
		expect(gateOf('https://one.example', 'key')).toBe(gate);
		expect(gateOf('https://one.example', 'other key')).not.toBe(gate);
		expect(gateOf('https://two.example', 'key')).not.toBe(gate);
		entry.answered(open);
	});

	it('is forgotten when idle, but not while it has a limit to remember or a request in flight', async () => {
		const gate = gateOf('https://forgotten.example', 'of the idle');
		(await admitted(gate)).answered(open);
		const busy = gateOf('https://forgotten.example', 'of the busy');
		await admitted(busy);
		const startedAt = Date.now();
		const clock = jest.spyOn(Date, 'now');
		const isKnownAfter = (ms: number) => {
			clock.mockReturnValue(startedAt + ms);
			// Whoever comes for the first time looks for those to forget.
			gateOf('https://forgotten.example', `a newcomer after ${ms}`);
			return [
				gateOf('https://forgotten.example', 'of the idle') === gate,
				gateOf('https://forgotten.example', 'of the busy') === busy,
			];
		};
		try {
			expect(isKnownAfter(1000)).toEqual([true, true]);
			expect(isKnownAfter(3_600_001)).toEqual([false, true]);
		} finally {
			clock.mockRestore();
		}
	});
});
