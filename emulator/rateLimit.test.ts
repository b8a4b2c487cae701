import { RateLimiter } from './rateLimit';
import { startTestClient, type TestClient } from './testClient';

const NOW = 1_800_000_000_300;

describe('the rate limiter', () => {
	it('aligns windows to the clock', () => {
		const limiter = new RateLimiter({ limit: 2, windowMs: 1000 }, 'none');
		const allowed = [0, 100, 200, 699, 700, 1600, 1699, 1700].map(
			(ms) => limiter.count('key', 'a', NOW + ms).allowed,
		);
		expect(allowed).toEqual([true, true, false, false, true, true, false, true]);
	});

	it('can start one limit’s windows differently from the default', () => {
		const limiter = new RateLimiter({ limit: 1, windowMs: 60_000 }, 'countdown', 'first-request');
		const reset = () => limiter.count('key', 'a', NOW).headers['x-ratelimit-reset'];
		expect(reset()).toBe('60');
		limiter.set({ limit: 1, windowMs: 60_000, windows: 'clock' });
		expect(reset()).toBe(String(Math.ceil((60_000 - (NOW % 60_000)) / 1000)));
	});

	it('can send the limit as a list, as Envoy does', () => {
		const limiter = new RateLimiter({ limit: 10, windowMs: 5_000, listed: true }, 'epoch');
		expect(limiter.count('key', 'a', NOW).headers['x-ratelimit-limit']).toBe('10, 10;w=5');
	});

	it('can start windows with their first request', () => {
		const limiter = new RateLimiter({ limit: 2, windowMs: 1000 }, 'none', 'first-request');
		const allowed = [0, 999, 999, 1000, 1999, 1999, 2000].map(
			(ms) => limiter.count('key', 'a', NOW + ms).allowed,
		);
		expect(allowed).toEqual([true, true, false, true, true, false, true]);
		expect(limiter.count('key', 'b', NOW).allowed).toBe(true);
	});

	it('counts by key and endpoint, or only by key if all endpoints share the limit', () => {
		const requests: Array<[string, string]> = [
			['one', 'a'],
			['one', 'b'],
			['two', 'a'],
			['one', 'a'],
		];
		const allowed = (shared: boolean) => {
			const limiter = new RateLimiter({ limit: 1, windowMs: 1000, shared }, 'none');
			return requests.map(([key, endpoint]) => limiter.count(key, endpoint, NOW).allowed);
		};
		expect(allowed(false)).toEqual([true, true, true, false]);
		expect(allowed(true)).toEqual([true, false, true, false]);
	});

	it('sends the end of the window as an epoch or a countdown, both rounded up', () => {
		const rate = { limit: 5, windowMs: 60_000, windows: 'first-request' } as const;
		const reset = (form: 'epoch' | 'countdown', waitMs: number): Record<string, string> => {
			const limiter = new RateLimiter(rate, form);
			limiter.count('key', 'a', NOW);
			return limiter.count('key', 'a', NOW + waitMs).headers;
		};
		expect(reset('epoch', 10)).toEqual({
			'x-ratelimit-limit': '5',
			'x-ratelimit-remaining': '3',
			'x-ratelimit-reset': '1800000061',
		});
		expect(reset('countdown', 0)['x-ratelimit-reset']).toBe('60');
		expect(reset('countdown', 59_999)['x-ratelimit-reset']).toBe('1');
	});

	it('sends no headers without a limit, or if they are turned off', () => {
		expect(new RateLimiter(null, 'epoch').count('key', 'a', NOW)).toEqual({
			allowed: true,
			headers: {},
		});
		const withoutHeaders = new RateLimiter({ limit: 1, windowMs: 1000 }, 'none');
		expect(withoutHeaders.count('key', 'a', NOW)).toEqual({ allowed: true, headers: {} });
	});
});

describe('a rate limit', () => {
	let test: TestClient;
	beforeEach(async () => {
		test = await startTestClient({ rateLimit: { limit: 2, windowMs: 60_000 } });
	});
	afterEach(() => test.close());

	const put = (name: string) =>
		test.send(`PUT /v3/subusers/${name}/credits`, { type: 'nonrecurring', total: 9 });

	it('refuses requests beyond it, without applying them', async () => {
		expect([(await put('tidewater-toys')).status, (await put('tidewater-toys')).status]).toEqual([
			200, 200,
		]);
		const { status, data, headers } = await put('birchwood-bakery');
		expect(status).toBe(429);
		expect(data).toEqual({ errors: [{ field: null, message: 'too many requests' }] });
		expect(headers['x-ratelimit-remaining']).toBe('0');
		expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now() / 1000);
		expect(test.emulator.state.subusers.get('birchwood-bakery')?.credits.total).toBe(10000);
	});

	it('is separate for each endpoint and each key', async () => {
		for (const name of ['tidewater-toys', 'saltmarsh-books']) await put(name);
		expect((await put('lowmoor-linens')).status).toBe(429);
		expect((await test.send('GET /v3/subusers/tidewater-toys/credits')).status).toBe(200);
		const otherEndpoint = 'PUT /v3/subusers/lowmoor-linens/ips';
		expect((await test.send(otherEndpoint, ['192.0.2.1'])).headers['x-ratelimit-remaining']).toBe(
			'1',
		);
		const authorization = `Bearer ${test.emulator.addKey()}`;
		const path = 'PUT /v3/subusers/lowmoor-linens/credits';
		const other = await test.send(path, { type: 'unlimited' }, { authorization });
		expect([other.status, other.headers['x-ratelimit-remaining']]).toEqual([200, '1']);
	});

	it('can be shared by all endpoints', async () => {
		test.emulator.setRateLimit({ limit: 2, windowMs: 60_000, shared: true });
		await put('tidewater-toys');
		expect((await test.send('GET /v3/scopes')).headers['x-ratelimit-remaining']).toBe('0');
		expect((await put('tidewater-toys')).status).toBe(429);
	});

	it('is in the headers of every response, including errors', async () => {
		const { status, headers } = await test.send('GET /v3/subusers/nobody/credits');
		expect([status, headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']]).toEqual([
			400,
			'2',
			'1',
		]);
	});

	it('uses real time, not the emulator’s clock', async () => {
		for (let time = 0; time < 2; time++) await put('tidewater-toys');
		test.emulator.clock.advance(3_600_000);
		expect((await put('tidewater-toys')).status).toBe(429);
	});

	it('can be changed while running', async () => {
		for (let time = 0; time < 2; time++) await put('tidewater-toys');
		test.emulator.setRateLimit({ limit: 1, windowMs: 1000 }, 'countdown');
		const { status, headers } = await put('tidewater-toys');
		expect([status, headers['x-ratelimit-reset']]).toEqual([200, '1']);
		expect((await put('tidewater-toys')).status).toBe(429);
		await new Promise((resolve) => setTimeout(resolve, 1010));
		expect((await put('tidewater-toys')).status).toBe(200);
		test.emulator.setRateLimit(null);
		expect((await put('tidewater-toys')).headers['x-ratelimit-limit']).toBeUndefined();
	});
});
