import type {
	ICredentialDataDecryptedObject,
	INodeListSearchResult,
	INodeParameters,
} from 'n8n-workflow';
import { startEmulator } from '../../emulator';
import { addApiKey } from '../../emulator/keys';
import type { Emulator } from '../../emulator';
import { addBrandings } from './brandings';
import { skippingClock } from './clock';
import { optionList, pickListContext, runNode, searchList } from './engine';
import type { PickListMethods } from './engine';
import { byId, byUsername, containing, matching, world } from './world';

const here = world({ accounts: 250, subusers: 620 });

const search = (
	method: keyof PickListMethods['listSearch'],
	filter?: string,
	token?: unknown,
	credential: ICredentialDataDecryptedObject = here.credential,
) => searchList(pickListContext(credential), method, filter, token);

const options = (
	method: keyof PickListMethods['loadOptions'],
	credential: ICredentialDataDecryptedObject = here.credential,
	parameters: INodeParameters = {},
) => optionList(pickListContext(credential, parameters), method);

/** All pages of a list, as a user gets them by scrolling to its end. */
async function scrolled(
	method: keyof PickListMethods['listSearch'],
	filter?: string,
): Promise<INodeListSearchResult['results']> {
	const all: INodeListSearchResult['results'] = [];
	let token: unknown;
	do {
		const page: INodeListSearchResult = await search(method, filter, token);
		all.push(...page.results);
		token = page.paginationToken;
		if (all.length > 5000) throw new Error('The list has no end');
	} while (token !== undefined);
	return all;
}

const queries = () => here.emulator.requests.map(({ query }) => query);

describe('the list of accounts', () => {
	it('begins with one page, and shows what tells accounts apart', async () => {
		const { results, paginationToken } = await search('searchAccounts');
		const [first] = here.emulator.state.accounts.list();
		expect(results).toHaveLength(100);
		expect(results[0]).toMatchObject({ name: `${first?.email} (${first?.id})`, value: first?.id });
		expect(paginationToken).toBeTruthy();
		expect(queries()).toEqual([{ limit: '100' }]);
	});

	it('goes on where the page before ended, to the end', async () => {
		const all = await scrolled('searchAccounts');
		expect(all.map(({ value }) => value)).toEqual(
			here.emulator.state.accounts.list().map(({ id }) => id),
		);
		expect(queries()).toEqual([
			{ limit: '100' },
			{ limit: '100', offset: all[99]?.value },
			{ limit: '100', offset: all[199]?.value },
			{ limit: '100', offset: all[249]?.value },
		]);
	});

	it.each([1, 30, 99])('can be scrolled to the end where pages have %i accounts', async (rows) => {
		const match = 'GET /v3/partners/accounts';
		here.fail({ match, kind: 'shortPages', rows, times: Infinity });
		const all = await scrolled('searchAccounts');
		expect(all.map(({ value }) => value)).toEqual(
			here.emulator.state.accounts.list().map(({ id }) => id),
		);
	});

	it('is searched to the end where pages are short', async () => {
		const match = 'GET /v3/partners/accounts';
		here.fail({ match, kind: 'shortPages', rows: 30, times: Infinity });
		const account = here.emulator.state.accounts.list()[249];
		const { results } = await search('searchAccounts', account?.email);
		expect(results.map(({ value }) => value)).toContain(account?.id);
	});

	it('finds by part of an email address or ID, in any case, on later pages too', async () => {
		const account = here.emulator.state.accounts.list()[230];
		const email = account?.email.toUpperCase() ?? '';
		const byEmail = await search('searchAccounts', ` ${email} `);
		const ofAccount = expect.objectContaining({ value: account?.id }) as unknown;
		expect(byEmail.results).toContainEqual(ofAccount);
		const byId = await search('searchAccounts', account?.id.slice(5, 20).toUpperCase());
		expect(byId.results).toEqual([ofAccount]);
		expect(byId.paginationToken).toBeUndefined();
	});

	it('finds nothing where all have been read, and says so by an empty list', async () => {
		expect(await search('searchAccounts', 'no-such-shop')).toEqual({ results: [] });
		expect(queries()).toHaveLength(4);
	});

	it('shows the ID and the day of creation where SendGrid sends no email address', async () => {
		const accounts = [
			{ id: 'sg01', created_at: '2026-01-22T08:30:00Z' },
			{ id: 'sg02', created_at: '2026-01-23T08:30:00Z', email: '' },
			{ id: 'sg03' },
		];
		const body = { accounts, pages: {} };
		here.fail({ match: 'GET /v3/partners/accounts', kind: 'status', status: 200, body });
		const { results } = await search('searchAccounts');
		expect(results).toEqual([
			{ name: 'sg01 (created 2026-01-22)', value: 'sg01' },
			{ name: 'sg02 (created 2026-01-23)', value: 'sg02' },
			{ name: 'sg03', value: 'sg03' },
		]);
	});

	it('ends where SendGrid gives the same cursor again', async () => {
		const accounts = Array.from({ length: 100 }, (_, index) => ({ id: `sg${index}` }));
		const body = { accounts, pages: { last: 'sg99' } };
		here.fail({ match: 'GET /v3/partners/accounts', kind: 'status', status: 200, body, times: 5 });
		const { results } = await search('searchAccounts', 'nothing like it');
		expect(results).toEqual([]);
		expect(queries().length).toBeLessThan(4);
	});
});

