import type { Behavior } from './index';
import { onBehalfOf, startTestClient, withKey, type TestClient } from './testClient';

let test: TestClient;
let now: number;
beforeEach(async () => {
	now = Date.UTC(2026, 2, 10);
	test = await startTestClient({ realTime: () => now });
});
afterEach(() => test.close());

const WHO = 'GET /v3/user/username';
const TOYS = 'tidewater-toys';
const EU = 'fernhollow-florist';
const FORBIDDEN = [{ field: null, message: 'access forbidden' }];

const behave = (behavior: Partial<Behavior>) =>
	Object.assign(test.emulator.state.behavior, behavior);
const who = async (headers: Record<string, string>, path = '') => {
	const { status, data } = await test.send(WHO.replace(' ', ` ${path}`), undefined, headers);
	return [status, data.username];
};

describe('a request with On-Behalf-Of', () => {
	it('acts for that subuser, whose name ignores case, and without it for the parent', async () => {
		expect((await test.send(WHO)).data).toEqual({ username: 'demo-reseller', user_id: 1000 });
		const { data } = await test.send(WHO, undefined, onBehalfOf('Tidewater-Toys'));
		expect(data).toEqual({ username: TOYS, user_id: 1003 });
		expect(await who(onBehalfOf(''))).toEqual([200, 'demo-reseller']);
	});

	it('is refused for a subuser that doesn’t exist or is another customer’s', async () => {
		for (const name of ['nobody', 'harborlight-hats', 'account-id sg01']) {
			const { status, data } = await test.send(WHO, undefined, onBehalfOf(name));
			expect([status, data.errors]).toEqual([403, FORBIDDEN]);
		}
		behave({ unknownSubuserStatus: 404 });
		expect((await who(onBehalfOf('nobody')))[0]).toBe(404);
	});

	it('is refused with a subuser’s own key, and to operations that don’t accept it', async () => {
		const key = test.emulator.addKey({ subuser: TOYS });
		expect((await who({ ...withKey(key), ...onBehalfOf(TOYS) }))[0]).toBe(403);
		expect(await who(withKey(key))).toEqual([200, TOYS]);
		const { status } = await test.send('GET /v3/subusers', undefined, onBehalfOf(TOYS));
		expect(status).toBe(403);
	});

	it('runs on the parent if the header is in lower case, as it did in 2018', async () => {
		const lower = { 'on-behalf-of': TOYS };
		expect(await who(lower)).toEqual([200, 'demo-reseller']);
		behave({ ignoredOnBehalfOf: 'none' });
		expect(await who(lower)).toEqual([200, TOYS]);
	});

	it('runs on the parent while the header is ignored, for all requests or those of a fault', async () => {
		behave({ ignoredOnBehalfOf: 'all' });
		expect(await who(onBehalfOf(TOYS))).toEqual([200, 'demo-reseller']);
		behave({ ignoredOnBehalfOf: 'none' });
		test.emulator.fail({ match: 'POST /v3/api_keys', kind: 'ignoreOnBehalfOf' });
		expect(await who(onBehalfOf(TOYS))).toEqual([200, TOYS]);
		await test.send('POST /v3/api_keys', { name: 'astray' }, onBehalfOf(TOYS));
		const { data } = await test.send('GET /v3/api_keys');
		expect(data.result.map(({ name }) => name)).toEqual(['Emulator', 'astray']);
	});

	it('is refused for a disabled subuser only if the behavior says so', async () => {
		const disabled = onBehalfOf('quarrylane-bicycles');
		expect((await who(disabled))[0]).toBe(200);
		behave({ disabledSubuserCanAct: false });
		expect((await who(disabled))[0]).toBe(403);
	});

	it('counts on the limit of the key, or of the subuser', async () => {
		for (const rateLimitBy of ['key', 'subuser'] as const) {
			behave({ rateLimitBy });
			test.emulator.setRateLimit({ limit: 1, windowMs: 60_000 });
			const statuses = [];
			for (const name of [TOYS, 'saltmarsh-books']) {
				statuses.push((await who(onBehalfOf(name)))[0]);
			}
			expect(statuses).toEqual([200, rateLimitBy === 'key' ? 429 : 200]);
		}
	});
});

