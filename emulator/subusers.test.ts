import { startTestClient, type TestClient } from './testClient';

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

/** A row of a list of subusers, reputations, or IPs. */
interface Row {
	username: string;
	disabled: boolean;
	region?: string;
	ip: string;
	subusers: string[];
}

const TEXT: unknown = expect.any(String);
const NUMBER: unknown = expect.any(Number);
const WITH_BIRCHWOOD: unknown = expect.arrayContaining(['birchwood-bakery']);
const NEW = {
	username: 'pebbleford-pets',
	email: 'hello@pebbleford-pets.example',
	password: 'not-a-real-one',
	ips: ['192.0.2.1'],
};

const names = async (query: string): Promise<string[]> => {
	const { data } = await test.send<Row[]>(`GET /v3/subusers?${query}`);
	return data.map(({ username }) => username);
};

describe('the list of subusers', () => {
	it('is filtered by a prefix of the name, ignoring case', async () => {
		const expected = ['birchwood-bakery', 'birchwood-bakery-eu', 'Birchwood-Brewing'];
		expect(await names('username=BIRCHWOOD-B')).toEqual(expected);
		expect(await names('username=bakery')).toEqual([]);
		expect(await names('username=birchwood-b&offset=1&limit=1')).toEqual(['birchwood-bakery-eu']);
	});

	it('is paged by the number of rows to skip', async () => {
		const all = await names('');
		expect(all).toHaveLength(30);
		expect(await names('limit=10&offset=25')).toEqual(all.slice(25));
		expect(await names('limit=10&offset=3')).toEqual(all.slice(3, 13));
		expect(await names('offset=30')).toEqual([]);
	});

	it('has at most 500 rows', async () => {
		await test.close();
		test = await startTestClient({ subusers: 620 });
		expect(await names('')).toHaveLength(500);
		expect(await names('limit=1000')).toHaveLength(500);
		expect(await names('limit=1000&offset=500')).toHaveLength(120);
	});

	it('includes regions and filters by region on request', async () => {
		const { data } = await test.send<Row[]>('GET /v3/subusers?limit=1');
		expect(data[0]).toEqual({
			disabled: false,
			email: 'subuser1@example.com',
			id: 1001,
			username: 'birchwood-bakery',
		});
		const eu = await test.send<Row[]>('GET /v3/subusers?region=eu&include_region=true');
		expect(eu.data.length).toBeGreaterThan(2);
		expect(new Set(eu.data.map(({ region }) => region))).toEqual(new Set(['eu']));
		expect((await names('region=global')).length + eu.data.length).toBe(30);
		expect(await names('region=all')).toHaveLength(30);
	});

	it.each(['limit=0', 'limit=x', 'offset=-1', 'region=us', 'include_region=yes'])(
		'refuses %s',
		async (query) => {
			const { status, data } = await test.send(`GET /v3/subusers?${query}`);
			expect([status, data.errors[0]?.field]).toEqual([400, query.split('=')[0]]);
		},
	);
});

describe('a new subuser', () => {
	it('has unlimited credits, and two secrets in the response', async () => {
		const { status, data } = await test.send('POST /v3/subusers', NEW);
		expect(status).toBe(200);
		expect(data).toEqual({
			username: NEW.username,
			user_id: 1031,
			email: NEW.email,
			credit_allocation: { type: 'unlimited' },
			signup_session_token: TEXT,
			authorization_token: TEXT,
		});
		const credits = await test.send(`GET /v3/subusers/${NEW.username}/credits`);
		expect(credits.data.type).toBe('unlimited');
	});

	it('has no IPs if none are given', async () => {
		const { status } = await test.send('POST /v3/subusers', { ...NEW, ips: undefined });
		expect(status).toBe(200);
		expect(test.emulator.state.subusers.get(NEW.username)?.ips).toEqual([]);
	});

	it('is in the region it was created in', async () => {
		const body = { ...NEW, region: 'eu', include_region: true };
		expect((await test.send('POST /v3/subusers', body)).data.region).toBe('eu');
		expect(await names('region=eu&username=pebbleford-pets')).toEqual([NEW.username]);
	});

	it.each([
		[{ username: 'Birchwood-Bakery' }, 'username'],
		[{ username: '' }, 'username'],
		[{ email: 'nobody' }, 'email'],
		[{ password: undefined }, 'password'],
		[{ ips: null }, 'ips'],
		[{ ips: ['10.0.0.1'] }, 'ips'],
		[{ ips: ['192.0.2'] }, 'ips'],
		[{ region: 'us' }, 'region'],
		[{ include_region: 'true' }, 'include_region'],
	])('is refused with %j', async (change, field) => {
		const { status, data } = await test.send('POST /v3/subusers', { ...NEW, ...change });
		expect([status, data.errors[0]?.field]).toEqual([400, field]);
		expect(test.emulator.state.subusers.size).toBe(30);
	});
});

