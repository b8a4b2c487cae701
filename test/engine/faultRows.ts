import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Emulator, Offering } from '../../emulator';
import { addAccount, addSubuser, PACKAGE } from './customers';
import { byId, byUsername } from './world';

/** Every operation of the node, the requests that it sends, and how to see what it did. */

/** A request of an operation, as `METHOD /path`. */
export interface Step {
	request: (target: string) => string;
	/** How many requests to the same endpoint come before it: the page of a list, counted from 0. */
	page?: number;
	/** Whether it changes nothing, may be sent again, or must not be. */
	kind: 'read' | 'repeatable' | 'once';
	/** Whether the operation does not need what the answer's body says. */
	bodyless?: true;
	/** Whether the operation looks in SendGrid when the answer leaves a doubt. */
	looks?: true;
	/** Whether "forbidden" is an answer as good as any other. */
	takes403?: true;
}

export interface Row {
	operation: string;
	parameters: (target: string) => INodeParameters;
	/** Under which key a failed item names its target. */
	key: 'account_id' | 'username' | undefined;
	steps: Step[];
	/** Puts the target there. */
	prepare: ((emulator: Emulator, target: string) => void) | undefined;
	/** How often it was applied, as far as one can see; not 0 or 1 for any other state. */
	applied?: (emulator: Emulator, target: string) => number;
	/** What of the output is the same for each target. */
	told?: (item: IDataObject) => unknown;
}

export const ADDON: Offering = { name: 'demo.x.ip.v1', type: 'addon', quantity: 3 };
/** Has a package and an add-on; nothing changes it. */
export const PATTERN = 'sg-pattern';
export const IP = '203.0.113.9';

/** 0 for the one state, 1 for the other, and neither for anything else. */
function between(now: unknown, before: unknown, after: unknown): number {
	const [is, was, wanted] = [now, before, after].map((value) => JSON.stringify(value));
	return is === was ? 0 : is === wanted ? 1 : NaN;
}

const at = (request: string) => (target: string) => request.replace('{}', target);
const reads = (request: string, more: Partial<Step> = {}): Step => ({
	request: at(request),
	kind: 'read',
	...more,
});
const writes = (request: string, kind: Step['kind'], more: Partial<Step> = {}): Step => ({
	request: at(request),
	kind,
	...more,
});

const ACCOUNT = '/v3/partners/accounts/{}';
const SUBUSER = '/v3/subusers/{}';

const account = (operation: string, more: INodeParameters = {}) => ({
	operation: `account ${operation}`,
	parameters: (target: string) => ({
		resource: 'account',
		operation,
		account: byId(target),
		...more,
	}),
	key: 'account_id' as const,
	prepare: (emulator: Emulator, target: string) => addAccount(emulator, target),
});
const offerings = (operation: string, more: INodeParameters = {}) => ({
	...account(operation),
	operation: `accountOffering ${operation}`,
	parameters: (target: string) => ({
		resource: 'accountOffering',
		operation,
		account: byId(target),
		...more,
	}),
});
const subuser = (operation: string, more: INodeParameters = {}) => ({
	operation: `subuser ${operation}`,
	parameters: (target: string) => ({
		resource: 'subuser',
		operation,
		subuser: byUsername(target),
		...more,
	}),
	key: 'username' as const,
	prepare: addSubuser,
});
const credits = (operation: string, more: INodeParameters = {}) => ({
	...subuser(operation),
	operation: `subuserCredit ${operation}`,
	parameters: (target: string) => ({
		resource: 'subuserCredit',
		operation,
		subuser: byUsername(target),
		...more,
	}),
});

const creditsOf = ({ state }: Emulator, target: string) => state.subusers.get(target)?.credits;
const setTo50 = (emulator: Emulator, target: string) => {
	const { remain, used } = creditsOf(emulator, target) ?? {};
	return between([remain, used ?? 0], [600, 400], [50, 0]);
};
const offeringsOf = ({ state }: Emulator, target: string) => state.accounts.get(target)?.offerings;

