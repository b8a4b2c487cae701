import axios, { type AxiosInstance } from 'axios';
import { unexplained } from '../test/contract/exceptions';
import { documentsFolder, PublishedApi, type Operation } from '../test/contract/openapi';
import { startEmulator, type Emulator } from './index';
import { sendOnboarding, sendRefusedOnboarding, type Answer } from './onboardingTraffic';

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

async function send(
	call: string,
	data?: unknown,
	headers: Record<string, string> = {},
): Promise<Partial<Answer>> {
	const [method, url] = call.split(' ');
	const response = await client.request({ method: method ?? '', url: url ?? '', data, headers });
	return response.data as Partial<Answer>;
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
	await sendOnboarding(emulator, send);
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
	await sendRefusedOnboarding(emulator, send);
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
