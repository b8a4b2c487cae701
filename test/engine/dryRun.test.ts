import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { resources } from '../../nodes/SendGridProvisioning/resources';
import { PACKAGE } from './customers';
import { ADDON, addNeeds, customerOperations } from './faultOperations';
import { ACCOUNTS, byId, byUsername, containing, world } from './world';

const here = world();

const CREDITS = ['type', 'reset_frequency', 'remain', 'total', 'used'];
const DIFFERENCE = ['added', 'removed', 'updated', 'offerings', 'before'];
const IP_DIFFERENCE = ['added', 'removed', 'ips', 'before'];
const DELETION = ['summary', 'dry_run', 'deleted'];
const CHANGE = ['summary', 'dry_run', 'changed'];
const SHOWN = [...CHANGE, 'request', 'before'];

const BRANDING = ['created', 'assigned', 'domain', 'subdomain', 'valid', 'dns_records'];
const UPSERTED = [
	...['username', 'summary', 'email', 'email_differs', 'region'],
	...['created', 'changed', 'dry_run', 'updated'],
];

/** They change nothing that a dry run could show. */
const WITHOUT_DRY_RUN = ['account createSsoLink', 'subuserDomain validate', 'subuserLink validate'];

/** The keys of the outputs of each operation that changes something, in order: for real, and in a dry run. */
const KEYS: Record<string, [string[], string[]]> = {
	'account create': [
		['account_id', ...CHANGE],
		[...CHANGE, 'request'],
	],
	'account delete': [
		['account_id', ...DELETION],
		['account_id', ...DELETION],
	],
	'account updateState': [
		['account_id', ...CHANGE, 'state'],
		['account_id', ...SHOWN],
	],
	'accountIp add': [
		['account_id', ...CHANGE, 'region', 'ips'],
		['account_id', ...SHOWN],
	],
	'accountIp remove': [
		['account_id', ...CHANGE, 'removed'],
		['account_id', ...CHANGE, 'removed', 'request', 'before'],
	],
	'accountOffering update': [
		['account_id', ...CHANGE, ...DIFFERENCE],
		['account_id', ...CHANGE, ...DIFFERENCE],
	],
	'subuser create': [
		['username', ...CHANGE, 'user_id', 'email', 'region', 'credit_allocation'],
		['username', ...CHANGE, 'request'],
	],
	'subuser delete': [
		['username', ...DELETION],
		['username', ...DELETION],
	],
	'subuser updateIps': [
		['username', ...CHANGE, ...IP_DIFFERENCE],
		['username', ...CHANGE, ...IP_DIFFERENCE],
	],
	'subuser updateStatus': [
		['username', ...CHANGE, 'status'],
		['username', ...SHOWN],
	],
	'subuser updateWebsiteAccess': [
		['username', ...CHANGE, 'website_access'],
		['username', ...SHOWN],
	],
	'subuser upsert': [UPSERTED, UPSERTED],
	'subuserApiKey create': [
		['username', 'api_key_id', ...CHANGE, 'name', 'scopes', 'api_key'],
		['username', ...CHANGE, 'request'],
	],
	'subuserApiKey delete': [
		['username', 'api_key_id', ...DELETION],
		['username', 'api_key_id', ...DELETION],
	],
	'subuserApiKey update': [
		['username', 'api_key_id', ...CHANGE, 'name', 'scopes'],
		['username', 'api_key_id', ...SHOWN],
	],
	'subuserDomain authenticate': [
		['username', 'domain_id', ...CHANGE, ...BRANDING],
		['username', ...CHANGE, 'created', 'request'],
	],
	'subuserDomain delete': [
		['username', 'domain_id', ...DELETION],
		['username', 'domain_id', ...DELETION],
	],
	'subuserLink brand': [
		['username', 'link_id', ...CHANGE, ...BRANDING],
		['username', ...CHANGE, 'created', 'request'],
	],
	'subuserLink delete': [
		['username', 'link_id', ...DELETION],
		['username', 'link_id', ...DELETION],
	],
	'subuserCredit adjust': [
		['username', ...CHANGE, 'adjustment', ...CREDITS, 'before'],
		['username', ...CHANGE, 'adjustment', 'request', 'expected', 'before'],
	],
	'subuserCredit topUp': [
		['username', ...CHANGE, 'added', ...CREDITS, 'before'],
		['username', ...CHANGE, 'added', 'request', 'expected', 'before'],
	],
	'subuserCredit update': [
		['username', ...CHANGE, ...CREDITS, 'before'],
		['username', ...CHANGE, 'request', 'expected', 'before'],
	],
	'subuserCredit update, to nonrecurring credits': [
		['username', ...CHANGE, ...CREDITS],
		['username', ...CHANGE, 'request', 'expected', 'before'],
	],
};

