import { accountIdOf } from './index';
import { startTestClient, type TestClient } from './testClient';

const TEXT: unknown = expect.any(String);
const PRO = { name: 'demo.ei.pro-100k.v1', type: 'package', quantity: 1 };
const IP = { name: 'demo.x.ip.v1', type: 'addon', quantity: 3 };
const PATH = `/v3/partners/accounts/${accountIdOf('saltmarsh-books')}/offerings`;

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

describe('the catalog', () => {
	it('has packages and add-ons, with their entitlements if they have any', async () => {
		const { data } = await test.send('GET /v3/partners/offerings');
		expect(data.catalog).toContainEqual({
			offering: { name: 'demo.x.ip.v1', type: 'addon', quantity: 1 },
			entitlements: { ip_count: 1 },
		});
		expect(data.catalog).toContainEqual({
			offering: { name: 'demo.x.marketing-campaigns.v1', type: 'addon', quantity: 1 },
			entitlements: {},
		});
	});
});

describe('the offerings of an account', () => {
	it('are replaced as a whole, and the response is what a GET shows', async () => {
		const before = await test.send(`GET ${PATH}`);
		expect(before.data.offerings).toHaveLength(3);
		const put = await test.send(`PUT ${PATH}`, { offerings: [IP, PRO] });
		expect([put.status, put.data]).toEqual([200, { offerings: [IP, PRO] }]);
		expect((await test.send(`GET ${PATH}`)).data).toEqual(put.data);
	});

	it('have quantity 1 if none is given', async () => {
		const offerings = [
			{ name: PRO.name, type: 'package' },
			{ name: IP.name, type: 'addon' },
		];
		const { data } = await test.send(`PUT ${PATH}`, { offerings });
		expect(data.offerings.map(({ quantity }) => quantity)).toEqual([1, 1]);
	});

	it.each([
		['nothing', undefined, 'offerings'],
		['an empty list', [], 'offerings'],
		['only add-ons', [IP], 'offerings'],
		['two packages', [PRO, { ...PRO, name: 'demo.ei.free.v1' }], 'offerings'],
		['a name twice', [PRO, IP, IP], 'offerings'],
		['an unknown name', [PRO, { ...IP, name: 'demo.x.none.v1' }], 'name'],
		['the wrong type', [PRO, { ...IP, type: 'package' }], 'type'],
		['a package with quantity 2', [{ ...PRO, quantity: 2 }], 'quantity'],
		['an add-on with quantity 0', [PRO, { ...IP, quantity: 0 }], 'quantity'],
		['a quantity as text', [PRO, { ...IP, quantity: '3' }], 'quantity'],
		['a fractional quantity', [PRO, { ...IP, quantity: 1.5 }], 'quantity'],
	])('don’t change if a PUT has %s', async (_, offerings, field) => {
		const before = (await test.send(`GET ${PATH}`)).data;
		const { status, data } = await test.send(`PUT ${PATH}`, { offerings });
		expect(status).toBe(400);
		expect(data.errors).toEqual([{ message: TEXT, field, error_id: '10-40000' }]);
		expect((await test.send(`GET ${PATH}`)).data).toEqual(before);
	});

	it('can’t be found for an unknown account', async () => {
		const { status, data } = await test.send('PUT /v3/partners/accounts/sg0/offerings', {
			offerings: [PRO],
		});
		expect([status, data.errors[0]?.error_id]).toEqual([404, '10-40400']);
	});

	it('add dedicated IPs, and remove those added last', async () => {
		const account = test.emulator.state.accounts.get(accountIdOf('saltmarsh-books'));
		const before = [...(account?.ips ?? [])];
		expect(before).toHaveLength(2);
		await test.send(`PUT ${PATH}`, { offerings: [PRO, IP] });
		expect(account?.ips.slice(0, 2)).toEqual(before);
		expect(account?.ips).toHaveLength(4);
		await test.send(`PUT ${PATH}`, { offerings: [PRO] });
		expect(account?.ips).toEqual(before.slice(0, 1));
	});
});