/** Operations about one customer, which can be a customer of the case's own. */
export const customerRows: Row[] = [
	{
		...account('create', { package: PACKAGE.name }),
		key: undefined,
		parameters: (target) => ({
			resource: 'account',
			operation: 'create',
			package: PACKAGE.name,
			profile: { companyName: target },
		}),
		prepare: undefined,
		steps: [writes('POST /v3/partners/accounts', 'once')],
		applied: ({ state }, target) =>
			state.accounts.list().filter(({ profile }) => profile['company_name'] === target).length,
		told: Object.keys,
	},
	{
		...account('createSsoLink'),
		steps: [writes(`POST ${ACCOUNT}/sso`, 'once', { bodyless: true })],
		applied: ({ state }, target) =>
			[...state.signInCodes.values()].filter(({ accountId }) => accountId === target).length,
		told: ({ account_id, url }) => [account_id, (url as string).replace(/code=.*/, 'code')],
	},
	{
		...account('delete'),
		steps: [writes(`DELETE ${ACCOUNT}`, 'repeatable', { bodyless: true })],
		applied: ({ state }, target) => (state.accounts.get(target) === undefined ? 1 : 0),
	},
	{ ...account('getState'), steps: [reads(`GET ${ACCOUNT}/state`)] },
	{
		...account('updateState', { state: 'deactivated' }),
		steps: [writes(`PUT ${ACCOUNT}/state`, 'repeatable', { bodyless: true })],
		applied: ({ state }, target) =>
			between(state.accounts.get(target)?.state, 'activated', 'deactivated'),
	},
	{ ...offerings('getAll'), steps: [reads(`GET ${ACCOUNT}/offerings`)] },
	{
		...offerings('update', {
			addons: { addon: [{ name: ADDON.name, quantity: ADDON.quantity }] },
		}),
		steps: [reads(`GET ${ACCOUNT}/offerings`), writes(`PUT ${ACCOUNT}/offerings`, 'repeatable')],
		applied: (emulator, target) =>
			between(offeringsOf(emulator, target), [PACKAGE], [PACKAGE, ADDON]),
	},
	{
		...offerings('update', { change: 'match', matchAccount: byId(PATTERN) }),
		operation: 'accountOffering update, as another account',
		steps: [
			reads(`GET /v3/partners/accounts/${PATTERN}/offerings`),
			reads(`GET ${ACCOUNT}/offerings`),
			writes(`PUT ${ACCOUNT}/offerings`, 'repeatable'),
		],
		applied: (emulator, target) =>
			between(offeringsOf(emulator, target), [PACKAGE], [PACKAGE, ADDON]),
	},
	{
		...subuser('create'),
		parameters: (target) => ({
			resource: 'subuser',
			operation: 'create',
			username: target,
			email: `${target}@example.com`,
			password: 'not-a-real-one',
			ips: IP,
		}),
		prepare: undefined,
		steps: [writes('POST /v3/subusers', 'once', { looks: true })],
		applied: ({ state }, target) => (state.subusers.has(target) ? 1 : 0),
		told: ({ username, email, region }) => [username, email, region],
	},
	{
		...subuser('delete'),
		steps: [writes(`DELETE ${SUBUSER}`, 'repeatable', { bodyless: true })],
		applied: ({ state }, target) => (state.subusers.has(target) ? 0 : 1),
	},
	{ ...subuser('getReputation'), steps: [reads('GET /v3/subusers/reputations')] },
	{
		...subuser('getStats', { report: 'bySubuser', startDate: '2026-03-01' }),
		parameters: (target) => ({
			resource: 'subuser',
			operation: 'getStats',
			report: 'bySubuser',
			subusers: target,
			startDate: '2026-03-09',
			returnAll: true,
		}),
		key: undefined,
		steps: [reads('GET /v3/subusers/stats')],
		told: () => 'rows',
	},
	{
		...subuser('getStats', { report: 'monthlyBySubuser', month: '2026-03-01', returnAll: true }),
		operation: 'subuser getStats, months of one subuser',
		key: undefined,
		steps: [reads(`GET ${SUBUSER}/stats/monthly`)],
		told: () => 'rows',
	},
	{
		...subuser('updateIps', { ips: IP }),
		steps: [reads('GET /v3/ips'), writes(`PUT ${SUBUSER}/ips`, 'repeatable')],
		applied: ({ state }, target) => between(state.subusers.get(target)?.ips, [], [IP]),
	},
	{
		...subuser('updateStatus', { status: 'disabled' }),
		steps: [writes(`PATCH ${SUBUSER}`, 'repeatable', { bodyless: true })],
		applied: ({ state }, target) => between(state.subusers.get(target)?.disabled, false, true),
	},
	{
		...subuser('updateWebsiteAccess', { websiteAccess: 'disabled' }),
		steps: [writes(`PATCH ${SUBUSER}/website_access`, 'repeatable', { bodyless: true })],
		applied: ({ state }, target) => between(state.subusers.get(target)?.websiteAccess, true, false),
	},
	{
		...credits('adjust', { adjustment: 7 }),
		steps: [reads(`GET ${SUBUSER}/credits`), writes(`PATCH ${SUBUSER}/credits/remaining`, 'once')],
		applied: (emulator, target) => ((creditsOf(emulator, target)?.remain ?? NaN) - 600) / 7,
	},
	{ ...credits('get'), steps: [reads(`GET ${SUBUSER}/credits`)] },
	{
		...credits('topUp', { minimum: 1000 }),
		steps: [
			reads(`GET ${SUBUSER}/credits`),
			writes(`PATCH ${SUBUSER}/credits/remaining`, 'once', { looks: true }),
		],
		applied: (emulator, target) => ((creditsOf(emulator, target)?.remain ?? NaN) - 600) / 400,
	},
	{
		...credits('update', { creditType: 'recurring', resetFrequency: 'monthly', total: 50 }),
		steps: [reads(`GET ${SUBUSER}/credits`), writes(`PUT ${SUBUSER}/credits`, 'repeatable')],
		applied: setTo50,
	},
	{
		...credits('update', { creditType: 'nonrecurring', total: 50 }),
		operation: 'subuserCredit update, given once',
		steps: [writes(`PUT ${SUBUSER}/credits`, 'repeatable')],
		applied: setTo50,
	},
];

