import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountIdOf, startEmulator, type Fault } from './index';
import { Faults } from './faults';
import { startTestClient, type TestClient } from './testClient';

const TEXT: unknown = expect.any(String);
const HTML_TYPE: unknown = expect.stringContaining('text/html');
const PAGE: unknown = expect.stringContaining('<html>');
const OFFERINGS = `/v3/partners/accounts/${accountIdOf('tidewater-toys')}/offerings`;
const CREDITS = '/v3/subusers/saltmarsh-books/credits';
const ONCE = { type: 'nonrecurring', total: 7 };
const PUT_CREDITS = 'PUT /v3/subusers/{name}/credits';

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

const remain = () => test.emulator.state.subusers.get('saltmarsh-books')?.credits.remain;
const putCredits = () => test.send(`PUT ${CREDITS}`, ONCE);
const fail = (fault: Fault) => test.emulator.fail({ match: PUT_CREDITS, ...fault });
const lastStatus = () => test.emulator.requests.at(-1)?.status;

describe('faults', () => {
	it('affect one request by default, or as many as requested, after others have passed', () => {
		const faults = new Faults();
		faults.add({ match: 'GET /v3/scopes', kind: 'reset', after: 1, times: 2 });
		faults.add({ match: 'GET /v3/scopes', kind: 'hang' });
		const kinds = [1, 2, 3, 4, 5].map(() => faults.take('GET', '/v3/scopes')?.kind);
		expect(kinds).toEqual(['hang', 'reset', 'reset', undefined, undefined]);
	});

	it.each([
		[
			'PUT /v3/partners/accounts/{id}/offerings',
			'PUT',
			'/v3/partners/accounts/sg1/offerings',
			true,
		],
		[
			'PUT /v3/partners/accounts/{id}/offerings',
			'GET',
			'/v3/partners/accounts/sg1/offerings',
			false,
		],
		['PUT /v3/partners/accounts/{id}', 'PUT', '/v3/partners/accounts/sg1/offerings', false],
		['/v3/subusers/{name}', 'DELETE', '/v3/subusers/a.b', true],
		['GET /v3/subusers/a.b', 'GET', '/v3/subusers/aXb', false],
		['GET /v3/subusers/a%40b.example/credits', 'GET', '/v3/subusers/a%40b.example/credits', true],
		[/^(GET|PUT) .*credits$/g, 'PUT', '/v3/subusers/a/credits', true],
	])('with match %s affect %s %s: %s', (match, method, path, expected) => {
		const faults = new Faults();
		faults.add({ match, kind: 'hang', times: Infinity });
		const struck = [1, 2].map(() => faults.take(method, path) !== undefined);
		expect(struck).toEqual([expected, expected]);
	});

	it('count the requests they have affected', () => {
		const faults = new Faults();
		const strikes = faults.add({ match: '/v3/scopes', kind: 'reset', after: 1, times: 2 });
		const counts = [1, 2, 3, 4].map(() => {
			faults.take('GET', '/v3/scopes');
			return strikes.struck;
		});
		expect(counts).toEqual([0, 1, 2, 2]);
	});

	it('can be limited to one API key', async () => {
		const key = test.emulator.addKey();
		test.emulator.fail({ match: PUT_CREDITS, kind: 'html', times: Infinity, key });
		expect((await putCredits()).status).toBe(200);
		const authorization = `Bearer ${key}`;
		expect((await test.send(`PUT ${CREDITS}`, ONCE, { authorization })).status).toBe(502);
	});

	it('can be cleared', async () => {
		fail({ kind: 'status', status: 500 });
		test.emulator.clearFaults();
		expect((await putCredits()).status).toBe(200);
	});

	it('don’t affect a request that the key check refuses', async () => {
		fail({ kind: 'html' });
		expect((await test.send(`PUT ${CREDITS}`, {}, { authorization: '' })).status).toBe(401);
		expect((await putCredits()).status).toBe(502);
	});
});

