import { publishDns, publishRecord, type Behavior } from './index';
import { onBehalfOf, startTestClient, type ResponseBody, type TestClient } from './testClient';

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

const PATH = '/v3/whitelabel/domains';
const TOYS = 'tidewater-toys';
const NAMES = { domain: 'toys.example', subdomain: 'news' };
const DUPLICATE =
	'An authenticated domain already exists for this URL. Please use a unique subdomain.';

const behave = (behavior: Partial<Behavior>) =>
	Object.assign(test.emulator.state.behavior, behavior);
const sendFor = <T = ResponseBody>(call: string, body?: unknown, name = TOYS) =>
	test.send<T>(call, body, onBehalfOf(name));
const create = async (body: object = NAMES, name = TOYS) =>
	(await sendFor(`POST ${PATH}`, body, name)).data;
const validate = async (id: number) => (await sendFor(`POST ${PATH}/${id}/validate`)).data;
const listed = async (query = '', name?: string) => {
	const headers = name === undefined ? {} : onBehalfOf(name);
	const { data } = await test.send<ResponseBody[]>(`GET ${PATH}${query}`, undefined, headers);
	return data.map(({ id }) => id);
};

describe('a domain', () => {
	it('requires three CNAMEs with automatic security, which is the default', async () => {
		const { status, data } = await sendFor(`POST ${PATH}`, NAMES);
		const cname = (host: string, target: string) => ({
			valid: false,
			type: 'cname',
			host: `${host}.toys.example`,
			data: target,
		});
		expect([status, data]).toEqual([
			201,
			{
				id: 5001,
				user_id: 1003,
				...NAMES,
				username: TOYS,
				ips: [],
				custom_spf: false,
				default: false,
				legacy: false,
				automatic_security: true,
				valid: false,
				dns: {
					mail_cname: cname('news', 'u1003.wl.sendgrid.net'),
					dkim1: cname('s1._domainkey', 's1._domainkey.u1003.wl.sendgrid.net'),
					dkim2: cname('s2._domainkey', 's2._domainkey.u1003.wl.sendgrid.net'),
				},
			},
		]);
		expect((await sendFor(`GET ${PATH}/5001`)).data).toEqual(data);
	});

	it('requires an MX and two TXT records with manual security', async () => {
		const manual = { ...NAMES, automatic_security: false };
		const data = await create({ ...manual, custom_spf: true, ips: ['192.0.2.1'] });
		const hosts = Object.entries(data.dns).map(([name, { type, host }]) => [name, type, host]);
		expect(hosts).toEqual([
			['mail_server', 'mx', 'news.toys.example'],
			['subdomain_spf', 'txt', 'news.toys.example'],
			['dkim', 'txt', 'm1._domainkey.toys.example'],
		]);
		expect(data.ips).toEqual(['192.0.2.1']);
		expect(data.dns.subdomain_spf?.data).toBe('v=spf1 ip4:192.0.2.1 -all');
		behave({ manualDomainSpf: true });
		const other = await create({ ...manual, subdomain: 'other' });
		expect(other.dns.domain_spf?.host).toBe('toys.example');
	});

	it('ignores IPs and a custom SPF with automatic security', async () => {
		const data = await create({ ...NAMES, custom_spf: true, ips: ['192.0.2.1'] });
		expect(data).toMatchObject({ custom_spf: false, ips: [] });
	});

	it('gets a subdomain if none is given, so a second one appears silently', async () => {
		const subdomains = [];
		for (let time = 0; time < 2; time++) {
			const { dns } = await create({ domain: 'toys.example' });
			subdomains.push(dns.mail_cname?.host);
		}
		expect(subdomains).toEqual(['em5001.toys.example', 'em5002.toys.example']);
	});

	it('has its DKIM selector and its region in the records', async () => {
		const { dns } = await create({ ...NAMES, custom_dkim_selector: 'abc', region: 'eu' });
		expect(dns.dkim1?.host).toBe('abc._domainkey.toys.example');
		expect(dns.mail_cname?.data).toBe('u1003.wl.eu.sendgrid.net');
	});

	it('is refused a second time in its region, without a field', async () => {
		await create();
		const { status, data } = await sendFor(`POST ${PATH}`, NAMES);
		expect([status, data.errors]).toEqual([400, [{ message: DUPLICATE }]]);
		expect((await create({ ...NAMES, region: 'eu' })).id).toBe(5002);
		expect((await create(NAMES, 'saltmarsh-books')).id).toBe(5003);
	});

	it.each([
		[{ domain: 'toys' }, 'domain'],
		[{ domain: undefined }, 'domain'],
		[{ domain: 'https://toys.example' }, 'domain'],
		[{ subdomain: 'a b' }, 'subdomain'],
		[{ region: 'us' }, 'region'],
		[{ default: 'yes' }, 'default'],
		[{ custom_dkim_selector: 'long' }, 'custom_dkim_selector'],
		[{ ips: ['10.0.0.1'] }, 'ips'],
		[{ username: 'nobody' }, 'username'],
		[{ username: 'saltmarsh-books' }, 'username'],
	])('is refused with %j', async (change, field) => {
		const { status, data } = await sendFor(`POST ${PATH}`, { ...NAMES, ...change });
		expect([status, data.errors[0]?.field]).toEqual([400, field]);
		expect(test.emulator.state.domains.size).toBe(0);
	});

	it('can be changed, and takes the default mark off another', async () => {
		const [first, second] = [
			await create({ ...NAMES, default: true }),
			await create({ domain: 'b.example' }),
		];
		const { status, data } = await sendFor(`PATCH ${PATH}/${second.id}`, { default: true });
		expect([status, data]).toMatchObject([200, { id: second.id, default: true }]);
		expect((await sendFor(`GET ${PATH}/${first.id}`)).data).toMatchObject({ default: false });
		behave({ updatedDomainBody: 'list' });
		const list = await sendFor(`PATCH ${PATH}/${second.id}`, { default: false });
		expect(list.data).toMatchObject([{ id: second.id, default: false }]);
	});

	it('can be deleted', async () => {
		const { id } = await create();
		expect((await sendFor(`DELETE ${PATH}/${id}`)).status).toBe(204);
		expect((await sendFor(`GET ${PATH}/${id}`)).status).toBe(404);
		expect((await sendFor(`DELETE ${PATH}/${id}`)).status).toBe(404);
	});
});