const all = { returnAll: true };
const list = (resource: string, operation: string, more: INodeParameters = {}) => ({
	operation: `${resource} ${operation}`,
	parameters: () => ({ resource, operation, ...more }),
	key: undefined,
	prepare: undefined,
});

/** Operations about nobody in particular: they only read, so they can share their customers. */
export const listRows: Row[] = [
	{
		...list('account', 'getAll', all),
		steps: [0, 1].map((page) => reads('GET /v3/partners/accounts', { page })),
	},
	{ ...list('accountOffering', 'getCatalog'), steps: [reads('GET /v3/partners/offerings')] },
	{
		...list('subuser', 'getAll', all),
		steps: [0, 1].map((page) => reads('GET /v3/subusers', { page })),
	},
	{
		...list('subuser', 'getStats', { report: 'sums', startDate: '2026-03-09', limit: 150 }),
		operation: 'subuser getStats, sums',
		steps: [0, 1].map((page) => reads('GET /v3/subusers/stats/sums', { page })),
	},
	{
		...list('subuser', 'getStats', { report: 'monthly', month: '2026-03-01', limit: 150 }),
		operation: 'subuser getStats, months',
		steps: [0, 1].map((page) => reads('GET /v3/subusers/stats/monthly', { page })),
	},
	{
		...list('apiKey', 'check'),
		steps: [reads('GET /v3/scopes'), reads('GET /v3/partners/offerings', { takes403: true })],
	},
];