const rows = customerOperations.filter(
	({ applied, operation }) => applied !== undefined && !WITHOUT_DRY_RUN.includes(operation),
);

function keysOf(operation: string): [string[], string[]] {
	const keys = KEYS[operation] ?? KEYS[operation.split(',')[0] ?? ''];
	if (keys === undefined) throw new Error(`Add the keys of ${operation}`);
	return keys;
}

/** The credits in an output. */
const creditsIn = (item: IDataObject | undefined) =>
	Object.fromEntries(CREDITS.map((key) => [key, item?.[key]]));

const writes = () => here.sent().filter((call) => !call.startsWith('GET '));

describe('operations that change something', () => {
	beforeEach(() => addNeeds(here.emulator));

	it('are all tried here, sign-in links aside', () => {
		const all = resources.flatMap(({ option, operations }) =>
			operations
				.filter(({ readOnly }) => readOnly !== true)
				.map((operation) => `${option.value} ${operation.option.value}`),
		);
		const tried = new Set(rows.map(({ operation }) => operation.split(',')[0]));
		expect(all.filter((operation) => !tried.has(operation))).toEqual(WITHOUT_DRY_RUN);
	});

	it.each(rows)('$operation only reads in a dry run', async (row) => {
		const target = 'dry-customer';
		row.prepare?.(here.emulator, target);
		const { items, error } = await here.run({ ...row.parameters(target), dryRun: true });
		expect(error).toBeUndefined();
		const [, keys] = keysOf(row.operation);
		expect(items.map((item) => Object.keys(item))).toEqual([keys]);
		expect(items).toMatchObject([{ dry_run: true, summary: containing('') }]);
		expect(here.sent()).not.toEqual([]);
		expect(writes()).toEqual([]);
		expect(row.applied?.(here.emulator, target)).toBe(0);

		const real = await here.run(row.parameters(target));
		expect(row.applied?.(here.emulator, target)).toBe(1);
		expect(real.items.map((item) => Object.keys(item))).toEqual([keysOf(row.operation)[0]]);
		expect(real.items).toMatchObject([{ dry_run: false }]);
		const [expected] = items.map((item) => item['expected']);
		if (expected !== undefined) expect(creditsIn(real.items[0])).toEqual(expected);
	});

	// Create or Update creates a subuser that doesn't exist.
	const ofCustomers = rows.filter(
		({ prepare, operation }) => prepare !== undefined && !operation.startsWith('subuser upsert'),
	);

	it.each(ofCustomers)(
		'$operation fails in a dry run if the customer doesn’t exist',
		async (row) => {
			const { error, items } = await here.run({ ...row.parameters('no-one'), dryRun: true });
			expect(items).toEqual([]);
			expect(error?.message).toContain('no-one');
			expect(error?.message).toMatch(/can’t find|no user found/);
			expect(writes()).toEqual([]);
		},
	);
});