describe('the list of accounts of a large reseller', () => {
	let large: Emulator;
	beforeAll(async () => {
		large = await startEmulator({ accounts: 2_450, rateLimitWindows: 'first-request' });
	});
	afterAll(async () => await large.close());
	const credential = () => ({ apiKey: large.apiKey, region: 'custom', baseUrl: large.url });
	beforeEach(() => large.reset());

	it('is searched through 1,000 accounts, and then asks for the ID', async () => {
		const failing = search('searchAccounts', 'no-such-shop', undefined, credential());
		await expect(failing).rejects.toMatchObject({
			message: containing('1,000'),
			description: containing('By ID'),
		});
		expect(large.requests).toHaveLength(10);
	});

	it('is searched through as many where pages are short', async () => {
		const match = 'GET /v3/partners/accounts';
		large.fail({ match, kind: 'shortPages', rows: 50, times: Infinity });
		const failing = search('searchAccounts', 'no-such-shop', undefined, credential());
		await expect(failing).rejects.toMatchObject({ message: containing('1,000') });
		expect(large.requests).toHaveLength(20);
	});

	it('can be searched further from where a search ended', async () => {
		const [first] = large.state.accounts.list();
		const found = await search('searchAccounts', first?.email, undefined, credential());
		expect(found.results.map(({ value }) => value)).toContain(first?.id);
		expect(found.paginationToken).toBeTruthy();
		// The editor loads more pages automatically, and would show an error instead of the results.
		const next = await search('searchAccounts', first?.email, found.paginationToken, credential());
		expect(next.results).toEqual([]);
		const rest = await search('searchAccounts', first?.email, next.paginationToken, credential());
		expect(rest).toEqual({ results: [] });
		expect(large.requests).toHaveLength(26);
	});

	it('keeps what a search has found where the rate limit ends it', async () => {
		const limited = { ...credential(), apiKey: large.addKey() };
		large.setRateLimit({ limit: 15, windowMs: 60_000 });
		const [first] = large.state.accounts.list();
		const found = await search('searchAccounts', first?.email, undefined, limited);
		expect(found.paginationToken).toBeTruthy();
		const rest = await search('searchAccounts', first?.email, found.paginationToken, limited);
		expect(rest).toEqual({ results: [] });

		const anew = { ...credential(), apiKey: large.addKey() };
		large.setRateLimit({ limit: 5, windowMs: 60_000 });
		const short = await search('searchAccounts', first?.email, undefined, anew);
		expect(short).toEqual({ results: [expect.objectContaining({ value: first?.id }) as unknown] });
		await expect(search('searchAccounts', 'no-such-shop', undefined, anew)).rejects.toMatchObject({
			message: containing('rate limit asks to wait'),
		});
		// Who looks through all of them is told that there are more.
		await expect(search('searchAccounts', '', found.paginationToken, anew)).rejects.toMatchObject({
			message: containing('rate limit asks to wait'),
		});
	});
});

