import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { accountIdOf } from '../../emulator';
import { logLines } from './log';
import { skippingClock } from './clock';
import { ACCOUNTS, byId, containing, world } from './world';

const here = world({ accounts: 260 });

const CREATE = 'POST /v3/partners/accounts';
const LIST = 'GET /v3/partners/accounts';
const DELETE = 'DELETE /v3/partners/accounts/{id}';
const SSO = 'POST /v3/partners/accounts/{id}/sso';
const FREE = { name: 'demo.ei.free.v1', type: 'package', quantity: 1 };
const IP = { name: 'demo.x.ip.v1', type: 'addon', quantity: 2 };
const { birchwood, tidewater } = ACCOUNTS;

function create(more: INodeParameters = {}): INodeParameters {
	return { resource: 'account', operation: 'create', package: FREE.name, ...more };
}

function about(operation: string, id: string, more: INodeParameters = {}): INodeParameters {
	return { resource: 'account', operation, account: byId(id), ...more };
}

const getAll = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'account',
	operation: 'getAll',
	...more,
});

/** What is returned once an account is deleted. */
const DELETED = { account_id: tidewater, summary: 'deleted', dry_run: false, deleted: true };

const accounts = () => here.emulator.state.accounts;
const count = (call: string) => here.sent().filter((sent) => sent === call).length;

