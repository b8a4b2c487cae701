import type { INodeParameters } from 'n8n-workflow';
import type { Emulator, Offering } from '../../emulator';
import { addApiKey } from '../../emulator/keys';
import { unitMetrics } from '../../emulator/metrics';
import { addBrandings } from './brandings';
import { addAccount, addSubuser, CREDITS_AT_FIRST, PACKAGE } from './customers';
import type { Kind } from './faultTable';
import { byId, byUsername, containing } from './world';

/** Every operation of the node: what it sends and returns without a fault, and how to see what it did. */

/** A request that an operation sends. */
export interface SentRequest {
	/** `METHOD /path`, with `{}` in place of the target, and `{id}` in place of its `numberOf`. */
	request: string;
	/** Its column in the table of faults; absent if no fault strikes it. */
	kind?: Kind;
	/** The status of SendGrid's success, if it isn't 200. */
	success?: number;
	/** The request with which it looks whether the subuser exists if SendGrid refuses a read. */
	lookIfDenied?: string;
}

export interface OperationUnderFault {
	/** Its resource and name, and after a comma what is special about these parameters. */
	operation: string;
	/** The target is the account ID or username that each run has for itself. */
	parameters: (target: string) => INodeParameters;
	/** The key under which a failed item names its target. */
	key?: 'account_id' | 'username';
	/** Creates the target. */
	prepare?: (emulator: Emulator, target: string) => unknown;
	/** All requests of a run without a fault, in order. */
	requests: SentRequest[];
	/** The request with which it looks in SendGrid after an unclear response. */
	look?: string;
	/** How often SendGrid has applied the write: 0, 1, or NaN for any other state. */
	applied?: (emulator: Emulator, target: string) => number;
	/** The output of a successful run, compared by `toEqual`. `isForbidden`: SendGrid answered 403. */
	output: (target: string, emulator: Emulator, isForbidden: boolean) => unknown;
	/** Whether it reads a list again if that is over two seconds old when its PUT is sent again. */
	readsAgain?: true;
}

export const ADDON: Offering = { name: 'demo.x.ip.v1', type: 'addon', quantity: 3 };
/** An account with a package and an add-on, which nothing changes. */
export const PATTERN = 'sg-pattern';
export const IP = '203.0.113.9';

/** Adds what the operations need besides their target: an account to match, and a free address. */
export function addNeeds(emulator: Emulator): void {
	addAccount(emulator, PATTERN, [PACKAGE, ADDON]);
	const address = { ip: IP, pools: [], warmup: false, assignedAt: 0 };
	emulator.state.ips.set(IP, { ...address, subusers: new Set<string>() });
}

/** What outputs of a change and of a deletion have in common. */
const CHANGED = { summary: expect.any(String) as unknown, dry_run: false, changed: true };
const DELETED = { summary: 'deleted', dry_run: false, deleted: true };

const ACCOUNTS = '/v3/partners/accounts';
const ACCOUNT = `${ACCOUNTS}/{}`;
const OFFERINGS = `${ACCOUNT}/offerings`;
const CATALOG = '/v3/partners/offerings';
const SUBUSERS = '/v3/subusers';
const SUBUSER = `${SUBUSERS}/{}`;
const CREDITS = `${SUBUSER}/credits`;
const REMAINING = `${CREDITS}/remaining`;
const STATS = `${SUBUSERS}/stats`;

const read = (path: string): SentRequest => ({ request: `GET ${path}`, kind: 'read' });

/** 0 for the state before the write, 1 for the state after it, and NaN for any other. */
function appliedTimes(now: unknown, before: unknown, after: unknown): number {
	const [is, was, wanted] = [now, before, after].map((value) => JSON.stringify(value));
	return is === was ? 0 : is === wanted ? 1 : NaN;
}

const account = (resource: string, operation: string, more: INodeParameters = {}) => ({
	operation: `${resource} ${operation}`,
	parameters: (target: string) => ({ resource, operation, account: byId(target), ...more }),
	key: 'account_id' as const,
	prepare: addAccount as (emulator: Emulator, target: string) => unknown,
});
const subuser = (resource: string, operation: string, more: INodeParameters = {}) => ({
	operation: `${resource} ${operation}`,
	parameters: (target: string) => ({ resource, operation, subuser: byUsername(target), ...more }),
	key: 'username' as const,
	prepare: addSubuser,
});

/** An item that may have other keys, too. */
const containingKeys = (keys: object): unknown => expect.objectContaining(keys);

