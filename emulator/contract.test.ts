import axios, { type AxiosInstance } from 'axios';
import { unexplained } from '../test/contract/exceptions';
import { documentsFolder, PublishedApi, type Operation } from '../test/contract/openapi';
import { publishDns, startEmulator, type Emulator } from './index';

/** Documents whose operations are all emulated, and single operations. */
const WHOLE = [
	'tsg_account_provisioning_v3.json',
	'tsg_subusers_v3.json',
	'tsg_ip_provisioning_v3.json',
	'tsg_api_keys_v3.json',
];
const SINGLE = [
	'GET /v3/scopes',
	'GET /v3/ips',
	'GET /v3/user/username',
	'GET /v3/user/email',
	'PUT /v3/user/email',
];
/** Of these documents, these operations are missing. */
const PARTLY = ['tsg_domain_authentication_v3.json', 'tsg_link_branding_v3.json'];
const MISSING = [/\/dns\/email$/, /\/default$/, /\/domains\/\{id\}\/ips/];

const ACCOUNTS = '/v3/partners/accounts';
const STATS = 'start_date=2026-03-01&end_date=2026-03-09';

let emulator: Emulator;
let client: AxiosInstance;

beforeEach(async () => {
	emulator = await startEmulator();
	client = axios.create({
		baseURL: emulator.url,
		headers: { authorization: `Bearer ${emulator.apiKey}` },
		validateStatus: () => true,
		maxRedirects: 0,
	});
});
afterEach(() => emulator.close());

interface Answer {
	id: number;
	api_key_id: string;
}

async function send(
	call: string,
	data?: unknown,
	headers: Record<string, string> = {},
): Promise<Partial<Answer>> {
	const [method, url] = call.split(' ');
	const response = await client.request({ method: method ?? '', url: url ?? '', data, headers });
	return response.data as Partial<Answer>;
}

const FOR_SUBUSER = { 'On-Behalf-Of': 'tidewater-toys' };

/** Sends valid requests on behalf of a subuser, and of a reseller to an account's IPs. */
async function sendOnboarding(): Promise<void> {
	const sendFor = (call: string, data?: unknown) => send(call, data, FOR_SUBUSER);
	await sendFor('GET /v3/scopes');
	await sendFor('GET /v3/user/username');
	await sendFor('GET /v3/user/email');
	await sendFor('PUT /v3/user/email', { email: 'new@tidewater-toys.example' });

	const scopes = ['mail.send', 'api_keys.read'];
	const { api_key_id: key } = await sendFor('POST /v3/api_keys', { name: 'CRM', scopes });
	await sendFor('POST /v3/api_keys', { name: 'CRM' });
	await sendFor('GET /v3/api_keys');
	await sendFor('GET /v3/api_keys?limit=1');
	await sendFor(`GET /v3/api_keys/${key}`);
	emulator.state.behavior.apiKeyBody = 'list';
	await sendFor(`GET /v3/api_keys/${key}`);
	await sendFor(`PATCH /v3/api_keys/${key}`, { name: 'Shop' });
	await sendFor(`PUT /v3/api_keys/${key}`, { name: 'Shop', scopes: ['mail.send'] });
	await sendFor(`DELETE /v3/api_keys/${key}`);

	await sendBrandings('domains', { automatic_security: true, region: 'global' });
	await sendBrandings('links', { region: 'us' });
	const manual = { domain: 'manual.example', automatic_security: false, custom_spf: true };
	for (const manualDomainSpf of [false, true]) {
		Object.assign(emulator.state.behavior, { manualDomainSpf, misspelledValidation: true });
		const ips = [[...emulator.state.ips.keys()][0]];
		const { id } = await sendFor('POST /v3/whitelabel/domains', { ...manual, ips });
		await sendFor(`GET /v3/whitelabel/domains/${id}`);
		await sendFor(`POST /v3/whitelabel/domains/${id}/validate`);
	}

	const ipsOf = `${ACCOUNTS}/${emulator.state.accounts.list()[3]?.id}/ips`;
	await send(`POST ${ipsOf}`, { count: 2, region: 'eu' });
	await send(`GET ${ipsOf}?limit=2`);
	const ip = emulator.state.accounts.list()[3]?.ips.at(-1);
	await send(`GET ${ipsOf}?offset=${ip}`);
	await send(`DELETE ${ipsOf}`, { ips: [ip] });
}

