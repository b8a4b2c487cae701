import {
	onBehalfOf,
	startTestClient,
	withKey,
	type ResponseBody,
	type TestClient,
} from './testClient';

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient({ behavior: { newKeyDelayMs: 5 } });
});
afterEach(() => test.close());

/** Without a SendGrid key. */
const control = <T = ResponseBody>(call: string, body?: unknown) =>
	test.send<T>(call.replace(' ', ' /__emulator'), body, { authorization: '' });

const FOR_TOYS = onBehalfOf('tidewater-toys');

describe('the control API', () => {
	it('changes the behavior, which a reset restores', async () => {
		const settings = { regionCheck: 'none', newSubuserDelayMs: 10_000, addedScopes: [] };
		const { status, data } = await control('PATCH /behavior', settings);
		expect([status, data]).toMatchObject([200, settings]);
		expect((await control('GET /behavior')).data).toMatchObject({ ...settings, newKeyDelayMs: 5 });
		await control('POST /reset');
		expect((await control('GET /behavior')).data).toMatchObject({
			regionCheck: 'all',
			newKeyDelayMs: 5,
		});
	});

	it.each<object>([
		{ mood: 'bad' },
		{ regionCheck: 'some' },
		{ newKeyDelayMs: -1 },
		{ newKeyDelayMs: '5' },
		{ addedScopes: [1] },
		{ toString: 1 },
	])('refuses the behavior %j', async (settings) => {
		const before = (await control('GET /behavior')).data;
		expect((await control('PATCH /behavior', { rateLimitBy: 'subuser', ...settings })).status).toBe(
			400,
		);
		expect((await control('GET /behavior')).data).toEqual(before);
	});

	it('ignores On-Behalf-Of for some requests', async () => {
		await control('POST /faults', { match: 'GET /v3/user/username', kind: 'ignoreOnBehalfOf' });
		const names = [];
		for (let time = 0; time < 2; time++) {
			names.push((await test.send('GET /v3/user/username', undefined, FOR_TOYS)).data.username);
		}
		expect(names).toEqual(['demo-reseller', 'tidewater-toys']);
	});

	it('publishes the records of a domain, or any other, and removes all', async () => {
		const names = { domain: 'toys.example', subdomain: 'news' };
		const { data: added } = await test.send('POST /v3/whitelabel/domains', names, FOR_TOYS);
		await test.send('POST /v3/whitelabel/links', { domain: 'toys.example' }, FOR_TOYS);
		const validate = async () => {
			const path = `/v3/whitelabel/domains/${added.id}/validate`;
			return (await test.send(`POST ${path}`, undefined, FOR_TOYS)).data.valid;
		};
		const some = { domain: 'toys.example', records: ['dkim1', 'dkim2'] };
		expect((await control<object[]>('POST /dns/publish', some)).data).toHaveLength(2);
		expect(await validate()).toBe(false);
		const { type, host, data } = added.dns.mail_cname ?? {};
		const pasted = { type: type?.toUpperCase(), host, data };
		expect((await control('POST /dns', pasted)).data).toEqual({ type, host, data });
		expect(await validate()).toBe(true);
		expect((await control<object[]>('GET /dns')).data).toHaveLength(3);
		expect((await control('DELETE /dns')).status).toBe(204);
		expect(await validate()).toBe(false);
		const all = await control<object[]>('POST /dns/publish', { domain: 'toys.example' });
		expect(all.data).toHaveLength(5);
		expect((await control('POST /dns', { type: 'a', host: 'a', data: 'b' })).status).toBe(400);
		expect((await control('POST /dns/publish', {})).status).toBe(400);
	});

	it('shows which email was accepted', async () => {
		const key = test.emulator.addKey({ subuser: 'tidewater-toys' });
		const from = { email: 'shop@toys.example' };
		const personalizations = [{ to: [{ email: 'a@example.com' }, { email: 'b@example.com' }] }];
		await test.send('POST /v3/mail/send', { from, personalizations }, withKey(key));
		expect((await control('GET /mail')).data).toEqual([
			{
				username: 'tidewater-toys',
				from: 'shop@toys.example',
				to: ['a@example.com', 'b@example.com'],
			},
		]);
	});

	it('shows no new API key', async () => {
		const { data } = await test.send('POST /v3/api_keys', { name: 'CRM' }, FOR_TOYS);
		const log = JSON.stringify((await control('GET /requests')).data);
		expect(log).toContain('"api_key":"[secret]"');
		expect(log).not.toContain(data.api_key);
	});
});