/** A number for what belongs to the target, such as its domain. */
export const numberOf = (target: string) => 1_000_000 + Number(/\d+/.exec(target)?.[0] ?? 0);

/** A request as it is sent for this target. */
export const requestFor = (request: string, target: string) =>
	request.replace('{id}', String(numberOf(target))).replace('{}', target);

const PROOF = { ...read('/v3/user/username'), lookIfDenied: `GET ${SUBUSERS}` };
const KEYS = '/v3/api_keys';

/** A subuser with an API key, whose ID is the subuser's name. */
const addSubuserWithKey = (emulator: Emulator, target: string) => {
	const owner = addSubuser(emulator, target);
	const scopes = ['mail.send'];
	const key = addApiKey(emulator.state, { name: 'Key', scopes, owner, reseller: false });
	key.id = target;
};
const keyOf = ({ state }: Emulator, target: string) =>
	[...state.keys.values()].find(({ owner }) => owner.username === target);

/** An account with an IP address of its own. */
const addAccountWithIp = (emulator: Emulator, target: string) => {
	addAccount(emulator, target);
	const account = emulator.state.accounts.get(target);
	if (account !== undefined) account.ips = [IP];
};
const ipsOf = ({ state }: Emulator, target: string) => state.accounts.get(target)?.ips ?? [];

/** Domains and link brandings, which have the same operations. */
const BRANDINGS = [
	{
		resource: 'subuserDomain',
		create: 'authenticate',
		store: 'domains',
		records: ['mail_cname', 'dkim1', 'dkim2'],
		path: '/v3/whitelabel/domains',
		assigned: '/v3/whitelabel/domains/subuser/all',
		key: 'domain_id',
		idField: 'domainId',
	},
	{
		resource: 'subuserLink',
		create: 'brand',
		store: 'links',
		records: ['domain_cname', 'owner_cname'],
		path: '/v3/whitelabel/links',
		assigned: '/v3/whitelabel/links/subuser',
		key: 'link_id',
		idField: 'linkId',
	},
] as const;

const brandingOperations: OperationUnderFault[] = BRANDINGS.flatMap(
	({ resource, create, store, records, path, assigned, key, idField }) => {
		const prepare = (emulator: Emulator, target: string) => {
			const owner = addSubuser(emulator, target);
			addBrandings(emulator, { id: numberOf(target), owner, domain: `${target}.example` });
		};
		const existing = (operation: string) => ({
			...subuser(resource, operation),
			parameters: (target: string) => ({
				resource,
				operation,
				subuser: byUsername(target),
				[idField]: numberOf(target),
			}),
			prepare,
		});
		const row = (target: string) => ({
			username: target,
			[key]: numberOf(target),
			domain: `${target}.example`,
			subdomain: 'mail',
			valid: false,
			dns_records: records.map((record) => containingKeys({ record, valid: false })),
		});
		return [
			{
				...subuser(resource, create),
				parameters: (target) => ({
					resource,
					operation: create,
					subuser: byUsername(target),
					domain: `${target}.example`,
				}),
				// What is assigned counts as nothing if SendGrid answers 404.
				requests: [
					PROOF,
					read(path),
					{ request: `GET ${assigned}` },
					{ request: `POST ${path}`, kind: 'once+look', success: 201 },
				],
				look: `GET ${path}`,
				applied: ({ state }, target) =>
					[...state[store].values()].filter(({ owner }) => owner.username === target).length,
				output: (target) => [containingKeys({ username: target, ...CHANGED, created: true })],
			},
			{
				...existing('delete'),
				requests: [PROOF, { request: `DELETE ${path}/{id}`, kind: 'deletion' }],
				look: `GET ${path}`,
				applied: ({ state }, target) => (state[store].has(numberOf(target)) ? 0 : 1),
				output: (target) => [{ username: target, [key]: numberOf(target), ...DELETED }],
			},
			{
				...existing('getAll'),
				parameters: (target) => ({
					resource,
					operation: 'getAll',
					subuser: byUsername(target),
					returnAll: true,
				}),
				// The second page shows that there are no more.
				requests: [PROOF, read(path), read(path)],
				output: (target) => [row(target)],
			},
			{
				...existing('validate'),
				requests: [
					PROOF,
					read(`${path}/{id}`),
					{ request: `POST ${path}/{id}/validate`, kind: 'update' },
				],
				applied: ({ state }, target) =>
					state[store].get(numberOf(target))?.validatedAt === undefined ? 0 : 1,
				output: (target) => [containingKeys({ username: target, [key]: numberOf(target) })],
			},
		];
	},
);