/** Sends valid requests about the subuser's own domain or link, and the parent's, which it is assigned. */
async function sendBrandings(kind: 'domains' | 'links', more: object): Promise<void> {
	const path = `/v3/whitelabel/${kind}`;
	const names = { domain: 'toys.example', subdomain: kind };
	const { id } = await send(`POST ${path}`, { ...names, ...more, default: true }, FOR_SUBUSER);
	await send(`GET ${path}/${id}`, undefined, FOR_SUBUSER);
	await send(`POST ${path}/${id}/validate`, undefined, FOR_SUBUSER);
	await send(`PATCH ${path}/${id}`, { default: false }, FOR_SUBUSER);
	emulator.state.behavior.updatedDomainBody = 'list';
	await send(`PATCH ${path}/${id}`, { default: true }, FOR_SUBUSER);

	const { id: parents = 0 } = await send(`POST ${path}`, { domain: 'parent.example' });
	publishDns(emulator.state, 'parent.example');
	await send(`POST ${path}/${parents}/validate`);
	await send(`POST ${path}/${parents}/subuser`, { username: 'tidewater-toys' });
	emulator.state.behavior.assignedLinkStatus = 201;
	await send(`POST ${path}/${parents}/subuser`, { username: 'tidewater-toys' });
	await send(`GET ${path}?limit=10`);
	await send(`GET ${path}/subuser?username=tidewater-toys`);
	await send(`DELETE ${path}/subuser?username=tidewater-toys`);
	if (kind === 'domains') {
		await send(`POST ${path}/${parents}/subuser:add`, { username: 'tidewater-toys' });
		await send(`GET ${path}/subuser/all?username=tidewater-toys`);
		await send(`DELETE ${path}/${parents}/subuser?username=tidewater-toys`);
		const filters = 'username=tidewater-toys&domain=toys&offset=0&exclude_subusers=false';
		await send(`GET ${path}?${filters}`);
	}
	await send(`DELETE ${path}/${id}`, undefined, FOR_SUBUSER);
}

/** Sends a valid request to each operation at least once. */
async function sendAllOperations(): Promise<void> {
	const [first, second] = emulator.state.accounts.list().map(({ id }) => `${ACCOUNTS}/${id}`);
	const offerings = [
		{ name: 'demo.ei.pro-100k.v1', type: 'package', quantity: 1 },
		{ name: 'demo.x.ip.v1', type: 'addon', quantity: 2 },
	];
	const name = encodeURIComponent('カモメ製菓');
	await send('GET /v3/scopes');
	await send(`GET ${ACCOUNTS}`);
	await send(`GET ${ACCOUNTS}?limit=5&offset=${emulator.state.accounts.list()[4]?.id}`);
	await send(`POST ${ACCOUNTS}`, {
		profile: { company_name: 'pebbleford-pets', email: 'hello@pebbleford-pets.example' },
		offerings,
	});
	await send('GET /v3/partners/offerings');
	await send(`GET ${first}/offerings`);
	await send(`PUT ${first}/offerings`, { offerings });
	await send(`GET ${first}/state`);
	await send(`PUT ${first}/state`, { state: 'deactivated' });
	await send(`POST ${first}/sso`);
	await send(`DELETE ${second}`);
	await send('GET /v3/subusers?username=birch&limit=2&offset=1&region=all&include_region=true');
	await send('GET /v3/subusers');
	await send('POST /v3/subusers', {
		username: 'new@example.com',
		email: 'new@example.com',
		password: 'not-a-real-one',
		ips: [[...emulator.state.ips.keys()][0]],
		region: 'eu',
		include_region: true,
	});
	await send(`PATCH /v3/subusers/${name}`, { disabled: true });
	await send(`PATCH /v3/subusers/${name}/website_access`, { disabled: true });
	await send('GET /v3/subusers/tidewater-toys/credits');
	await send('GET /v3/subusers/saltmarsh-books/credits');
	await send(`GET /v3/subusers/${name}/credits`);
	await send(`PUT /v3/subusers/${name}/credits`, { type: 'nonrecurring', total: 5 });
	await send(`PATCH /v3/subusers/${name}/credits/remaining`, { allocation_update: -3 });
	await send(`PUT /v3/subusers/${name}/ips`, [[...emulator.state.ips.keys()][1]]);
	await send(`GET /v3/ips?subuser=${name}&limit=5&exclude_whitelabels=false`);
	await send('GET /v3/ips?sort_by_direction=desc');
	await send('GET /v3/subusers/reputations?usernames=tidewater-toys');
	await send(`GET /v3/subusers/stats?subusers=tidewater-toys&subusers=${name}&${STATS}`);
	await send(`GET /v3/subusers/stats/sums?${STATS}&sort_by_metric=opens&limit=3`);
	await send('GET /v3/subusers/stats/monthly?date=2026-03-01&subuser=bakery');
	await send(`GET /v3/subusers/${name}/stats/monthly?date=2026-03-01`);
	emulator.state.behavior.createdSubuserStatus = 201;
	await send('POST /v3/subusers', {
		username: 'new-too',
		email: 'new@example.com',
		password: 'not-a-real-one',
		ips: [],
	});
	await send(`DELETE /v3/subusers/${name}`);
	await sendOnboarding();
}