describe('the region of a subuser', () => {
	const domains = async (name: string, host: string) =>
		(await test.send(`GET ${host}/v3/whitelabel/domains`, undefined, onBehalfOf(name))).status;

	it('is the host that requests on its behalf must go to', async () => {
		expect(test.emulator.euUrl).toBe(`${test.emulator.url}/eu`);
		expect(await who(onBehalfOf(EU), '/eu')).toEqual([200, EU]);
		const wrong = await test.send(WHO, undefined, onBehalfOf(EU));
		expect([wrong.status, wrong.data.errors[0]?.message]).toEqual([
			451,
			'not available because of data residency rules',
		]);
		expect((await who(onBehalfOf(TOYS), '/eu'))[0]).toBe(451);
		behave({ wrongRegionStatus: 403 });
		expect((await who(onBehalfOf(EU)))[0]).toBe(403);
	});

	it('is checked for all requests, all but domains, or none', async () => {
		expect(await domains(EU, '')).toBe(451);
		behave({ regionCheck: 'except-domains' });
		expect(await domains(EU, '')).toBe(200);
		expect((await who(onBehalfOf(EU)))[0]).toBe(451);
		behave({ regionCheck: 'none' });
		expect(await who(onBehalfOf(EU))).toEqual([200, EU]);
	});

	it('keeps the key of an EU subuser from the global host, and the parent’s key from none', async () => {
		const key = test.emulator.addKey({ subuser: EU });
		expect((await who(withKey(key)))[0]).toBe(401);
		expect(await who(withKey(key), '/eu')).toEqual([200, EU]);
		expect((await test.send('GET /eu/v3/subusers?limit=1')).status).toBe(200);
		const paths = test.emulator.requests.map(({ path }) => path);
		expect(paths.at(-1)).toBe('/v3/subusers');
	});
});

describe('a new subuser', () => {
	const create = () =>
		test.send('POST /v3/subusers', {
			username: 'pebbleford-pets',
			email: 'hello@pebbleford-pets.example',
			password: 'not-a-real-one',
		});

	it('can’t be used or acted for at first, if the behavior says so', async () => {
		behave({ newSubuserDelayMs: 20_000, newSubuserStatus: 401, createdSubuserStatus: 201 });
		expect((await create()).status).toBe(201);
		const credits = 'GET /v3/subusers/pebbleford-pets/credits';
		const both = async () => [
			(await who(onBehalfOf('pebbleford-pets')))[0],
			(await test.send(credits)).status,
		];
		now += 19_999;
		expect(await both()).toEqual([401, 401]);
		now += 1;
		expect(await both()).toEqual([200, 200]);
	});

	it('isn’t in the list at first, if the behavior says so', async () => {
		behave({ newSubuserUnlistedMs: 5000 });
		await create();
		const rows = async (query: string) =>
			(await test.send<unknown[]>(`GET /v3/subusers${query}`)).data.length;
		expect([await rows(''), await rows('?username=pebbleford-pets')]).toEqual([30, 0]);
		now += 5000;
		expect([await rows(''), await rows('?username=pebbleford-pets')]).toEqual([31, 1]);
	});

	it('can’t have the name of another customer’s subuser', async () => {
		const { status, data } = await test.send('POST /v3/subusers', {
			username: 'Harborlight-Hats',
			email: 'hello@example.com',
			password: 'not-a-real-one',
		});
		expect([status, data.errors[0]?.field]).toEqual([400, 'username']);
	});

	it('loses its keys, domains, and links when it is deleted', async () => {
		const { state } = test.emulator;
		const key = test.emulator.addKey({ subuser: TOYS });
		const names = { domain: 'toys.example', subdomain: 'a' };
		await test.send('POST /v3/whitelabel/domains', names, onBehalfOf(TOYS));
		await test.send('POST /v3/whitelabel/links', { domain: 'toys.example' }, onBehalfOf(TOYS));
		expect([state.domains.size, state.links.size]).toEqual([1, 1]);
		await test.send(`DELETE /v3/subusers/${TOYS}`);
		expect([state.domains.size, state.links.size, state.keys.has(key)]).toEqual([0, 0, false]);
	});
});

describe('the email address of a subuser', () => {
	const path = '/v3/user/email';
	const change = async (email: unknown) =>
		(await test.send(`PUT ${path}`, { email }, onBehalfOf(TOYS))).status;
	const read = async () => (await test.send(`GET ${path}`, undefined, onBehalfOf(TOYS))).data;

	it('is changed on its behalf, and is then in the list', async () => {
		const email = 'new@tidewater-toys.example';
		expect(await change(email)).toBe(200);
		expect(await read()).toEqual({ email });
		const { data } = await test.send<Array<{ email: string }>>(`GET /v3/subusers?username=${TOYS}`);
		expect(data[0]?.email).toBe(email);
		expect([await change('nobody'), await change(undefined)]).toEqual([400, 400]);
	});

	it('stays the same if it waits for a confirmation', async () => {
		const before = await read();
		behave({ emailNeedsConfirmation: true });
		expect(await change('new@tidewater-toys.example')).toBe(200);
		expect(await read()).toEqual(before);
	});
});
