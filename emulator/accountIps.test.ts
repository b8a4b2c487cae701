import { accountIdOf } from './index';
import { startTestClient, type ResponseBody, type TestClient } from './testClient';

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

const ID = accountIdOf('saltmarsh-books');
const ACCOUNT = `/v3/partners/accounts/${ID}`;
const PATH = `${ACCOUNT}/ips`;

const add = (count: unknown, region: unknown = 'us') =>
	test.send(`POST ${PATH}`, { count, region });
const ips = async (query = '') =>
	(await test.send(`GET ${PATH}${query}`)).data.result.map(({ ip }) => ip);
const quantity = async () => {
	const { data } = await test.send(`GET ${ACCOUNT}/offerings`);
	return data.offerings.find(({ name }) => name === 'demo.x.ip.v1')?.quantity;
};

describe('the IPs of an account', () => {
	it('are listed newest first, with their region, in pages', async () => {
		const before = await ips();
		expect(before).toHaveLength(2);
		const { status, data } = await add(2, 'eu');
		expect([status, data.region, data.ips.length]).toEqual([201, 'eu', 2]);
		const all = [...data.ips].reverse().concat(before);
		const list = await test.send(`GET ${PATH}`);
		expect(list.data.result.map(({ ip, region }) => [ip, region])).toEqual(
			all.map((ip, index) => [ip, index < 2 ? 'eu' : 'us']),
		);
		expect(list.data.pages).toEqual({ last: all.at(-1) });
		expect(await ips('?limit=3')).toEqual(all.slice(0, 3));
		expect(await ips(`?limit=3&offset=${all[2]}`)).toEqual(all.slice(3));
		const end = await test.send(`GET ${PATH}?offset=${all.at(-1)}`);
		expect(end.data).toEqual({ result: [], pages: {} });
	});

	it('are removed by a DELETE with a body', async () => {
		const added = (await add(3)).data.ips;
		const { status } = await test.send(`DELETE ${PATH}`, { ips: added.slice(1) });
		expect(status).toBe(204);
		expect(test.emulator.requests.at(-1)?.body).toEqual({ ips: added.slice(1) });
		expect((await ips())[0]).toBe(added[0]);
		expect(await ips()).toHaveLength(3);
	});

	it.each([
		['POST', { count: 0, region: 'us' }, 'count', '10-40000'],
		['POST', { count: 11, region: 'us' }, 'count', '10-40000'],
		['POST', { count: 1, region: 'global' }, 'region', '10-40000'],
		['DELETE', undefined, '', '10-40000'],
		['DELETE', { ips: [] }, 'ips', '10-40000'],
		['DELETE', { ips: ['192.0.2.1'] }, 'ips', '10-40002'],
	])('aren’t changed by a %s of %j', async (method, body, field, errorId) => {
		const before = await ips();
		const { status, data } = await test.send(`${method} ${PATH}`, body);
		expect([status, data.errors[0]?.field, data.errors[0]?.error_id]).toEqual([
			400,
			field,
			errorId,
		]);
		expect(await ips()).toEqual(before);
	});

	it('aren’t listed after an IP of someone else, or for an unknown account', async () => {
		expect((await test.send(`GET ${PATH}?offset=192.0.2.1`)).status).toBe(400);
		expect((await test.send(`GET ${PATH}?limit=5001`)).status).toBe(400);
		const { status, data } = await test.send('GET /v3/partners/accounts/nobody/ips');
		expect([status, data.errors[0]?.error_id]).toEqual([404, '10-40400']);
		const key = test.emulator.addKey({ reseller: false });
		const refused = await test.send(`GET ${PATH}`, undefined, { authorization: `Bearer ${key}` });
		expect(refused.status).toBe(403);
	});

	it('stay when the offerings are set to what they are', async () => {
		await add(2);
		const all = await ips();
		const { offerings } = (await test.send(`GET ${ACCOUNT}/offerings`)).data;
		await test.send(`PUT ${ACCOUNT}/offerings`, { offerings });
		expect(await ips()).toEqual(all);
		const fewer = offerings.filter(({ name }) => name !== 'demo.x.ip.v1');
		await test.send(`PUT ${ACCOUNT}/offerings`, { offerings: fewer });
		expect(await ips()).toEqual(all.slice(1));
	});

	it('leave the quantity of the add-on, change it, or are limited by it', async () => {
		const { behavior } = test.emulator.state;
		await add(2);
		expect(await quantity()).toBe(1);
		behavior.ipAddonQuantity = 'follows';
		const added = (await add(2)).data.ips;
		expect(await quantity()).toBe(3);
		await test.send(`DELETE ${PATH}`, { ips: added });
		expect(await quantity()).toBe(1);
		behavior.ipAddonQuantity = 'limits';
		expect((await add(1)).status).toBe(400);
		await test.send(`DELETE ${PATH}`, { ips: (await ips()).slice(0, 3) });
		expect([(await add(1)).status, (await add(1)).status]).toEqual([201, 400]);
	});

	it('can’t be added to a test account', async () => {
		const offerings = [{ name: 'demo.ei.free.v1', type: 'package', quantity: 1 }];
		const { data } = await test.send<ResponseBody>(
			'POST /v3/partners/accounts',
			{ offerings },
			{ 'T-Test-Account': 'true' },
		);
		const path = `POST /v3/partners/accounts/${data.account_id}/ips`;
		expect((await test.send(path, { count: 1, region: 'us' })).status).toBe(400);
	});
});