/** Sends requests that are refused for each reason. */
async function sendRefusedRequests(): Promise<void> {
	const account = `${ACCOUNTS}/${emulator.state.accounts.list()[0]?.id}`;
	await send(`GET ${ACCOUNTS}?limit=101`);
	await send(`POST ${ACCOUNTS}`, { profile: { email: 'no address', phone: '12' }, offerings: [] });
	await send(`PUT ${account}/offerings`, { offerings: [] });
	await send(`PUT ${account}/state`, { state: 'banned' });
	for (const call of ['GET offerings', 'PUT offerings', 'GET state', 'PUT state', 'POST sso']) {
		await send(call.replace(' ', ` ${ACCOUNTS}/nobody/`), {});
	}
	await send(`DELETE ${ACCOUNTS}/nobody`);
	await send('GET /v3/subusers?limit=none');
	await send('POST /v3/subusers', { username: 'tidewater-toys' });
	await send('PATCH /v3/subusers/tidewater-toys', {});
	await send('PUT /v3/subusers/tidewater-toys/credits', { type: 'weekly' });
	await send('PATCH /v3/subusers/tidewater-toys/credits/remaining', { allocation_update: 1 });
	for (const call of ['PATCH', 'DELETE', 'GET /credits', 'PUT /ips', 'PATCH /website_access']) {
		const [method, rest = ''] = call.split(' ');
		await send(`${method} /v3/subusers/nobody${rest}`, method === 'GET' ? undefined : {});
	}
	await send('GET /v3/subusers/nobody/stats/monthly?date=2026-03-01');
	await send('GET /v3/subusers/stats?subusers=nobody&start_date=2026-03-01');
	await send('GET /v3/subusers/stats/sums');
	await sendRefusedOnboarding();
	emulator.setRateLimit({ limit: 1, windowMs: 60_000 });
	for (const call of [
		'/v3/scopes',
		ACCOUNTS,
		'/v3/subusers',
		'/v3/subusers/tidewater-toys/credits',
		'/v3/user/username',
		'/v3/api_keys',
		'/v3/whitelabel/domains',
		'/v3/whitelabel/links',
	]) {
		await send(`GET ${call}`);
		await send(`GET ${call}`);
	}
}

/** Requests about subusers, keys, domains, links, and IPs that are refused for each reason. */
async function sendRefusedOnboarding(): Promise<void> {
	const ipsOf = `${ACCOUNTS}/${emulator.state.accounts.list()[0]?.id}/ips`;
	for (const status of [401, 403, 404] as const) {
		emulator.state.behavior.unknownSubuserStatus = status;
		for (const path of ['api_keys', 'user/email', 'whitelabel/domains', 'whitelabel/links']) {
			await send(`GET /v3/${path}`, undefined, { 'On-Behalf-Of': 'nobody' });
		}
	}
	await send('GET /v3/user/username', undefined, { 'On-Behalf-Of': 'fernhollow-florist' });
	await send('PUT /v3/user/email', { email: 'nobody' });
	await send('POST /v3/api_keys', {});
	await send('POST /v3/api_keys', { name: 'a', scopes: [] });
	for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
		await send(`${method} /v3/api_keys/nothing`, { name: 'a' });
		if (method === 'PUT') continue;
		await send(`${method} /v3/whitelabel/domains/1`, {});
		await send(`${method} /v3/whitelabel/links/1`, {});
	}
	for (const kind of ['domains', 'links']) {
		const path = `/v3/whitelabel/${kind}`;
		await send(`POST ${path}`, { domain: 'no domain' });
		const { id } = await send(`POST ${path}`, { domain: 'a.example', subdomain: kind });
		await send(`POST ${path}`, { domain: 'a.example', subdomain: kind });
		await send(`POST ${path}/${id}/subuser`, { username: 'tidewater-toys' });
		await send(`POST ${path}/1/validate`);
		await send(`GET ${path}/subuser?username=tidewater-toys`);
		await send(`DELETE ${path}/subuser?username=nobody`);
	}
	await send(`GET ${ipsOf}?limit=5001`);
	await send(`POST ${ipsOf}`, { count: 11, region: 'us' });
	await send(`DELETE ${ipsOf}`, { ips: ['192.0.2.1'] });
	await send(`GET ${ACCOUNTS}/nobody/ips`);
}