describe('a fault that keeps a request from being applied', () => {
	it('answers any status in the error format of the endpoint', async () => {
		fail({ kind: 'status', status: 503 });
		const { status, data } = await putCredits();
		expect([status, data.errors]).toEqual([503, [{ message: TEXT, field: null }]]);
		test.emulator.fail({ match: `PUT ${OFFERINGS}`, kind: 'status', status: 500 });
		const partner = await test.send(`PUT ${OFFERINGS}`, { offerings: [] });
		expect([partner.status, partner.data.errors[0]?.error_id]).toEqual([500, '10-50000']);
		expect(remain()).toBe(4200);
	});

	it('answers a given body and headers', async () => {
		fail({ kind: 'status', status: 429, body: { errors: [] }, headers: { 'retry-after': '7' } });
		const { status, data, headers } = await putCredits();
		expect([status, data, headers['retry-after']]).toEqual([429, { errors: [] }, '7']);
	});

	it('answers a gateway’s page', async () => {
		fail({ kind: 'html', status: 504 });
		const { status, data, headers } = await putCredits();
		expect([status, headers['content-type']]).toEqual([504, HTML_TYPE]);
		expect(data).toContain('<html>');
		expect(remain()).toBe(4200);
	});

	it('leaves out rate limit headers only if a gateway answers', async () => {
		test.emulator.setRateLimit({ limit: 9, windowMs: 60_000 });
		const faults: Fault[] = [
			{ kind: 'status', status: 503 },
			{ kind: 'html' },
			{ kind: 'appliedThenStatus' },
		];
		for (const fault of faults) {
			fail(fault);
			fail({ ...fault, gateway: true } as Fault);
			const remaining = [await putCredits(), await putCredits()].map(
				({ headers }) => headers['x-ratelimit-remaining'],
			);
			expect([fault.kind, ...remaining]).toEqual([fault.kind, TEXT, undefined]);
		}
		expect((await putCredits()).headers['x-ratelimit-remaining']).toBe('2');
	});

	it('redirects', async () => {
		fail({ kind: 'redirect', location: 'https://elsewhere.example/', status: 307 });
		const { status, headers } = await putCredits();
		expect([status, headers.location]).toEqual([307, 'https://elsewhere.example/']);
		expect(remain()).toBe(4200);
	});

	it('resets the connection', async () => {
		fail({ kind: 'reset' });
		await expect(putCredits()).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect([remain(), lastStatus()]).toEqual([4200, undefined]);
		expect((await putCredits()).status).toBe(200);
	});

	it('doesn’t answer until the emulator closes', async () => {
		fail({ kind: 'hang' });
		const answer = putCredits().catch((error: { code: string }) => error.code);
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(test.emulator.requests.at(-1)).toMatchObject({ status: undefined, endedAt: undefined });
		expect(test.emulator.counters.inFlight).toBe(1);
		const before = Date.now();
		// Not `test.close()`, which also closes the client's connections.
		await test.emulator.close();
		expect(Date.now() - before).toBeLessThan(5_000);
		expect(await answer).toBe('ECONNRESET');
		expect(remain()).toBe(4200);
	});
});