const creditsOf = ({ state }: Emulator, target: string) => state.subusers.get(target)?.credits;
/** How often so many credits were added to the 600 that remain at first. */
const addedTimes = (amount: number) => (emulator: Emulator, target: string) =>
	((creditsOf(emulator, target)?.remain ?? NaN) - 600) / amount;
const resetTo50Times = (emulator: Emulator, target: string) => {
	const { remain, used } = creditsOf(emulator, target) ?? {};
	return appliedTimes([remain, used ?? 0], [600, 400], [50, 0]);
};
const addonTimes = ({ state }: Emulator, target: string) =>
	appliedTimes(state.accounts.get(target)?.offerings, [PACKAGE], [PACKAGE, ADDON]);

const withAddon = (target: string) => [
	{
		account_id: target,
		...CHANGED,
		before: [PACKAGE],
		offerings: [PACKAGE, ADDON],
		added: [ADDON.name],
		removed: [],
		updated: [],
	},
];
const A_NUMBER: unknown = expect.any(Number);
/** A row of stats: its counts are the emulator's business. */
const statsRow = (date: string, username: string): unknown =>
	containingKeys({ date, username, type: 'subuser', delivered: A_NUMBER });

/** Operations on one customer. Each run has a customer of its own. */
export const customerOperations: OperationUnderFault[] = [
	{
		operation: 'account create',
		parameters: (target) => ({
			resource: 'account',
			operation: 'create',
			package: PACKAGE.name,
			profile: { companyName: target },
		}),
		requests: [{ request: `POST ${ACCOUNTS}`, kind: 'once', success: 201 }],
		applied: ({ state }, target) =>
			state.accounts.list().filter(({ profile }) => profile['company_name'] === target).length,
		output: (target, { state }) => [
			{
				account_id: state.accounts.list().find(({ profile }) => profile['company_name'] === target)
					?.id,
				...CHANGED,
			},
		],
	},
	{
		...account('account', 'createSsoLink'),
		requests: [{ request: `POST ${ACCOUNT}/sso`, kind: 'link', success: 303 }],
		applied: ({ state }, target) =>
			[...state.signInCodes.values()].filter(({ accountId }) => accountId === target).length,
		output: (target, { state }) => {
			const [code] = [...state.signInCodes].find(([, { accountId }]) => accountId === target) ?? [];
			const endsAt: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
			return [{ account_id: target, url: containing(`code=${code}`), expires_at: endsAt }];
		},
	},
	{
		...account('account', 'delete'),
		requests: [{ request: `DELETE ${ACCOUNT}`, kind: 'deletion' }],
		look: `GET ${ACCOUNTS}`,
		applied: ({ state }, target) => (state.accounts.has(target) ? 0 : 1),
		output: (target) => [{ account_id: target, ...DELETED }],
	},
	{
		...account('account', 'getState'),
		requests: [read(`${ACCOUNT}/state`)],
		output: (target) => [{ account_id: target, state: 'activated' }],
	},
	{
		...account('account', 'updateState', { state: 'deactivated' }),
		requests: [{ request: `PUT ${ACCOUNT}/state`, kind: 'setting' }],
		applied: ({ state }, target) =>
			appliedTimes(state.accounts.get(target)?.state, 'activated', 'deactivated'),
		output: (target) => [{ account_id: target, ...CHANGED, state: 'deactivated' }],
	},
	{
		...account('accountIp', 'add', { count: 1, region: 'global' }),
		requests: [
			read(`${ACCOUNT}/ips`),
			{ request: `POST ${ACCOUNT}/ips`, kind: 'once+look', success: 201 },
		],
		look: `GET ${ACCOUNT}/ips`,
		applied: (emulator, target) => ipsOf(emulator, target).length,
		output: (target, emulator) => [
			{ account_id: target, ...CHANGED, region: 'global', ips: ipsOf(emulator, target) },
		],
	},
	{
		...account('accountIp', 'getAll', { returnAll: true }),
		prepare: addAccountWithIp,
		// The second page shows that there are no more.
		requests: [read(`${ACCOUNT}/ips`), read(`${ACCOUNT}/ips`)],
		output: (target) => [{ account_id: target, ip: IP, region: 'global' }],
	},
	{
		...account('accountIp', 'remove', { ips: IP }),
		prepare: addAccountWithIp,
		requests: [
			read(`${ACCOUNT}/ips`),
			read(`${ACCOUNT}/ips`),
			{ request: `DELETE ${ACCOUNT}/ips`, kind: 'deletion' },
		],
		look: `GET ${ACCOUNT}/ips`,
		applied: (emulator, target) => 1 - ipsOf(emulator, target).length,
		output: (target) => [{ account_id: target, ...CHANGED, removed: [IP] }],
	},
	{
		...account('accountOffering', 'getAll'),
		requests: [read(OFFERINGS)],
		output: (target) => [{ account_id: target, ...PACKAGE }],
	},
	{
		...account('accountOffering', 'update', {
			addons: { addon: [{ name: ADDON.name, quantity: ADDON.quantity }] },
		}),
		requests: [read(OFFERINGS), { request: `PUT ${OFFERINGS}`, kind: 'update' }],
		readsAgain: true,
		applied: addonTimes,
		output: withAddon,
	},
	{
		...account('accountOffering', 'update', { change: 'match', matchAccount: byId(PATTERN) }),
		operation: 'accountOffering update, to match another account',
		requests: [
			read(`${ACCOUNTS}/${PATTERN}/offerings`),
			read(OFFERINGS),
			{ request: `PUT ${OFFERINGS}`, kind: 'update' },
		],
		readsAgain: true,
		applied: addonTimes,
		output: withAddon,
	},
	{
		operation: 'subuser create',
		parameters: (target) => ({
			resource: 'subuser',
			operation: 'create',
			username: target,
			email: `${target}@example.com`,
			password: 'not-a-real-one',
			ips: IP,
		}),
		key: 'username',
		requests: [{ request: `POST ${SUBUSERS}`, kind: 'once+look' }],
		look: `GET ${SUBUSERS}`,
		applied: ({ state }, target) => (state.subusers.has(target) ? 1 : 0),
		output: (target, { state }) => [
			// After a look, the type of its credits is missing.
			containingKeys({
				username: target,
				...CHANGED,
				user_id: state.subusers.get(target)?.id,
				email: `${target}@example.com`,
				region: 'global',
			}),
		],
	},
	{
		...subuser('subuser', 'delete'),
		requests: [{ request: `DELETE ${SUBUSER}`, kind: 'deletion' }],
		look: `GET ${SUBUSERS}`,
		applied: ({ state }, target) => (state.subusers.has(target) ? 0 : 1),
		output: (target) => [{ username: target, ...DELETED }],
	},
	{
		...subuser('subuser', 'get'),
		requests: [read(SUBUSERS)],
		output: (target) => [containingKeys({ username: target, region: 'global' })],
	},
	{
		...subuser('subuser', 'getReputation'),
		requests: [read(`${SUBUSERS}/reputations`)],
		output: (target) => [{ username: target, reputation: 100 }],
	},
	{
		operation: 'subuser getStats',
		parameters: (target) => ({
			resource: 'subuser',
			operation: 'getStats',
			report: 'bySubuser',
			subusers: target,
			startDate: '2026-03-09',
			returnAll: true,
		}),
		prepare: addSubuser,
		// The second page shows that there are no more days.
		requests: [read(STATS), { request: `GET ${STATS}` }],
		output: (target) => ['2026-03-09', '2026-03-10'].map((date) => statsRow(date, target)),
	},
	{
		...subuser('subuser', 'getStats', { report: 'monthlyBySubuser', month: '2026-03-01' }),
		operation: 'subuser getStats, of a month of one subuser',
		key: 'username',
		requests: [read(`${SUBUSER}/stats/monthly`)],
		output: (target) => [statsRow('2026-03-01', target)],
	},
	{
		...subuser('subuser', 'updateIps', { ips: IP }),
		requests: [read('/v3/ips'), { request: `PUT ${SUBUSER}/ips`, kind: 'update' }],
		readsAgain: true,
		applied: ({ state }, target) => appliedTimes(state.subusers.get(target)?.ips, [], [IP]),
		output: (target) => [
			{
				username: target,
				...CHANGED,
				before: [],
				ips: [IP],
				added: [IP],
				removed: [],
			},
		],
	},
	{
		...subuser('subuser', 'updateStatus', { status: 'disabled' }),
		requests: [{ request: `PATCH ${SUBUSER}`, kind: 'setting' }],
		applied: ({ state }, target) => appliedTimes(state.subusers.get(target)?.disabled, false, true),
		output: (target) => [{ username: target, ...CHANGED, status: 'disabled' }],
	},
	{
		...subuser('subuser', 'updateWebsiteAccess', { websiteAccess: 'disabled' }),
		requests: [{ request: `PATCH ${SUBUSER}/website_access`, kind: 'setting' }],
		applied: ({ state }, target) =>
			appliedTimes(state.subusers.get(target)?.websiteAccess, true, false),
		output: (target) => [{ username: target, ...CHANGED, website_access: 'disabled' }],
	},
	{
		operation: 'subuser upsert',
		parameters: (target) => ({
			resource: 'subuser',
			operation: 'upsert',
			username: target,
			email: `${target}@example.com`,
			password: 'not-a-real-one',
		}),
		key: 'username',
		requests: [read(SUBUSERS), { request: `POST ${SUBUSERS}`, kind: 'once+look' }],
		look: `GET ${SUBUSERS}`,
		applied: ({ state }, target) => (state.subusers.has(target) ? 1 : 0),
		output: (target) => [
			containingKeys({ username: target, ...CHANGED, created: true, region: 'global' }),
		],
	},
	{
		operation: 'subuser upsert, of one that exists',
		parameters: (target) => ({
			resource: 'subuser',
			operation: 'upsert',
			username: target,
			email: `${target}@example.com`,
			updateFields: { status: 'disabled' },
		}),
		key: 'username',
		prepare: addSubuser,
		requests: [read(SUBUSERS), { request: `PATCH ${SUBUSER}`, kind: 'setting' }],
		applied: ({ state }, target) => appliedTimes(state.subusers.get(target)?.disabled, false, true),
		output: (target) => [containingKeys({ username: target, ...CHANGED, created: false })],
	},
	{
		...subuser('subuserApiKey', 'create', { name: 'Newsletter' }),
		requests: [PROOF, { request: `POST ${KEYS}`, kind: 'once', success: 201 }],
		applied: (emulator, target) => (keyOf(emulator, target) === undefined ? 0 : 1),
		output: (target, emulator) => [
			{
				username: target,
				api_key_id: keyOf(emulator, target)?.id,
				...CHANGED,
				name: 'Newsletter',
				scopes: keyOf(emulator, target)?.scopes,
				api_key: keyOf(emulator, target)?.key,
			},
		],
	},
	{
		...subuser('subuserApiKey', 'delete'),
		parameters: (target) => ({
			resource: 'subuserApiKey',
			operation: 'delete',
			subuser: byUsername(target),
			apiKeyId: target,
		}),
		prepare: addSubuserWithKey,
		requests: [PROOF, { request: `DELETE ${KEYS}/{}`, kind: 'deletion' }],
		look: `GET ${KEYS}`,
		applied: (emulator, target) => (keyOf(emulator, target) === undefined ? 1 : 0),
		output: (target) => [{ username: target, api_key_id: target, ...DELETED }],
	},
	{
		...subuser('subuserApiKey', 'getAll', { returnAll: true }),
		prepare: addSubuserWithKey,
		requests: [PROOF, read(KEYS)],
		output: (target) => [{ username: target, api_key_id: target, name: 'Key' }],
	},
	{
		...subuser('subuserApiKey', 'update'),
		parameters: (target) => ({
			resource: 'subuserApiKey',
			operation: 'update',
			subuser: byUsername(target),
			apiKeyId: target,
			name: 'New name',
		}),
		prepare: addSubuserWithKey,
		requests: [PROOF, read(`${KEYS}/{}`), { request: `PATCH ${KEYS}/{}`, kind: 'update' }],
		applied: (emulator, target) => appliedTimes(keyOf(emulator, target)?.name, 'Key', 'New name'),
		output: (target) => [
			{
				username: target,
				api_key_id: target,
				...CHANGED,
				name: 'New name',
				scopes: ['mail.send'],
			},
		],
	},
	...brandingOperations,
	{
		...subuser('subuserCredit', 'adjust', { adjustment: 7 }),
		requests: [read(CREDITS), { request: `PATCH ${REMAINING}`, kind: 'once' }],
		applied: addedTimes(7),
		output: (target) => [
			{
				username: target,
				...CHANGED,
				adjustment: 7,
				before: CREDITS_AT_FIRST,
				...CREDITS_AT_FIRST,
				remain: 607,
			},
		],
	},
	{
		...subuser('subuserCredit', 'get'),
		requests: [read(CREDITS)],
		output: (target) => [{ username: target, ...CREDITS_AT_FIRST }],
	},
	{
		...subuser('subuserCredit', 'topUp', { minimum: 1000 }),
		requests: [read(CREDITS), { request: `PATCH ${REMAINING}`, kind: 'once+look' }],
		look: `GET ${CREDITS}`,
		applied: addedTimes(400),
		output: (target) => [
			{
				username: target,
				...CHANGED,
				added: 400,
				before: CREDITS_AT_FIRST,
				...CREDITS_AT_FIRST,
				remain: 1000,
			},
		],
	},
	{
		...subuser('subuserCredit', 'update', { total: 50 }),
		requests: [read(CREDITS), { request: `PUT ${CREDITS}`, kind: 'update' }],
		applied: resetTo50Times,
		output: (target) => [
			{
				username: target,
				...CHANGED,
				before: CREDITS_AT_FIRST,
				...CREDITS_AT_FIRST,
				remain: 50,
				total: 50,
				used: 0,
			},
		],
	},
	{
		...subuser('subuserCredit', 'update', { creditType: 'nonrecurring', total: 50 }),
		operation: 'subuserCredit update, to nonrecurring credits',
		requests: [{ request: `PUT ${CREDITS}`, kind: 'update' }],
		applied: resetTo50Times,
		output: (target) => [
			{
				username: target,
				...CHANGED,
				type: 'nonrecurring',
				reset_frequency: null,
				remain: 50,
				total: null,
				used: null,
			},
		],
	},
];