describe('a dry run', () => {
	const about = (operation: string, more: INodeParameters): INodeParameters => ({
		operation,
		dryRun: true,
		...more,
	});
	const account = byId(ACCOUNTS.lowmoor);
	const subuser = byUsername('birchwood-bakery');

	it.each<[string, INodeParameters, IDataObject]>([
		[
			'updateState',
			{ resource: 'account', account, state: 'deactivated' },
			{
				summary: 'would be: activated → deactivated',
				request: { state: 'deactivated' },
				before: { state: 'activated' },
			},
		],
		[
			'updateStatus',
			{ resource: 'subuser', subuser, status: 'enabled' },
			{
				summary: 'stays enabled',
				changed: false,
				request: { disabled: false },
				before: { username: 'birchwood-bakery', disabled: false },
			},
		],
		[
			'updateWebsiteAccess',
			{ resource: 'subuser', subuser, websiteAccess: 'disabled' },
			{
				summary: 'would be: website access disabled',
				request: { disabled: true },
				before: { username: 'birchwood-bakery' },
			},
		],
	])('of %s shows the request and what is there', async (operation, parameters, output) => {
		const { items } = await here.run(about(operation, parameters));
		expect(items).toMatchObject([output]);
	});

	it.each([
		['updateState', { resource: 'account', account }, 'state', 'activated', 'deactivated'],
		['updateStatus', { resource: 'subuser', subuser }, 'status', 'enabled', 'disabled'],
	])('of %s says whether it would change anything', async (operation, of, field, same, other) => {
		const hints = [];
		for (const value of [same, other])
			hints.push((await here.run(about(operation, { ...of, [field]: value }))).hints[0]);
		expect(hints).toEqual([
			'Nothing was sent. 1 would stay unchanged.',
			containing(`${same} → ${other}`),
		]);
	});

	it('of a deletion says what would be lost', async () => {
		const { email } = here.emulator.state.subusers.get('birchwood-bakery') ?? {};
		const lost = [
			about('delete', { resource: 'account', account }),
			about('delete', { resource: 'subuser', subuser }),
		];
		const summaries = [];
		for (const parameters of lost)
			summaries.push((await here.run(parameters)).items[0]?.['summary']);
		expect(summaries).toEqual([
			'would be deleted with its offerings: demo.ei.pro-300k.v1, demo.x.ip.v1 (3), demo.x.subusers-10.v1 (2)',
			`would be deleted: birchwood-bakery, ${email}`,
		]);
	});

	it('of a new account shows the request, and checks its offerings against the catalog', async () => {
		const create = (name: string, more: INodeParameters = {}) =>
			about('create', { resource: 'account', package: name, ...more });
		const profile = { email: 'owner@birchwood-bakery.example' };
		const { items } = await here.run(create(PACKAGE.name, { testAccount: true, profile }));
		expect(items).toEqual([
			{
				summary: `would be created as a test account: ${PACKAGE.name}`,
				dry_run: true,
				changed: true,
				request: { profile, offerings: [PACKAGE] },
			},
		]);
		for (const name of ['demo.ei.fre.v1', ADDON.name]) {
			const { error } = await here.run(create(name));
			expect(error).toMatchObject({
				name: 'NodeOperationError',
				message: `Your offering catalog doesn’t have ${name} (package)`,
			});
		}
		expect(writes()).toEqual([]);
	});

	it('of several new accounts reads the catalog once', async () => {
		const parameters = about('create', { resource: 'account', package: PACKAGE.name });
		await here.run(parameters, { items: [{}, {}, {}] });
		expect(here.sent()).toEqual(['GET /v3/partners/offerings']);
	});

	it('of a new subuser shows the request without the password', async () => {
		const password = 'S3cret, for no one’s eyes';
		const username = 'orchard-lane';
		const email = 'mail@orchard-lane.example';
		const parameters = about('create', {
			resource: 'subuser',
			username,
			email,
			password,
			ips: '192.0.2.1',
			region: 'eu',
		});
		const { items } = await here.run(parameters);
		const request = { username, email, ips: ['192.0.2.1'], region: 'eu', include_region: true };
		const summary = 'would be created: EU region, 192.0.2.1';
		expect(items).toEqual([{ username, summary, dry_run: true, changed: true, request }]);
		expect(JSON.stringify(items)).not.toContain('S3cret');
	});

	it('of a new subuser fails if the username is taken, in any case', async () => {
		const parameters = about('create', {
			resource: 'subuser',
			username: 'Birchwood-Bakery',
			email: 'mail@birchwood-bakery.example',
			password: 'not-a-real-one',
		});
		const { error } = await here.run(parameters);
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: 'Subuser Birchwood-Bakery: A subuser with this username exists already',
		});
	});

	it('is refused with Retry On Fail if the real run would be', async () => {
		const adjust = about('adjust', { resource: 'subuserCredit', subuser, adjustment: 5 });
		const { error } = await here.run(adjust, {
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		expect(error?.message).toContain('Retry On Fail');
		expect(here.sent()).toEqual([]);
	});
});