describe('a fault that changes the response to an applied request', () => {
	it('resets the connection instead of answering', async () => {
		fail({ kind: 'appliedThenLost' });
		await expect(putCredits()).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect([remain(), lastStatus()]).toEqual([7, undefined]);
	});

	it('answers an error', async () => {
		fail({ kind: 'appliedThenStatus' });
		const { status, data } = await putCredits();
		expect([status, data.errors[0]?.field, remain()]).toEqual([500, null, 7]);
	});

	it('answers an error page, even for a response without a body', async () => {
		const path = 'PATCH /v3/subusers/tidewater-toys';
		test.emulator.fail({ match: path, kind: 'appliedThenStatus', status: 503, html: true });
		const { status, data } = await test.send(path, { disabled: true });
		expect([status, data]).toEqual([503, PAGE]);
		expect(test.emulator.state.subusers.get('tidewater-toys')?.disabled).toBe(true);
	});

	it('answers an error without the sign-in link', async () => {
		const path = `POST /v3/partners/accounts/${accountIdOf('tidewater-toys')}/sso`;
		test.emulator.fail({ match: path, kind: 'appliedThenStatus' });
		const { status, headers } = await test.send(path);
		expect([status, headers.location]).toEqual([500, undefined]);
		expect(test.emulator.state.signInCodes.size).toBe(1);
	});

	it('leaves the body out', async () => {
		fail({ kind: 'emptyBody' });
		const { status, data } = await putCredits();
		expect([status, data, remain()]).toEqual([200, '', 7]);
	});

	it('answers half of the JSON', async () => {
		fail({ kind: 'truncated' });
		const { status, data } = await test.send<string>(`PUT ${CREDITS}`, ONCE);
		expect([status, remain()]).toEqual([200, 7]);
		expect(data).toMatch(/^\{"type"/);
		expect(() => void JSON.parse(data)).toThrow();
	});

	it('answers late', async () => {
		fail({ kind: 'slow', delayMs: 120 });
		const before = Date.now();
		const answer = putCredits();
		await new Promise((resolve) => setTimeout(resolve, 60));
		expect(remain()).toBe(7);
		expect((await answer).status).toBe(200);
		expect(Date.now() - before).toBeGreaterThanOrEqual(115);
	});

	it.each([
		['a JSON body', `PUT ${CREDITS}`, ONCE, 200, '{"typ'],
		[
			'spaces for a response without a body',
			'PATCH /v3/subusers/saltmarsh-books',
			{ disabled: true },
			200,
			'  ',
		],
	])('sends a body slowly without end: %s', async (_name, call, body, status, begins) => {
		const { url, apiKey, state } = test.emulator;
		const [method = '', path = ''] = call.split(' ');
		test.emulator.fail({ match: call, kind: 'trickle', everyMs: 5 });
		const response = await fetch(`${url}${path}`, {
			method,
			body: JSON.stringify(body),
			headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
		});
		expect(response.status).toBe(status);
		const reader = response.body?.getReader();
		let text = '';
		// More than the complete response.
		while (text.length < 150) text += Buffer.from((await reader?.read())?.value ?? []).toString();
		expect(text.startsWith(begins)).toBe(true);
		expect(text.endsWith('  ')).toBe(true);
		expect(test.emulator.counters.inFlight).toBe(1);
		await reader?.cancel();
		const { disabled, credits } = state.subusers.get('saltmarsh-books') ?? {};
		expect(disabled === true || credits?.remain === 7).toBe(true);
		while (test.emulator.counters.inFlight > 0) await new Promise((go) => setTimeout(go, 5));
		expect(lastStatus()).toBeUndefined();
	});

	it('drops an offering or changes its quantity, but answers 200', async () => {
		const pro = { name: 'demo.ei.pro-100k.v1', type: 'package', quantity: 1 };
		const ip = { name: 'demo.x.ip.v1', type: 'addon', quantity: 2 };
		const match = 'PUT /v3/partners/accounts/{id}/offerings';
		const put = async () =>
			(await test.send(`PUT ${OFFERINGS}`, { offerings: [pro, ip] })).data.offerings;
		test.emulator.fail({ match, kind: 'dropOffering', name: ip.name });
		expect(await put()).toEqual([pro]);
		test.emulator.fail({ match, kind: 'alterOffering', name: ip.name, quantity: 1 });
		expect(await put()).toEqual([pro, { ...ip, quantity: 1 }]);
		expect((await test.send(`GET ${OFFERINGS}`)).data.offerings).toEqual([
			pro,
			{ ...ip, quantity: 1 },
		]);
		expect(await put()).toEqual([pro, ip]);
	});
});

describe('the emulator', () => {
	it('delays responses by the latency', async () => {
		test.emulator.setLatency(500);
		const before = Date.now();
		await Promise.all([1, 2, 3].map(() => test.send('GET /v3/scopes')));
		expect(Date.now() - before).toBeGreaterThanOrEqual(495);
		// In sequence, they would take three times as long.
		expect(Date.now() - before).toBeLessThan(1_400);
	});

	it('counts a request as cut if the client gives up', async () => {
		test.emulator.setLatency(150);
		const { url, apiKey } = test.emulator;
		const headers = { authorization: `Bearer ${apiKey}` };
		const signal = AbortSignal.timeout(50);
		await expect(fetch(`${url}/v3/scopes`, { headers, signal })).rejects.toThrow();
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(lastStatus()).toBeUndefined();
		expect(test.emulator.counters.byAnswer).toEqual({ 'GET /v3/scopes cut': 1 });
	});

	it('reports that its port is in use', async () => {
		const server = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => server.once('listening', resolve));
		const { port } = server.address() as AddressInfo;
		await expect(startEmulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
		server.close();
	});
});

describe('a short page', () => {
	it.each<[string, number, (data: unknown) => unknown[]]>([
		['/v3/partners/accounts?limit=10', 10, (data) => (data as { accounts: [] }).accounts],
		['/v3/subusers?limit=10', 10, (data) => data as []],
		['/v3/subusers', 30, (data) => data as []],
		['/v3/ips?limit=10', 6, (data) => data as []],
		['/v3/subusers/stats?subusers=tidewater-toys&start_date=2026-03-01', 10, (data) => data as []],
		[
			'/v3/subusers/stats/sums?start_date=2026-03-01&limit=10',
			10,
			(data) => (data as { stats: [] }).stats,
		],
		[
			'/v3/subusers/stats/monthly?date=2026-03-01&limit=10',
			10,
			(data) => (data as { stats: [] }).stats,
		],
	])('has fewer rows than requested: %s', async (path, rows, rowsOf) => {
		const whole = rowsOf((await test.send<unknown>(`GET ${path}`)).data);
		expect(whole).toHaveLength(rows);
		test.emulator.fail({ match: /^GET/, kind: 'shortPages', rows: 3, times: 2 });
		expect(rowsOf((await test.send<unknown>(`GET ${path}`)).data)).toEqual(whole.slice(0, 3));
		const next = path.includes('partners')
			? `offset=${(whole[2] as { id: string }).id}`
			: 'offset=3';
		const separator = path.includes('?') ? '&' : '?';
		const second = rowsOf((await test.send<unknown>(`GET ${path}${separator}${next}`)).data);
		expect(second).toEqual(whole.slice(3, 6));
		expect(rowsOf((await test.send<unknown>(`GET ${path}`)).data)).toEqual(whole);
	});
});