const list = (resource: string, operation: string, more: INodeParameters = {}) => ({
	operation: `${resource} ${operation}`,
	parameters: () => ({ resource, operation, ...more }),
});

/** A report of 150 subusers, sorted by delivered emails, the most first. */
const mostDelivered = (date: string, { state }: Emulator) =>
	state.subusers
		.list()
		.map(({ username }) => ({ username, delivered: unitMetrics(username).delivered }))
		.sort((one, other) => other.delivered - one.delivered)
		.slice(0, 150)
		.map(({ username }) => statsRow(date, username));

/** What Check API key permissions says about each of the other operations. */
function checked(isForbidden: boolean): unknown[] {
	const all = [...customerOperations, ...listOperations].map(({ operation }) => operation);
	return all
		.map((name) => (name.split(',')[0] ?? '').split(' '))
		.filter(([resource]) => resource !== 'apiKey')
		.map(([resource = '', operation]): unknown => {
			const isPartners = ['account', 'accountIp', 'accountOffering'].includes(resource);
			const missing = isForbidden && isPartners ? ['reseller agreement'] : [];
			const allowed = missing.length === 0;
			return containingKeys({
				resource,
				operation,
				allowed,
				missing: allowed ? 'nothing' : missing,
			});
		});
}

/** Operations on no particular customer. They only read, so they share the emulator's customers. */
export const listOperations: OperationUnderFault[] = [
	{
		...list('account', 'getAll', { returnAll: true }),
		requests: [read(ACCOUNTS), read(ACCOUNTS), { request: `GET ${ACCOUNTS}` }],
		output: (_target, { state }) =>
			state.accounts
				.list()
				.map(({ id, email, created_at, updated_at }) => ({ id, email, created_at, updated_at })),
	},
	{
		...list('accountOffering', 'getCatalog'),
		requests: [read(CATALOG)],
		output: (_target, { state }) =>
			state.catalog.map(({ offering, entitlements }) => ({ ...offering, entitlements })),
	},
	{
		...list('subuser', 'getAll', { returnAll: true }),
		requests: [read(SUBUSERS), read(SUBUSERS), { request: `GET ${SUBUSERS}` }],
		output: (_target, { state }) =>
			state.subusers.list().map(({ id, username, email, disabled, region }) => ({
				id,
				username,
				email,
				disabled,
				region,
			})),
	},
	{
		...list('subuser', 'getStats', { report: 'sums', startDate: '2026-03-09', limit: 150 }),
		operation: 'subuser getStats, sums',
		requests: [read(`${STATS}/sums`), read(`${STATS}/sums`)],
		output: (_target, emulator) => mostDelivered('2026-03-09', emulator),
	},
	{
		...list('subuser', 'getStats', { report: 'monthly', month: '2026-03-01', limit: 150 }),
		operation: 'subuser getStats, of a month',
		requests: [read(`${STATS}/monthly`), read(`${STATS}/monthly`)],
		output: (_target, emulator) => mostDelivered('2026-03-01', emulator),
	},
	{
		...list('apiKey', 'check'),
		requests: [read('/v3/scopes'), { request: `GET ${CATALOG}`, kind: 'agreement' }],
		output: (_target, _emulator, isForbidden): unknown =>
			expect.arrayContaining(checked(isForbidden)),
	},
];