describe('the list of subusers', () => {
	it('can be scrolled past SendGrid’s 500 rows to the end, each name once', async () => {
		const all = await scrolled('searchSubusers');
		expect(all.map(({ value }) => value)).toEqual(
			here.emulator.state.subusers.list().map(({ username }) => username),
		);
		for (const { name, value } of all) expect(name).toContain(value);
	});

	it('is searched by SendGrid, by how names begin, in any case', async () => {
		const { results, paginationToken } = await search('searchSubusers', ' BIRCHWOOD ');
		expect(results.map(({ value }) => value)).toEqual([
			'birchwood-bakery',
			'birchwood-bakery-eu',
			'Birchwood-Brewing',
		]);
		expect(queries()).toMatchObject([{ username: 'BIRCHWOOD', offset: '0' }]);
		// A page with few rows isn’t the end: one without rows is.
		expect(await search('searchSubusers', ' BIRCHWOOD ', paginationToken)).toEqual({ results: [] });
		expect(queries()[1]).toMatchObject({ username: 'BIRCHWOOD', offset: '3' });
	});

	it.each([1, 30, 99])('can be scrolled to the end where pages have %i rows', async (rows) => {
		const filter = rows === 1 ? 'birch' : undefined;
		here.fail({ match: 'GET /v3/subusers', kind: 'shortPages', rows, times: Infinity });
		const all = await scrolled('searchSubusers', filter);
		const names = here.emulator.state.subusers.list().map(({ username }) => username);
		expect(all.map(({ value }) => value)).toEqual(
			names.filter((name) => name.toLowerCase().startsWith(filter ?? '')),
		);
	});

	it('ends where a gateway gives the first page again and again', async () => {
		const body = ['birch 1', 'tide'].map((username) => ({ username }));
		here.fail({ match: 'GET /v3/subusers', kind: 'status', status: 200, body, times: Infinity });
		expect((await scrolled('searchSubusers')).map(({ value }) => value)).toEqual([
			'birch 1',
			'tide',
		]);
	});

	it('finds names with letters of all kinds', async () => {
		for (const name of ['カモメ製菓', 'пекарня-берёза', 'orders@juniperlane-kitchens.example']) {
			const { results } = await search('searchSubusers', name);
			expect(results.map(({ value }) => value)).toEqual([name]);
		}
	});

	it('keeps the search while it is scrolled', async () => {
		for (let index = 0; index < 230; index++) here.addSubuser(`zz-${index}`);
		const all = await scrolled('searchSubusers', 'zz-');
		expect(all).toHaveLength(230);
		expect(new Set(queries().map(({ username }) => username))).toEqual(new Set(['zz-']));
	});

	it('of nobody is empty', async () => {
		expect(await search('searchSubusers', 'no-such-shop')).toEqual({ results: [] });
	});

	it('with an empty search asks for all', async () => {
		await search('searchSubusers', '  ');
		expect(queries()[0]).not.toHaveProperty('username');
	});
});

describe('the lists from the catalog', () => {
	const named = (kind: string) =>
		here.emulator.state.catalog
			.filter(({ offering }) => offering.type === kind)
			.map(({ offering }) => offering.name)
			.sort();

	it('of packages holds packages alone', async () => {
		const packages = await options('getPackages');
		expect(packages.map(({ value }) => value)).toEqual(named('package'));
	});

	it.each([
		['merge', '[Keep Current]', 'The account keeps its package'],
		['replace', '[Choose a Package]', 'Replace All requires a package'],
		['={{ $json.change }}', '[None]', 'With Add or Update, the account keeps its package'],
	])(
		'of packages for the change %s begins with %s, and then holds the same',
		async (change, name, description) => {
			const [none, ...packages] = await options('getPackagesOrNone', here.credential, { change });
			expect(none).toEqual({ name, value: '', description });
			expect(packages).toEqual(await options('getPackages'));
		},
	);

	it('of add-ons holds add-ons alone', async () => {
		const addons = await options('getAddons');
		expect(addons.map(({ value }) => value)).toEqual(named('addon'));
	});

	it('says what an offering comes with', async () => {
		const packages = await options('getPackages');
		const pro = packages.find(({ value }) => value === 'demo.ei.pro-100k.v1');
		expect(pro?.description).toContain('100,000 emails');
	});

	it('takes entries without entitlements, and with ones that nobody knows', async () => {
		const catalog = [
			{ offering: { name: 'demo.x.bare.v1', type: 'addon' } },
			{ offering: { name: 'demo.x.rich.v1', type: 'addon' }, entitlements: { pigeons: 3 } },
		];
		here.fail({
			match: 'GET /v3/partners/offerings',
			kind: 'status',
			status: 200,
			body: { catalog },
		});
		expect(await options('getAddons')).toMatchObject([
			{ value: 'demo.x.bare.v1' },
			{ value: 'demo.x.rich.v1', description: '3 pigeons' },
		]);
	});
});

