import { readRateLimit } from '../../../../nodes/SendGridProvisioning/transport/limit/headers';
import {
	MAX_IN_FLIGHT,
	queueOf,
	RequestQueue,
} from '../../../../nodes/SendGridProvisioning/transport/limit/requestQueue';
import type {
	Permit,
	QueuedRequest,
} from '../../../../nodes/SendGridProvisioning/transport/limit/requestQueue';
import { SimulatedClock } from '../../simulatedClock';

const START = Date.parse('2026-03-01T12:00:00Z');
const OPEN = readRateLimit(
	{ 'x-ratelimit-limit': 10_000, 'x-ratelimit-remaining': 9_999, 'x-ratelimit-reset': 60 },
	START,
);
const retryAfter = (seconds: number) => readRateLimit({ 'retry-after': seconds }, START);

let clock: SimulatedClock;
let queue: RequestQueue;
beforeEach(() => {
	clock = new SimulatedClock(START);
	queue = new RequestQueue(clock, () => 0.5);
});

const request = (endpoint = 'GET /a', more: Partial<QueuedRequest> = {}): QueuedRequest => ({
	endpoint,
	mayWaitMs: () => 60_000,
	shouldStop: () => false,
	onLimited: () => undefined,
	...more,
});

async function permitted(endpoint?: string, more?: Partial<QueuedRequest>): Promise<Permit> {
	const permit = await queue.acquire(request(endpoint, more));
	if ('failure' in permit) throw new Error('The request got no permit');
	return permit;
}