describe('a subuser', () => {
	it('can be disabled and enabled', async () => {
		const path = '/v3/subusers/tidewater-toys';
		for (const disabled of [true, false]) {
			expect((await test.send(`PATCH ${path}`, { disabled })).status).toBe(204);
			const { data } = await test.send<Row[]>('GET /v3/subusers?username=tidewater-toys');
			expect(data[0]?.disabled).toBe(disabled);
		}
		expect((await test.send(`PATCH ${path}`, {})).status).toBe(400);
		expect((await test.send(`PATCH ${path}`, { disabled: 'true' })).status).toBe(400);
		expect((await test.send('PATCH /v3/subusers/nobody', { disabled: true })).status).toBe(400);
	});

	it('can be blocked from the website without being disabled', async () => {
		const path = '/v3/subusers/tidewater-toys/website_access';
		expect((await test.send(`PATCH ${path}`, { disabled: true })).status).toBe(204);
		const subuser = test.emulator.state.subusers.get('tidewater-toys');
		expect([subuser?.websiteAccess, subuser?.disabled]).toEqual([false, false]);
		await test.send(`PATCH ${path}`, { disabled: false });
		expect(subuser?.websiteAccess).toBe(true);
	});

	it('can’t be found once it is deleted, and its name can be used again', async () => {
		const ips = test.emulator.state.subusers.get('tidewater-toys')?.ips ?? [];
		expect((await test.send('DELETE /v3/subusers/Tidewater-Toys')).status).toBe(204);
		const address = (await test.send<Row[]>(`GET /v3/ips?ip=${ips[0]}`)).data[0];
		expect([address?.ip, address?.subusers.includes('tidewater-toys')]).toEqual([ips[0], false]);
		expect((await test.send('DELETE /v3/subusers/tidewater-toys')).status).toBe(404);
		expect((await test.send('GET /v3/subusers/tidewater-toys/credits')).status).toBe(400);
		expect(await names('username=tidewater-toys')).toEqual([]);
		const again = { ...NEW, username: 'tidewater-toys' };
		expect((await test.send('POST /v3/subusers', again)).status).toBe(200);
	});

	it('has a reputation, which can be read for some subusers or all', async () => {
		const path = 'GET /v3/subusers/reputations';
		const all = (await test.send<Row[]>(path)).data;
		expect(all).toHaveLength(30);
		const two = all.slice(1, 3);
		const [a, b] = two.map(({ username }) => username);
		expect((await test.send(`${path}?usernames=${a}&usernames=${b}`)).data).toEqual(two);
		expect((await test.send(`${path}?usernames=nobody`)).data).toEqual([]);
	});

	it('isn’t found by its reputation if a comma separates several names', async () => {
		const path = 'GET /v3/subusers/reputations?usernames=';
		for (const joined of ['birchwood-bakery,tidewater-toys', 'birchwood-bakery,']) {
			expect((await test.send(`${path}${joined}`)).data).toEqual([]);
		}
		const both = await test.send<Row[]>(`${path}birchwood-bakery&usernames=tidewater-toys`);
		expect(both.data.map(({ username }) => username)).toEqual([
			'birchwood-bakery',
			'tidewater-toys',
		]);
	});
});

describe('the IPs of a subuser', () => {
	const ipsOf = async (query: string): Promise<string[]> => {
		const { data } = await test.send<Row[]>(`GET /v3/ips?${query}`);
		return data.map(({ ip }) => ip);
	};

	it('are replaced by a list in the body', async () => {
		const path = 'PUT /v3/subusers/tidewater-toys/ips';
		const { status, data } = await test.send(path, ['192.0.2.2', '192.0.2.3']);
		expect([status, data]).toEqual([200, { ips: ['192.0.2.2', '192.0.2.3'] }]);
		expect(await ipsOf('subuser=tidewater-toys')).toEqual(['192.0.2.2', '192.0.2.3']);
		await test.send(path, ['192.0.2.3']);
		expect(await ipsOf('subuser=Tidewater-Toys')).toEqual(['192.0.2.3']);
		const { data: rows } = await test.send<Row[]>('GET /v3/ips?ip=192.0.2.2');
		expect(rows[0]?.subusers).not.toContain('tidewater-toys');
	});

	it.each([[{ ips: ['192.0.2.2'] }], [['10.0.0.1']], [['::1']], [[5]]])(
		'aren’t replaced by %j',
		async (body) => {
			const before = await ipsOf('subuser=tidewater-toys');
			expect((await test.send('PUT /v3/subusers/tidewater-toys/ips', body)).status).toBe(400);
			expect(await ipsOf('subuser=tidewater-toys')).toEqual(before);
		},
	);

	it('are in the paged list of the parent account’s IPs', async () => {
		const all = await ipsOf('limit=100');
		expect(all).toHaveLength(6);
		expect(await ipsOf('limit=2&offset=1')).toEqual(all.slice(1, 3));
		expect(await ipsOf('limit=100&sort_by_direction=desc')).toEqual([...all].reverse());
		expect(await ipsOf('subuser=nobody')).toEqual([]);
		const { data } = await test.send<Row[]>('GET /v3/ips?ip=192.0.2.1&exclude_whitelabels=true');
		expect(data[0]).toEqual({
			ip: '192.0.2.1',
			pools: ['transactional'],
			subusers: WITH_BIRCHWOOD,
			warmup: false,
			start_date: null,
			whitelabeled: true,
			assigned_at: NUMBER,
		});
	});
});
