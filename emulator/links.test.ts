import { publishDns } from './index';
import { onBehalfOf, startTestClient, type ResponseBody, type TestClient } from './testClient';

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

const PATH = '/v3/whitelabel/links';
const TOYS = 'tidewater-toys';
const NAMES = { domain: 'toys.example', subdomain: 'links' };

const sendFor = <T = ResponseBody>(call: string, body?: unknown) =>
	test.send<T>(call, body, onBehalfOf(TOYS));

describe('a branded link', () => {
	it('requires two CNAMEs, whose owner is the subuser', async () => {
		const { status, data } = await sendFor(`POST ${PATH}`, {
			...NAMES,
			region: 'eu',
			default: true,
		});
		const cname = { valid: false, type: 'cname', data: 'sendgrid.net' };
		expect([status, data]).toEqual([
			201,
			{
				id: 5001,
				...NAMES,
				username: TOYS,
				user_id: 1003,
				default: true,
				valid: false,
				legacy: false,
				dns: {
					domain_cname: { ...cname, host: 'links.toys.example' },
					owner_cname: { ...cname, host: '1003.toys.example' },
				},
			},
		]);
		expect((await sendFor(`GET ${PATH}/5001`)).data).toEqual(data);
		expect((await sendFor(`GET ${PATH}?domain=toys.example&offset=0`)).data).toEqual([data]);
		const changed = await sendFor(`PATCH ${PATH}/5001`, { default: false });
		expect(changed.data).toEqual({ ...data, default: false });
		expect((await sendFor(`DELETE ${PATH}/5001`)).status).toBe(204);
		expect((await sendFor(`GET ${PATH}/5001`)).status).toBe(404);
	});

	it('gets a subdomain if none is given', async () => {
		const { data } = await sendFor(`POST ${PATH}`, { domain: 'toys.example' });
		expect(data.dns.domain_cname?.host).toBe('url5001.toys.example');
	});

	it('is refused a second time, and with the subdomain of an authenticated domain', async () => {
		await sendFor(`POST ${PATH}`, NAMES);
		const again = await sendFor(`POST ${PATH}`, NAMES);
		expect([again.status, Object.keys(again.data.errors[0] ?? {})]).toEqual([400, ['message']]);
		await sendFor('POST /v3/whitelabel/domains', { ...NAMES, subdomain: 'mail' });
		const taken = await sendFor(`POST ${PATH}`, { ...NAMES, subdomain: 'mail' });
		expect([taken.status, taken.data.errors[0]?.field]).toEqual([400, 'subdomain']);
		const global = await sendFor(`POST ${PATH}`, { ...NAMES, region: 'global' });
		expect([global.status, global.data.errors[0]?.field]).toEqual([400, 'region']);
	});

	it('is validated against the DNS', async () => {
		await sendFor(`POST ${PATH}`, NAMES);
		publishDns(test.emulator.state, 'toys.example', ['owner_cname']);
		const { data } = await sendFor(`POST ${PATH}/5001/validate`);
		expect(data).toEqual({
			id: 5001,
			valid: false,
			validation_results: {
				domain_cname: {
					valid: false,
					reason: 'Expected CNAME to match "sendgrid.net" but no record was found.',
				},
				owner_cname: { valid: true, reason: null },
			},
		});
		publishDns(test.emulator.state, 'toys.example');
		expect((await sendFor(`POST ${PATH}/5001/validate`)).data.valid).toBe(true);
	});

	it('of the parent can be assigned to a subuser, one at a time', async () => {
		test.emulator.state.behavior.assignUnvalidated = true;
		const ids = [];
		for (const domain of ['a.example', 'b.example']) {
			ids.push((await test.send(`POST ${PATH}`, { domain })).data.id);
		}
		const of = `${PATH}/subuser?username=${TOYS}`;
		expect((await test.send(`GET ${of}`)).status).toBe(404);
		const assign = (id?: number) => test.send(`POST ${PATH}/${id}/subuser`, { username: TOYS });
		expect((await assign(ids[0])).status).toBe(200);
		test.emulator.state.behavior.assignedLinkStatus = 201;
		const { status, data } = await assign(ids[1]);
		expect([status, (await test.send(`GET ${of}`)).data]).toEqual([201, data]);
		await test.send(`DELETE ${of}`);
		expect((await test.send(`GET ${of}`)).status).toBe(404);
	});
});