describe('the request queue', () => {
	it('has at most 100 requests in flight, across all endpoints', async () => {
		const permits: Permit[] = [];
		while (permits.length < MAX_IN_FLIGHT) permits.push(await permitted(`GET /${permits.length}`));
		let isSent = false;
		void permitted('GET /next').then(() => (isSent = true));
		await clock.pass(1_000);
		expect(isSent).toBe(false);
		permits[0]?.answered(OPEN);
		await clock.pass(0);
		expect(isSent).toBe(true);
	});

	it('sends requests in the order of their arrival, across all endpoints', async () => {
		const permits: Permit[] = [];
		while (permits.length < MAX_IN_FLIGHT) permits.push(await permitted(`GET /${permits.length}`));
		const order: string[] = [];
		const endpoints = ['GET /b', 'GET /a', 'GET /b', 'GET /c', 'GET /a'];
		endpoints.forEach((endpoint, index) => {
			void permitted(endpoint).then(() => order.push(`${index} ${endpoint}`));
		});
		for (const permit of permits) permit.answered(OPEN);
		await clock.pass(0);
		expect(order).toEqual(endpoints.map((endpoint, index) => `${index} ${endpoint}`));
	});

	it('sends a refused request again before later ones', async () => {
		const refused = await permitted();
		const order: string[] = [];
		refused.refused(retryAfter(1));
		void permitted().then((permit) => order.push('later') && permit.answered(OPEN));
		const again = permitted('GET /a', { position: refused.position });
		void again.then((permit) => order.push('refused') && permit.answered(OPEN));
		await clock.pass(2_000);
		expect(order).toEqual(['refused', 'later']);
	});

	it('holds back only an endpoint that was refused', async () => {
		(await permitted()).refused(retryAfter(5));
		const sentAt: Record<string, number> = {};
		for (const endpoint of ['GET /a', 'GET /b']) {
			void permitted(endpoint).then(() => (sentAt[endpoint] = clock.now() - START));
		}
		await clock.pass(10_000);
		expect(sentAt['GET /b']).toBe(0);
		expect(sentAt['GET /a']).toBeGreaterThanOrEqual(5_000);
		expect(sentAt['GET /a']).toBeLessThan(5_100);
	});

	it.each([
		['POST /a', 1],
		['DELETE /a', 1],
		['PUT /a', 10],
		['PATCH /a', 10],
		['GET /a', 10],
	])('starts %s with %i in flight', async (endpoint, count) => {
		let sent = 0;
		for (let index = 0; index < 20; index += 1) void permitted(endpoint).then(() => (sent += 1));
		await clock.pass(0);
		expect(sent).toBe(count);
	});

	it('returns how long SendGrid asks to wait', async () => {
		expect((await permitted()).refused(retryAfter(7))).toBe(7_000);
	});

	it('notifies each request once that the rate limit makes it wait', async () => {
		const first = await permitted();
		let notified = 0;
		const overrides = { onLimited: () => (notified += 1) };
		void permitted('GET /a', overrides);
		expect(notified).toBe(0);
		first.refused(retryAfter(5));
		void permitted('GET /a', overrides);
		for (let index = 0; index < 30; index += 1) void permitted('GET /a', overrides);
		await clock.pass(4_000);
		// The one that was sent before the refusal isn't notified.
		expect(notified).toBe(31);
	});

	it('refuses a request whose wait is longer than allowed, and returns how long it is', async () => {
		const first = await permitted();
		const others = await Promise.all(Array.from({ length: 9 }, async () => permitted()));
		// No response has come, so these wait for an unknown time.
		const refused = queue.acquire(request('GET /a', { mayWaitMs: () => 1_000 }));
		const allowed = queue.acquire(request('GET /a', { mayWaitMs: () => 6_000 }));
		first.refused(retryAfter(5));
		expect(await refused).toEqual({ failure: { kind: 'wait', waitMs: 5_050 } });
		expect(await queue.acquire(request('GET /a', { mayWaitMs: () => 1_000 }))).toMatchObject({
			failure: { kind: 'wait' },
		});
		for (const other of others) other.answered(OPEN);
		await clock.run(allowed);
		expect(await allowed).not.toHaveProperty('failure');
	});

	it('ends a wait within half a second of a cancel', async () => {
		(await permitted()).refused(retryAfter(50));
		let isCancelled = false;
		let outcome: unknown;
		const shouldStop = () => isCancelled;
		void queue.acquire(request('GET /a', { shouldStop })).then((value) => (outcome = value));
		await clock.pass(7_300);
		expect(outcome).toBeUndefined();
		isCancelled = true;
		await clock.pass(500);
		expect(outcome).toEqual({ failure: { kind: 'cancelled' } });
	});

	it('doesn’t send a request that was already cancelled', async () => {
		expect(await queue.acquire(request('GET /a', { shouldStop: () => true }))).toEqual({
			failure: { kind: 'cancelled' },
		});
	});

	it('sends the next request when another is lost', async () => {
		for (let sent = 0; sent < 2 * MAX_IN_FLIGHT; sent += 1) (await permitted()).lost();
	});
});

describe('the queue of a process', () => {
	it('is one per host and credential', () => {
		const one = queueOf('https://one.example', 'key');
		expect(queueOf('https://one.example', 'other key')).not.toBe(one);
		expect(queueOf('https://two.example', 'key')).not.toBe(one);
		expect(queueOf('https://one.example', 'key')).toBe(one);
	});

	it('is dropped when it’s idle, but not while it has a limit or a request in flight', async () => {
		const idle = queueOf('https://forgotten.example', 'idle');
		const permit = await idle.acquire(request());
		if ('answered' in permit) permit.answered(OPEN);
		const busy = queueOf('https://forgotten.example', 'busy');
		await busy.acquire(request());
		const startedAt = Date.now();
		jest.useFakeTimers();
		const areKnownAfter = (ms: number) => {
			jest.setSystemTime(startedAt + ms);
			// A new queue makes the process drop the idle ones.
			queueOf('https://forgotten.example', `new after ${ms}`);
			return [
				queueOf('https://forgotten.example', 'idle') === idle,
				queueOf('https://forgotten.example', 'busy') === busy,
			];
		};
		try {
			expect(areKnownAfter(1_000)).toEqual([true, true]);
			expect(areKnownAfter(3_600_001)).toEqual([false, true]);
		} finally {
			jest.useRealTimers();
		}
	});
});
