import { accountIdOf, startEmulator } from './index';
import { startTestClient, type ResponseBody, type TestClient } from './testClient';

const ANY: unknown = expect.anything();
const WITH_JSON: unknown = expect.objectContaining({
	'content-type': expect.stringContaining('application/json') as unknown,
});

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

/** Without a SendGrid key. */
const control = <T = ResponseBody>(call: string, body?: unknown) =>
	test.send<T>(call.replace(' ', ' /__emulator'), body, { authorization: '' });

describe('the request log', () => {
	it('keeps requests and responses, but not the key', async () => {
		const name = encodeURIComponent('カモメ製菓');
		const body = { type: 'nonrecurring', total: 5 };
		await test.send(`PUT /v3/subusers/${name}/credits?a=1&a=2`, body);
		expect(test.emulator.requests).toEqual([
			{
				method: 'PUT',
				path: `/v3/subusers/${name}/credits`,
				template: '/v3/subusers/{name}/credits',
				params: { name: 'カモメ製菓' },
				query: { a: ['1', '2'] },
				headers: WITH_JSON,
				body,
				status: 200,
				responseHeaders: WITH_JSON,
				responseBody: {
					type: 'nonrecurring',
					reset_frequency: null,
					remain: 5,
					total: null,
					used: null,
				},
				at: ANY,
				endedAt: ANY,
			},
		]);
		expect(JSON.stringify(test.emulator.requests)).not.toContain(test.emulator.apiKey);
	});

	it('keeps only the latest requests, but counts all', async () => {
		await test.close();
		test = await startTestClient({ logLimit: 10 });
		for (let index = 0; index < 25; index++) await test.send(`GET /v3/scopes?index=${index}`);
		const kept = test.emulator.requests.map(({ query }) => Number(query.index));
		expect(kept.length).toBeLessThanOrEqual(10);
		expect(kept.at(-1)).toBe(24);
		expect(test.emulator.counters).toMatchObject({ requests: 25, inFlight: 0 });
	});

	it('can be turned off without the counters', async () => {
		await test.close();
		test = await startTestClient({ log: false });
		test.emulator.setLatency(30);
		await Promise.all([1, 2, 3].map(() => test.send('GET /v3/scopes')));
		expect(test.emulator.requests).toEqual([]);
		expect(test.emulator.counters).toEqual({
			requests: 3,
			inFlight: 0,
			maxInFlight: 3,
			byAnswer: { 'GET /v3/scopes 200': 3 },
		});
	});
});