describe('the list of IPs', () => {
	it('has all of the SendGrid account, by number', async () => {
		const ips = (await options('getIps')).map(({ value }) => value);
		expect(ips).toHaveLength(here.emulator.state.ips.size);
		expect(ips.slice(0, 2)).toEqual(['192.0.2.1', '192.0.2.2']);
		expect(ips.indexOf('192.0.2.10')).toBeGreaterThan(ips.indexOf('192.0.2.9'));
		for (const query of queries()) expect(query).not.toHaveProperty('subuser');
	});

	it('of an account has those of the account that the form names, with their regions', async () => {
		const [owner] = [...here.emulator.state.accounts.list()];
		const account = { __rl: true, mode: 'id', value: owner?.id ?? '' };
		const added = await runNode({
			credential: here.credential,
			parameters: { resource: 'accountIp', operation: 'add', account, count: 2, region: 'eu' },
		});
		const context = pickListContext(here.credential, { account });
		const ips = await optionList(context, 'getAccountIps');
		const shown = ips.filter(({ description }) => description === 'Region: eu');
		expect(shown.map(({ value }) => value).sort()).toEqual(
			[...(added.items[0]?.['ips'] as string[])].sort(),
		);
	});

	it('of an account asks for the account first', async () => {
		const context = pickListContext(here.credential, { account: byId('') });
		expect(await optionList(context, 'getAccountIps')).toEqual([
			{ name: '[Choose the Account First]', value: '' },
		]);
	});
});

describe('the list of scopes', () => {
	it('has those that the credential’s key can pass on, sorted', async () => {
		const scopes = ['stats.read', 'mail.send', '2fa_required', 'alerts.read'];
		const apiKey = here.emulator.addKey({ scopes });
		expect(await options('getScopes', { ...here.credential, apiKey })).toEqual(
			['alerts.read', 'mail.send', 'stats.read'].map((scope) => ({ name: scope, value: scope })),
		);
	});
});

describe('the lists of what belongs to a subuser', () => {
	const NAME = 'birchwood-bakery';
	const PROOF = 'GET /v3/user/username';
	const lists = [
		['getSubuserApiKeys', 'GET /v3/api_keys'],
		['getSubuserDomains', 'GET /v3/whitelabel/domains'],
		['getSubuserLinks', 'GET /v3/whitelabel/links'],
	] as const;

	const ofSubuser = (method: keyof PickListMethods['loadOptions'], value = NAME) =>
		optionList(pickListContext(here.credential, { subuser: byUsername(value) }), method);

	/** The parent account and the subuser have a key, a domain, and a link branding each. */
	beforeEach(() => {
		const { state } = here.emulator;
		const subuser = state.subusers.get(NAME);
		const owners = subuser === undefined ? [] : [state.parent, subuser];
		owners.forEach((owner, index) => {
			const { username } = owner;
			const key = { name: `Key of ${username}`, scopes: ['mail.send'], owner, reseller: false };
			addApiKey(state, key).id = `id-${index}`;
			addBrandings(here.emulator, { id: index, owner, domain: `${username}.example` });
		});
	});

	it('have only the subuser’s, with their IDs', async () => {
		expect(await ofSubuser('getSubuserApiKeys')).toEqual([
			{ name: `Key of ${NAME}`, value: 'id-1', description: 'id-1' },
		]);
		const branding = { name: `mail.${NAME}.example`, value: 1, description: 'Not valid yet' };
		expect(await ofSubuser('getSubuserDomains')).toEqual([branding]);
		expect(await ofSubuser('getSubuserLinks')).toEqual([branding]);
	});

	it.each(lists)('come after a proof of whose they are: %s', async (method, request) => {
		await ofSubuser(method);
		expect(here.emulator.requests.map(({ method: verb, path }) => `${verb} ${path}`)).toEqual(
			expect.arrayContaining([PROOF, request]),
		);
		here.emulator.state.behavior.ignoredOnBehalfOf = 'all';
		await expect(ofSubuser(method)).rejects.toMatchObject({
			message: containing('instead of this subuser'),
		});
	});

	it.each(lists)('require a subuser: %s', async (method) => {
		expect(await ofSubuser(method, '')).toEqual([
			{ name: '[Choose the Subuser First]', value: '' },
		]);
		await expect(ofSubuser(method, 'nobody')).rejects.toMatchObject({
			message: containing('can’t find this subuser'),
		});
	});
});

