import { publishDns } from './index';
import { onBehalfOf, startTestClient, type ResponseBody, type TestClient } from './testClient';

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

const PATH = '/v3/whitelabel/domains';
const TOYS = 'tidewater-toys';

describe('a domain of the parent', () => {
	const assign = (id: number, suffix = '', username = TOYS) =>
		test.send(`POST ${PATH}/${id}/subuser${suffix}`, { username });
	const assigned = async () =>
		(await test.send<ResponseBody[]>(`GET ${PATH}/subuser/all?username=${TOYS}`)).data.map(
			({ id }) => id,
		);
	const visible = async () => (await test.send(`GET ${PATH}`, undefined, onBehalfOf(TOYS))).data;
	const addValid = async (domain: string) => {
		const { id } = (await test.send(`POST ${PATH}`, { domain })).data;
		publishDns(test.emulator.state, domain);
		await test.send(`POST ${PATH}/${id}/validate`);
		return id;
	};

	it('can be assigned to a subuser, which doesn’t see it, and replaces the earlier one', async () => {
		const [first, second] = [await addValid('a.example'), await addValid('b.example')];
		expect((await test.send(`GET ${PATH}/subuser?username=${TOYS}`)).status).toBe(404);
		expect((await assign(first)).status).toBe(201);
		const { data } = await assign(second);
		expect(data).toMatchObject({ id: second, username: 'demo-reseller' });
		expect((await test.send(`GET ${PATH}/subuser?username=${TOYS}`)).data).toEqual(data);
		expect([await assigned(), await visible()]).toEqual([[second], []]);
		const { data: rows } = await test.send<object[]>(`GET ${PATH}?domain=b.example`);
		expect(rows[0]).toMatchObject({ subusers: [{ user_id: 1003, username: TOYS }] });
		await test.send(`DELETE ${PATH}/subuser?username=${TOYS}`);
		expect(await assigned()).toEqual([]);
	});

	it('can be one of up to five', async () => {
		const ids = [];
		for (let index = 0; index < 6; index++) ids.push(await addValid(`d${index}.example`));
		const statuses = [];
		for (const id of ids) statuses.push((await assign(id, ':add')).status);
		expect(statuses).toEqual([201, 201, 201, 201, 201, 400]);
		expect(await assigned()).toEqual(ids.slice(0, 5));
		await test.send(`DELETE ${PATH}/${ids[0]}/subuser?username=${TOYS}`);
		expect(await assigned()).toEqual(ids.slice(1, 5));
		const { template } = test.emulator.requests.find(({ path }) => path.endsWith(':add')) ?? {};
		expect(template).toBe(`${PATH}/{id}/subuser:add`);
	});

	it('can’t be assigned before it is valid, unless the behavior allows it', async () => {
		const { id } = (await test.send(`POST ${PATH}`, { domain: 'a.example' })).data;
		expect((await assign(id)).status).toBe(400);
		test.emulator.state.behavior.assignUnvalidated = true;
		expect((await assign(id)).status).toBe(201);
		expect((await assign(id, '', 'nobody')).status).toBe(404);
	});

	it('isn’t assigned by a subuser, or if it is a subuser’s', async () => {
		test.emulator.state.behavior.assignUnvalidated = true;
		const { id } = (await test.send(`POST ${PATH}`, { domain: 'a.example', username: TOYS })).data;
		expect((await assign(id)).status).toBe(403);
		const key = test.emulator.addKey({ subuser: TOYS });
		const own = { authorization: `Bearer ${key}` };
		const path = `${PATH}/${id}/subuser`;
		expect((await test.send(`POST ${path}`, { username: TOYS }, own)).status).toBe(403);
	});
});