describe('the validation of a domain', () => {
	it('says what is wrong with each record, until the DNS is right', async () => {
		const { id } = await create();
		publishDns(test.emulator.state, 'toys.example', ['mail_cname']);
		const host = 'S1._domainkey.Toys.example.';
		publishRecord(test.emulator.state, { type: 'cname', host, data: 'elsewhere.example.' });
		const target = (name: string) => `${name}._domainkey.u1003.wl.sendgrid.net`;
		const dkim = (name: string, found: string) => ({
			valid: false,
			reason: `Expected CNAME to match "${target(name)}" but ${found}.`,
		});
		expect(await validate(id)).toEqual({
			id,
			valid: false,
			validation_results: {
				mail_cname: { valid: true, reason: null },
				dkim1: dkim('s1', 'found "elsewhere.example."'),
				dkim2: dkim('s2', 'no record was found'),
			},
		});
		const { data } = await sendFor(`GET ${PATH}/${id}`);
		expect([data.valid, data.dns.mail_cname?.valid, data.dns.dkim1?.valid]).toEqual([
			false,
			true,
			false,
		]);
		publishDns(test.emulator.state, 'toys.example');
		expect((await validate(id)).valid).toBe(true);
		expect((await sendFor(`GET ${PATH}/${id}`)).data.valid).toBe(true);
	});

	it('has the results in a misspelled key, if the behavior says so', async () => {
		const { id } = await create();
		behave({ misspelledValidation: true });
		expect(Object.keys(await validate(id))).toEqual(['id', 'valid', 'validation_resuts']);
	});
});

describe('the list of domains', () => {
	it('has a subuser’s own ones, or the parent’s and all subusers’', async () => {
		await create({ domain: 'a.toys.example' });
		await create({ domain: 'books.example' }, 'saltmarsh-books');
		await test.send(`POST ${PATH}`, { domain: 'parent.example' });
		await test.send(`POST ${PATH}`, { domain: 'toys.example', username: TOYS });
		expect(await listed('', TOYS)).toEqual([5001, 5004]);
		expect(await listed()).toEqual([5001, 5002, 5003, 5004]);
		expect(await listed('?exclude_subusers=true')).toEqual([5003]);
		expect(await listed('?username=Saltmarsh-Books')).toEqual([5002]);
		expect(await listed('?domain=toys.example', TOYS)).toEqual([5001, 5004]);
		behave({ domainFilter: 'exact' });
		expect(await listed('?domain=toys.example', TOYS)).toEqual([5004]);
		expect((await sendFor(`GET ${PATH}/5002`)).status).toBe(404);
	});

	it('has 50 rows by default, and pages', async () => {
		for (let index = 0; index < 52; index++) await create({ domain: `toys${index}.example` });
		const all = await listed('?limit=100', TOYS);
		expect(await listed('', TOYS)).toEqual(all.slice(0, 50));
		expect(await listed('?limit=2&offset=50', TOYS)).toEqual(all.slice(50));
	});

	it('says when a domain was validated', async () => {
		const { id } = await create();
		await validate(id);
		const { data } = await sendFor<object[]>(`GET ${PATH}`);
		const last_validation_attempt_at = Math.floor(Date.UTC(2026, 2, 10, 9) / 1000);
		expect(data[0]).toMatchObject({ id, last_validation_attempt_at });
	});
});