describe('Create account', () => {
	it('sends what was filled in, under SendGrid’s names, and returns the new ID', async () => {
		const { items, error } = await here.run(
			create({
				addons: { addon: [{ name: IP.name, quantity: 2 }] },
				profile: { lastName: '', companyName: ' Birch & Sons ' },
			}),
		);
		expect(error).toBeUndefined();
		const id = items[0]?.['account_id'] as string;
		const summary = 'created: demo.ei.free.v1, demo.x.ip.v1 (2)';
		expect(items).toEqual([{ account_id: id, summary, dry_run: false, changed: true }]);
		expect(here.bodies('POST')).toEqual([
			{ profile: { company_name: 'Birch & Sons' }, offerings: [FREE, IP] },
		]);
		expect(accounts().get(id)).toMatchObject({ testAccount: false, offerings: [FREE, IP] });
		expect(here.emulator.requests[0]?.headers).not.toHaveProperty('t-test-account');
	});

	it('sends no profile if nothing is filled in', async () => {
		await here.run(create({ profile: { email: '', phone: '  ' } }));
		expect(here.bodies('POST')).toEqual([{ offerings: [FREE] }]);
	});

	it('accepts offerings as JSON', async () => {
		const offeringsJson = JSON.stringify([FREE, IP]);
		await here.run(create({ specifyOfferings: 'json', offeringsJson, package: '' }));
		expect(here.bodies('POST')).toEqual([{ offerings: [FREE, IP] }]);
	});

	it('creates a test account if asked to', async () => {
		const { items } = await here.run(create({ testAccount: true }));
		expect(here.emulator.requests[0]?.headers['t-test-account']).toBe('true');
		expect(accounts().get(items[0]?.['account_id'] as string)?.testAccount).toBe(true);
	});

	const REQUIRED = 'A new account requires a package';
	const CHOOSE = 'Choose one. If it’s an expression, it returns nothing for this item.';
	const addons = { addon: [{ name: IP.name, quantity: 1 }] };
	const byJson = { specifyOfferings: 'json', offeringsJson: JSON.stringify([IP]) };

	it.each<[string, INodeParameters, string]>([
		['no offerings', { package: '={{ "" }}' }, CHOOSE],
		['a missing package', { package: '={{ $json.plan }}', addons }, CHOOSE],
		['a blank package', { package: '={{ " " }}', addons }, CHOOSE],
		['JSON without a package', byJson, 'Add one to Offerings (JSON), with the type "package".'],
	])('says for %s that an account requires a package', async (_what, more, nextStep) => {
		const { error } = await here.run(create(more));
		expect([error?.message, error?.description]).toEqual([REQUIRED, nextStep]);
		expect(here.sent()).toEqual([]);
	});

	it('says for an unknown package where to choose one', async () => {
		const { error } = await here.run(create({ package: 'demo.ei.unknown.v1' }));
		expect(error?.message).toContain('SendGrid refused the request with status 400');
		expect(error?.description).toBe(
			'Choose offerings from the list, or check name and type with Get offering catalog.',
		);
	});

	it.each<[string, INodeParameters]>([
		['a test account that is “yes”', { testAccount: '={{ "yes" }}' }],
	])('refuses %s before sending anything', async (_what, more) => {
		const { error } = await here.run(create(more));
		expect(error?.name).toBe('NodeOperationError');
		expect(here.sent()).toEqual([]);
	});

	it('says how to check whether an account was created, and what a second run could do', async () => {
		here.fail({ match: CREATE, kind: 'appliedThenLost' });
		const { error } = await here.run(create());
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('the account may have been created');
		expect(error?.description).toContain('Get many accounts');
		expect(error?.description).toContain('second account');
	});

	it('refuses to run while “Retry On Fail” is on', async () => {
		const { error } = await here.run(create(), {
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		expect(error?.message).toContain('Retry On Fail');
		expect(here.sent()).toEqual([]);
	});

	it('creates the accounts of the other items, each once, if two items fail', async () => {
		const before = accounts().size;
		here.fail({ match: CREATE, kind: 'appliedThenLost', times: 2 });
		const { items } = await here.run(create(), {
			items: Array.from({ length: 10 }, () => ({})),
			node: { onError: 'continueRegularOutput' },
		});
		expect(items.filter((item) => 'account_id' in item)).toHaveLength(8);
		expect(items.filter((item) => 'error' in item)).toHaveLength(2);
		expect(accounts().size).toBe(before + 10);
		expect(count(CREATE)).toBe(10);
	});
});

describe('Delete account', () => {
	it('deletes exactly this account', async () => {
		const before = accounts().size;
		const { items } = await here.run(about('delete', tidewater));
		expect(items).toEqual([DELETED]);
		expect(accounts().has(tidewater)).toBe(false);
		expect(accounts().size).toBe(before - 1);
	});

	it('is refused if an AI agent chose it', async () => {
		const { error } = await here.run(
			{
				...about('delete', tidewater),
				operation: "={{ $fromAI('operation') }}",
				// With an expression, n8n shows the fields of all operations, and requires this one.
				package: FREE.name,
			},
			{ items: [{ operation: 'delete' }] },
		);
		expect(error?.message).toBe(
			`Account ${tidewater}: “Delete account” must be chosen by hand, not by an expression`,
		);
		expect(here.sent()).toEqual([]);
	});

	it('names an unknown account, after one request', async () => {
		const { error } = await here.run(about('delete', 'sg-nobody'));
		expect(error?.message).toContain('Account sg-nobody: SendGrid can’t find this account');
		expect(count('DELETE /v3/partners/accounts/sg-nobody')).toBe(1);
	});

	it('doesn’t count an unknown account as deleted after a 429, which was refused', async () => {
		const headers = { 'retry-after': '0.1' };
		here.fail({ match: DELETE, kind: 'status', status: 429, headers });
		const { error, items } = await here.run(about('delete', 'sg-nobody'));
		expect(items).toEqual([]);
		expect(error?.message).toContain('sg-nobody');
	});

	it.each(['', ' ', '.', '..'])('refuses the account %j before sending anything', async (id) => {
		const { items } = await here.run(about('delete', '={{ $json.id }}'), {
			items: [{ id }],
			node: { onError: 'continueRegularOutput' },
		});
		expect(items[0]).toHaveProperty('error');
		expect(here.sent()).toEqual([]);
	});

	it('never reaches another endpoint, whatever the ID contains', async () => {
		const before = accounts().size;
		for (const id of [`${tidewater}/../${birchwood}`, `${tidewater}?x=1`, `${tidewater}#x`]) {
			expect((await here.run(about('delete', id))).error).toBeDefined();
		}
		expect(accounts().size).toBe(before);
	});
});

describe('Get many accounts', () => {
	const ids = (items: IDataObject[]) => items.map((item) => item['id'] as string);

	it('reads once for all items', async () => {
		const { items } = await here.run(
			{ resource: 'account', operation: 'getAll', limit: 3 },
			{ items: [{}, {}, {}, {}] },
		);
		expect(items).toHaveLength(12);
		expect(here.sent()).toHaveLength(1);
	});

	it('returns all accounts in SendGrid’s order, with all their fields', async () => {
		const { items, error } = await here.run(getAll({ returnAll: true }));
		expect(error).toBeUndefined();
		expect(ids(items)).toEqual(
			accounts()
				.list()
				.map(({ id }) => id),
		);
		expect(items[0]).toMatchObject({
			id: birchwood,
			created_at: containing('2022'),
			email: containing('@'),
		});
		expect(here.emulator.requests.map(({ query }) => query['limit'])).toEqual([
			'100',
			'100',
			'100',
			'100',
		]);
	});

	it.each([
		[1, 1],
		[101, 2],
	])('returns no more than a limit of %i, in %i requests', async (limit, pages) => {
		const { items } = await here.run(getAll({ limit }));
		expect(ids(items)).toEqual(
			accounts()
				.list(0, limit)
				.map(({ id }) => id),
		);
		expect(count(LIST)).toBe(pages);
	});

	it('returns 50 by default', async () => {
		expect((await here.run(getAll())).items).toHaveLength(50);
	});
});

describe('the state of an account', () => {
	it.each(['activated', 'deactivated', 'suspended', 'banned', 'indeterminate'] as const)(
		'is returned if it is %s',
		async (state) => {
			const account = accounts().get(birchwood);
			if (account !== undefined) account.state = state;
			expect((await here.run(about('getState', birchwood))).items).toEqual([
				{ account_id: birchwood, state },
			]);
		},
	);

	it('changes to the chosen one', async () => {
		for (const state of ['deactivated', 'activated']) {
			const { items } = await here.run(about('updateState', birchwood, { state }));
			const output = { account_id: birchwood, summary: state, dry_run: false, changed: true };
			expect(items).toEqual([{ ...output, state }]);
			expect(accounts().get(birchwood)?.state).toBe(state);
		}
		expect(here.bodies('PUT')).toEqual([{ state: 'deactivated' }, { state: 'activated' }]);
	});

	it.each(['suspended', 'banned', 'indeterminate', 'Activated', ''])(
		'can’t be set to “%s”',
		async (state) => {
			const { items } = await here.run(
				about('updateState', birchwood, { state: '={{ $json.state }}' }),
				{
					items: [{ state }],
					node: { onError: 'continueRegularOutput' },
				},
			);
			expect(items[0]?.['error']).toContain('State');
			expect(here.sent()).toEqual([]);
		},
	);

	it('can’t be read or set for an unknown account, which is named', async () => {
		for (const operation of ['getState', 'updateState']) {
			const { error } = await here.run(about(operation, 'sg-nobody'));
			expect(error?.message).toContain('sg-nobody');
		}
	});
});

describe('a sign-in link', () => {
	it('is returned unused, with its expiry, and is in no log', async () => {
		const started = skippingClock.now();
		const { items, stored } = await here.run(about('createSsoLink', birchwood));
		const ended = skippingClock.now();
		const [link] = items;
		expect(Object.keys(link ?? {})).toEqual(['account_id', 'url', 'expires_at']);
		const code = new URL(link?.['url'] as string).searchParams.get('code') ?? '';
		expect(code).not.toBe('');
		const endsAt = Date.parse(link?.['expires_at'] as string);
		expect(endsAt).toBeGreaterThanOrEqual(started + 59_000);
		expect(endsAt).toBeLessThanOrEqual(ended + 60_000);
		expect(here.emulator.state.signInCodes.get(code)).toMatchObject({ accountId: birchwood });
		expect(here.emulator.counters.requests).toBe(1);
		expect(logLines.join('\n')).not.toContain(code);
		expect(stored).toContain('works for 60 seconds and once');
	});

	it('expires a minute after the request was sent, not after a wait began', async () => {
		const match = /sso/;
		here.emulator.fail({ match, kind: 'status', status: 429, headers: { 'retry-after': '1' } });
		const started = skippingClock.now();
		const { items } = await here.run(about('createSsoLink', birchwood));
		const endsAt = Date.parse(items[0]?.['expires_at'] as string);
		expect(endsAt).toBeGreaterThanOrEqual(started + 60_950);
		expect(endsAt).toBeLessThanOrEqual(skippingClock.now() + 60_000);
	});

	it('comes with one hint for any number of items', async () => {
		const { stored, items } = await here.run(about('createSsoLink', birchwood), {
			items: [{}, {}, {}],
		});
		expect(new Set(items.map(({ url }) => url)).size).toBe(3);
		expect(stored.split('works for 60 seconds and once')).toHaveLength(2);
	});

	it('is only requested once, and the error says when an unused one expires', async () => {
		here.fail({ match: SSO, kind: 'appliedThenLost' });
		const { error } = await here.run(about('createSsoLink', birchwood));
		expect(error?.message).toContain('may have been created');
		expect(error?.description).toContain('60 seconds');
		expect(here.sent()).toHaveLength(1);
	});

	it('is neither another redirect, whose code no error shows, nor a success without a redirect', async () => {
		const location = 'https://gateway.example/login?code=secret-code';
		here.fail({ match: SSO, kind: 'redirect', location });
		const { error, stored } = await here.run(about('createSsoLink', birchwood));
		expect(error?.message).toContain('gateway.example');
		expect(stored).not.toContain('secret-code');
		here.fail({ match: SSO, kind: 'status', status: 200, body: {} });
		expect((await here.run(about('createSsoLink', birchwood))).error).toBeDefined();
	});

	it('can’t be created for a banned account, which is named', async () => {
		const account = accounts().get(accountIdOf('birchwood-bakery'));
		if (account !== undefined) account.state = 'banned';
		expect((await here.run(about('createSsoLink', birchwood))).error?.message).toContain(birchwood);
	});
});