const published = documentsFolder ? PublishedApi.load(documentsFolder) : undefined;
const suite = published ? describe : describe.skip;

suite(
	`SendGrid's published documents${published ? '' : ': SENDGRID_OPENAPI_DIR is not set'}`,
	() => {
		const api = published as PublishedApi;
		const emulated = (operation: Operation): boolean =>
			WHOLE.includes(operation.document) ||
			SINGLE.includes(operation.name) ||
			(PARTLY.includes(operation.document) &&
				!MISSING.some((pattern) => pattern.test(operation.name)));

		it('allow a valid request to each operation, and its response', async () => {
			await sendAllOperations();
			const { requests } = emulator;
			expect(
				requests.map((entry) => entry.status).filter((status) => (status ?? 500) >= 400),
			).toEqual([]);
			expect(unexplained(requests.flatMap((entry) => api.requestProblems(entry)))).toEqual([]);
			expect(unexplained(requests.flatMap((entry) => api.responseProblems(entry)))).toEqual([]);
			const sent = new Set(requests.map(({ method, path }) => api.find(method, path)?.name));
			const missing = api.operations.filter((entry) => emulated(entry) && !sent.has(entry.name));
			expect(missing.map(({ name }) => name)).toEqual([]);
		});

		it('allow the response to each refused request', async () => {
			await sendRefusedRequests();
			const refused = emulator.requests.filter(({ status }) => (status ?? 0) >= 400);
			expect(refused.length).toBeGreaterThan(25);
			expect(unexplained(refused.flatMap((entry) => api.responseProblems(entry)))).toEqual([]);
		});

		it('allow each response to an unknown key, and to a key without permissions', async () => {
			for (const key of ['SG.unknown', emulator.addKey({ scopes: [], reseller: false })]) {
				client.defaults.headers.authorization = `Bearer ${key}`;
				await sendAllOperations();
			}
			const statuses = new Set(emulator.requests.map(({ status }) => status));
			expect(statuses).toEqual(new Set([401, 403, 200]));
			expect(
				unexplained(emulator.requests.flatMap((entry) => api.responseProblems(entry))),
			).toEqual([]);
		});

		it('don’t allow what they don’t publish', () => {
			const credits = { method: 'PUT', path: '/v3/subusers/someone/credits' };
			const problemsOf = (body: unknown): string[] =>
				unexplained(api.requestProblems({ ...credits, body })).map(({ at }) => at);
			expect(problemsOf({ type: 'recurring', total: 5, reset_frequency: 'daily' })).toEqual([]);
			expect(problemsOf({ type: 'unlimited', totals: 5 })).toEqual(['body/totals']);
			expect(problemsOf({ total: '5' })).toEqual(['body', 'body/total']);
			expect(problemsOf(undefined)).toEqual(['body']);

			const list = { method: 'GET', path: '/v3/partners/accounts' };
			const query = { limit: '500', page: '2' };
			expect(api.requestProblems({ ...list, query }).map(({ at }) => at)).toEqual([
				'query limit',
				'query page',
			]);
			const answer = { ...list, status: 200, responseBody: { accounts: [{ id: 1 }], total: 1 } };
			expect(
				unexplained(api.responseProblems(answer))
					.map(({ at }) => at)
					.sort(),
			).toEqual(['body/accounts/0', 'body/accounts/0/id', 'body/total']);
			const teapot = { ...list, status: 418, responseBody: { errors: [{ message: 'no' }] } };
			expect(unexplained(api.responseProblems(teapot)).map(({ at }) => at)).toEqual([
				'status',
				'body/errors/0',
				'body/errors/0',
			]);
			expect(api.requestProblems({ method: 'GET', path: '/v3/teapots' })).toHaveLength(1);
		});
	},
);