describe('the control API', () => {
	it('shows counts, accounts, and subusers', async () => {
		expect((await control('GET /state')).data).toMatchObject({ accounts: 12, subusers: 30 });
		const id = accountIdOf('saltmarsh-books');
		const account = (await control(`GET /accounts/${id}`)).data;
		expect(account).toMatchObject({ id, state: 'activated', ips: ANY });
		const subuser = (await control('GET /subusers/tidewater-toys')).data;
		expect(subuser).toMatchObject({ username: 'tidewater-toys', websiteAccess: true });
		expect((await control('GET /subusers/nobody')).status).toBe(404);
	});

	it('adds faults, also without an end, and clears them', async () => {
		const rule = { match: 'GET /v3/scopes', kind: 'status', status: 503 };
		expect((await control('POST /faults', { ...rule, times: null })).status).toBe(204);
		for (let time = 0; time < 3; time++) {
			expect((await test.send('GET /v3/scopes')).status).toBe(503);
		}
		await control('DELETE /faults');
		expect((await test.send('GET /v3/scopes')).status).toBe(200);
		expect((await control('POST /faults', { ...rule, kind: 'fire' })).status).toBe(400);
		expect((await control('POST /faults', { kind: 'hang' })).status).toBe(400);
	});

	it('moves the clock and spends credits', async () => {
		const spent = await control('POST /subusers/birchwood-bakery/spend', { credits: 8000 });
		expect(spent.data.credits).toMatchObject({ remain: 0, used: 10000 });
		const before = (await control('GET /state')).data.now;
		const { now } = (await control('POST /clock', { advanceMs: 40 * 86_400_000 })).data;
		expect(now - before).toBeGreaterThanOrEqual(40 * 86_400_000);
		const after = (await control('GET /subusers/birchwood-bakery')).data;
		expect(after.credits).toMatchObject({ remain: 10000, used: 0 });
		expect((await control('POST /clock', { advanceMs: 'a day' })).status).toBe(400);
	});

	it('sets states of accounts that a reseller can’t set', async () => {
		const id = accountIdOf('birchwood-bakery');
		expect((await control(`PATCH /accounts/${id}`, { state: 'suspended' })).status).toBe(200);
		const { data } = await test.send(`GET /v3/partners/accounts/${id}/state`);
		expect(data).toEqual({ state: 'suspended' });
		expect((await control(`PATCH /accounts/${id}`, { state: 'asleep' })).status).toBe(400);
	});

	it('shows no password, session token, or sign-in link', async () => {
		const [ip = ''] = test.emulator.state.ips.keys();
		const made = await test.send('POST /v3/subusers', {
			username: 'new-one',
			email: 'new@one.example',
			password: 'hunter2-and-more',
			ips: [ip],
		});
		const link = await test.send(
			`POST /v3/partners/accounts/${accountIdOf('birchwood-bakery')}/sso`,
		);
		const shown = JSON.stringify((await control('GET /requests')).data);
		const { signup_session_token: token } = made.data as { signup_session_token?: string };
		expect([made.status, link.status, typeof token]).toEqual([200, 303, 'string']);
		for (const secret of ['hunter2', token, 'code=', ...test.emulator.state.signInCodes.keys()]) {
			expect(shown).not.toContain(secret);
		}
		expect(shown).toContain('new@one.example');
	});

	it('overwrites lists as another client would', async () => {
		const id = accountIdOf('birchwood-bakery');
		const offerings = [{ name: 'demo.ei.free.v1', type: 'package', quantity: 1 }];
		const [ip] = [...test.emulator.state.ips.keys()];
		await control(`PUT /accounts/${id}/offerings`, { offerings });
		await control('PUT /subusers/birchwood-bakery/ips', [ip]);
		const refused = await control(`PUT /accounts/${id}/offerings`, { offerings: [] });

		expect(refused.status).toBe(400);
		expect(test.emulator.state.accounts.get(id)?.offerings).toEqual(offerings);
		expect(test.emulator.state.subusers.get('birchwood-bakery')?.ips).toEqual([ip]);
		expect(test.emulator.requests).toEqual([]);
	});

	it('shows requests and counters only for SendGrid’s endpoints', async () => {
		await test.send('GET /v3/scopes');
		expect((await control('GET /requests')).data).toHaveLength(1);
		expect((await control('GET /counters')).data.byAnswer).toEqual({ 'GET /v3/scopes 200': 1 });
	});

	it('isn’t rate limited', async () => {
		test.emulator.setRateLimit({ limit: 1, windowMs: 60_000 });
		for (let time = 0; time < 3; time++) {
			expect((await control('GET /state')).status).toBe(200);
		}
	});

	it('restores everything to its start', async () => {
		const { emulator } = test;
		const before = JSON.stringify([emulator.state.accounts.list(), emulator.state.subusers.list()]);
		const key = emulator.addKey();
		const account = emulator.state.accounts.list()[0];
		if (account?.offerings[0]) account.offerings[0].quantity = 9;
		emulator.state.catalog.length = 0;
		await test.send('DELETE /v3/subusers/tidewater-toys');
		await test.send('PUT /v3/subusers/birchwood-bakery/ips', []);
		emulator.fail({ match: 'GET /v3/scopes', kind: 'html' });
		emulator.setRateLimit({ limit: 1, windowMs: 60_000 });
		emulator.setLatency(1000);
		emulator.clock.advance(1e9);
		expect((await control('POST /reset')).status).toBe(204);
		expect(emulator.requests).toEqual([]);
		expect(emulator.counters.requests).toBe(0);
		expect(JSON.stringify([emulator.state.accounts.list(), emulator.state.subusers.list()])).toBe(
			before,
		);
		expect(emulator.state.catalog).toHaveLength(9);
		expect(emulator.state.keys.has(key)).toBe(false);
		const restart = Date.now();
		for (let time = 0; time < 2; time++) {
			expect((await test.send('GET /v3/scopes')).status).toBe(200);
		}
		expect(Date.now() - restart).toBeLessThan(1_500);
		expect(emulator.clock.now()).toBeLessThan(Date.UTC(2026, 2, 10, 9, 5));
	});
});

describe('the generated customers', () => {
	it('are the same at each start, regardless of their number', async () => {
		const other = await startEmulator({ accounts: 40, subusers: 60 });
		const { accounts, subusers } = test.emulator.state;
		expect(other.state.accounts.list(0, 12)).toEqual(accounts.list());
		const plain = (list: ReturnType<typeof subusers.list>) =>
			list.map((subuser) => ({ ...subuser, ips: [] }));
		expect(plain(other.state.subusers.list(0, 30))).toEqual(plain(subusers.list()));
		await other.close();
	});

	it('have unique names, also in the numbers that the largest bench needs', async () => {
		const large = await startEmulator({ accounts: 3000, subusers: 20_000 });
		const { accounts, subusers } = large.state;
		expect([accounts.size, subusers.size]).toEqual([3000, 20_000]);
		await large.close();
	});

	it('include each credit type, low credits, and both regions', () => {
		const all = test.emulator.state.subusers.list();
		expect(new Set(all.map(({ credits }) => credits.type)).size).toBe(3);
		expect(new Set(all.map(({ credits }) => credits.reset_frequency)).size).toBe(4);
		expect(new Set(all.map(({ region }) => region)).size).toBe(2);
		expect(all.some(({ disabled }) => disabled)).toBe(true);
		expect(
			all.filter(({ credits }) => (credits.remain ?? 1e9) < (credits.total ?? 1e9) / 20).length,
		).toBeGreaterThan(2);
	});
});
