import { newApiKey } from './keys';
import { startTestClient, type TestClient } from './testClient';

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

const TEXT: unknown = expect.any(String);
const PARTNER = 'GET /v3/partners/accounts';
const GENERAL = 'GET /v3/subusers';
const as = (key: string) => ({ authorization: `Bearer ${key}` });

describe('an API key', () => {
	it('has the format of SendGrid’s keys', () => {
		const keys = [newApiKey(), newApiKey()];
		for (const key of [...keys, test.emulator.apiKey]) {
			expect(key).toMatch(/^SG\.[\w-]{22}\.[\w-]{43}$/);
			expect(key).toHaveLength(69);
		}
		expect(keys[0]).not.toBe(keys[1]);
	});

	it('that is missing or unknown is a 401 in the error format of the endpoint', async () => {
		for (const authorization of ['', 'Bearer SG.unknown', `Basic ${test.emulator.apiKey}`]) {
			const partner = await test.send(PARTNER, undefined, { authorization });
			expect(partner.status).toBe(401);
			expect(partner.data.errors).toEqual([{ message: TEXT, field: '', error_id: '10-40100' }]);
			const general = await test.send(GENERAL, undefined, { authorization });
			expect(general.status).toBe(401);
			expect(general.data.errors).toEqual([{ message: TEXT, field: null }]);
		}
	});

	it('that isn’t a reseller’s is a 403 only on partner endpoints', async () => {
		const key = test.emulator.addKey({ reseller: false });
		const { status, data } = await test.send(PARTNER, undefined, as(key));
		expect([status, data.errors[0]?.error_id]).toEqual([403, '10-40300']);
		expect((await test.send(GENERAL, undefined, as(key))).status).toBe(200);
	});

	it('can do what its scopes allow, and always list them', async () => {
		const scopes = ['subusers.credits.read'];
		const key = test.emulator.addKey({ scopes });
		const credits = '/v3/subusers/tidewater-toys/credits';
		expect((await test.send(`GET ${credits}`, undefined, as(key))).status).toBe(200);
		const put = await test.send(`PUT ${credits}`, { type: 'unlimited' }, as(key));
		expect([put.status, put.data.errors[0]?.field]).toEqual([403, null]);
		expect((await test.send(GENERAL, undefined, as(key))).status).toBe(403);
		expect((await test.send('GET /v3/scopes', undefined, as(key))).data).toEqual({ scopes });
		expect((await test.send(PARTNER, undefined, as(key))).status).toBe(200);
	});

	it('with full access has no duplicate scope', async () => {
		const { scopes } = (await test.send('GET /v3/scopes')).data;
		expect(new Set(scopes).size).toBe(scopes.length);
		expect(scopes).toEqual(
			expect.arrayContaining([
				'subusers.create',
				'subusers.credits.update',
				'subusers.credits.remaining.update',
				'ips.read',
			]),
		);
	});

	it('can be added and removed', async () => {
		const key = test.emulator.addKey();
		expect((await test.send(GENERAL, undefined, as(key))).status).toBe(200);
		test.emulator.state.keys.delete(key);
		expect((await test.send(GENERAL, undefined, as(key))).status).toBe(401);
	});
});

describe('a request', () => {
	it('to an unknown endpoint is a 404 in the error format of its family', async () => {
		const partner = await test.send('GET /v3/partners/none');
		expect([partner.status, partner.data.errors[0]?.error_id]).toEqual([404, '10-40400']);
		const general = await test.send('PUT /v3/subusers');
		expect([general.status, general.data.errors[0]?.field]).toEqual([404, null]);
	});

	it('with a body that isn’t a JSON object is a 400', async () => {
		const path = 'PUT /v3/subusers/tidewater-toys/credits';
		const json = { 'content-type': 'application/json' };
		expect((await test.send(path, '{"type":', json)).status).toBe(400);
		expect((await test.send(path, 'type=unlimited')).status).toBe(400);
		expect((await test.send(path, '"unlimited"', json)).status).toBe(400);
		expect((await test.send(path)).status).toBe(400);
	});
});