describe('a list that cannot be loaded', () => {
	const lists: Array<[string, (credential: ICredentialDataDecryptedObject) => Promise<unknown>]> = [
		['accounts', (credential) => search('searchAccounts', undefined, undefined, credential)],
		['subusers', (credential) => search('searchSubusers', undefined, undefined, credential)],
		['packages', (credential) => options('getPackages', credential)],
		['add-ons', (credential) => options('getAddons', credential)],
	];

	/** Below a search the editor shows message and description, beside a menu the message alone. */
	function saying(name: string, message: string, description: string): object {
		return ['accounts', 'subusers'].includes(name)
			? { name: 'NodeApiError', message: containing(message), description: containing(description) }
			: {
					name: 'NodeOperationError',
					message: expect.stringMatching(`${message}.*\\. .*${description}`) as unknown,
				};
	}

	it.each(lists)('says that the key is wrong: %s', async (name, load) => {
		await expect(load({ ...here.credential, apiKey: 'SG.wrong' })).rejects.toMatchObject(
			saying(
				name,
				'doesn’t accept the API key',
				'EU for a key from the EU portal, Global for any other',
			),
		);
	});

	it.each(lists)('says what the key may not do: %s', async (name, load) => {
		const apiKey = here.emulator.addKey({ scopes: [], reseller: false });
		await expect(load({ ...here.credential, apiKey })).rejects.toMatchObject(
			saying(name, 'isn’t allowed to do this', name === 'subusers' ? 'subusers.read' : 'reseller'),
		);
	});

	it.each(lists)('refuses a credential that must not be used: %s', async (_name, load) => {
		await expect(load({ ...here.credential, baseUrl: 'http://a.example' })).rejects.toMatchObject({
			name: 'NodeOperationError',
			message: containing('unencrypted'),
		});
		expect(here.sent()).toEqual([]);
	});

	it('says that nobody answers', async () => {
		const gone = await startEmulator();
		await gone.close();
		const credential = { ...here.credential, baseUrl: gone.url };
		const failures = lists.map(async ([name, load]) => {
			await expect(load(credential)).rejects.toMatchObject(
				saying(name, 'couldn’t be reached', 'base URL'),
			);
		});
		await Promise.all(failures);
	});

	it.each(lists)('does not wait long for the rate limit: %s', async (_name, load) => {
		const match = /./;
		here.emulator.fail({ match, kind: 'status', status: 429, headers: { 'retry-after': '30' } });
		const started = skippingClock.now();
		await expect(load(here.credential)).rejects.toThrow(/\d\d s/);
		expect(skippingClock.now() - started).toBeLessThan(10_000);
	});

	it('gives up after a few seconds where others hold all the places that requests have', async () => {
		here.emulator.setLatency(20_000);
		const context = () => pickListContext(here.credential);
		const loads = Array.from({ length: 11 }, async () => {
			await expect(optionList(context(), 'getPackages')).rejects.toMatchObject({
				name: 'NodeOperationError',
				message: matching(/did not load within 5 seconds.*enter the value yourself/),
			});
		});
		const started = skippingClock.now();
		await Promise.all(loads);
		expect(skippingClock.now() - started).toBeLessThan(15_000);
	}, 20_000);

	it('is as long as there was time for where a search takes too long', async () => {
		here.emulator.setLatency(2_600);
		const account = here.emulator.state.accounts.list()[150];
		const found = await search('searchAccounts', account?.email);
		expect(found.results).toMatchObject([{ value: account?.id }]);
		expect(found.paginationToken).toBeDefined();
	}, 20_000);

	it('is an error, and no empty list, where the answer cannot be read', async () => {
		here.fail({ match: 'GET /v3/subusers', kind: 'html', status: 200 });
		here.fail({ match: 'GET /v3/partners/accounts', kind: 'truncated' });
		here.fail({ match: 'GET /v3/partners/offerings', kind: 'emptyBody' });
		for (const [, load] of lists.slice(0, 3)) {
			await expect(load(here.credential)).rejects.toThrow('isn’t what SendGrid documents');
		}
	});
});
