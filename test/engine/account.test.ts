import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { accountIdOf } from '../../emulator';
import type { Fault } from '../../emulator';
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

describe('creating an account', () => {
	it('sends what was filled in, under SendGrid’s names, and answers the new ID', async () => {
		const { items, error } = await here.run(
			create({
				addons: { addon: [{ name: IP.name, quantity: 2 }] },
				profile: {
					firstName: 'Ada',
					lastName: '',
					companyName: ' Birch & Sons ',
					companyWebsite: 'https://birch.example',
					email: 'ada@birch.example',
					phone: '+14155550100',
					timezone: 'Europe/Berlin',
				},
			}),
		);
		expect(error).toBeUndefined();
		const id = items[0]?.['account_id'] as string;
		const summary = 'created: demo.ei.free.v1, demo.x.ip.v1 (2)';
		expect(items).toEqual([{ account_id: id, summary, dry_run: false, changed: true }]);
		expect(here.bodies('POST')).toEqual([
			{
				profile: {
					first_name: 'Ada',
					company_name: 'Birch & Sons',
					company_website: 'https://birch.example',
					email: 'ada@birch.example',
					phone: '+14155550100',
					timezone: 'Europe/Berlin',
				},
				offerings: [FREE, IP],
			},
		]);
		expect(accounts().get(id)).toMatchObject({ testAccount: false, offerings: [FREE, IP] });
		expect(here.emulator.requests[0]?.headers).not.toHaveProperty('t-test-account');
	});

	it('leaves out a profile in which nothing is filled in', async () => {
		await here.run(create({ profile: { email: '', phone: '  ' } }));
		expect(here.bodies('POST')).toEqual([{ offerings: [FREE] }]);
	});

	it('takes offerings as JSON', async () => {
		const offeringsJson = JSON.stringify([FREE, IP]);
		await here.run(create({ specifyOfferings: 'json', offeringsJson, package: '' }));
		expect(here.bodies('POST')).toEqual([{ offerings: [FREE, IP] }]);
	});

	it('creates a test account where that is asked for', async () => {
		const { items } = await here.run(create({ testAccount: true }));
		expect(here.emulator.requests[0]?.headers['t-test-account']).toBe('true');
		expect(accounts().get(items[0]?.['account_id'] as string)?.testAccount).toBe(true);
	});

	it.each<[string, INodeParameters]>([
		['no package', { package: '', addons: { addon: [{ name: IP.name, quantity: 1 }] } }],
		['nothing', { package: '' }],
		[
			'two packages',
			{ specifyOfferings: 'json', offeringsJson: JSON.stringify([FREE, { ...FREE, name: 'b' }]) },
		],
		[
			'a package twice over',
			{ specifyOfferings: 'json', offeringsJson: JSON.stringify([{ ...FREE, quantity: 2 }]) },
		],
		[
			'an add-on named twice',
			{ specifyOfferings: 'json', offeringsJson: JSON.stringify([FREE, IP, IP]) },
		],
		['an add-on of quantity 0', { addons: { addon: [{ name: IP.name, quantity: 0 }] } }],
		[
			'an unknown kind',
			{ specifyOfferings: 'json', offeringsJson: JSON.stringify([FREE, { ...IP, type: 'extra' }]) },
		],
		['a profile field that is no text', { profile: { email: '={{ 5 }}' } }],
		['a test account that is “yes”', { testAccount: '={{ "yes" }}' }],
	])('refuses %s before it sends anything', async (_what, more) => {
		const { error } = await here.run(create(more));
		expect(error?.name).toBe('NodeOperationError');
		expect(here.sent()).toEqual([]);
	});

	it.each<[string, Fault, number]>([
		['a connection that dies', { kind: 'reset' }, 0],
		['a connection that dies once it was applied', { kind: 'appliedThenLost' }, 1],
		['status 500', { kind: 'status', status: 500 }, 0],
		['status 502 once it was applied', { kind: 'appliedThenStatus', status: 502, html: true }, 1],
		['status 408', { kind: 'status', status: 408 }, 0],
		['no answer in time', { kind: 'hang' }, 0],
		['an answer that comes too late', { kind: 'slow', delayMs: 1500 }, 1],
		['half an answer', { kind: 'truncated' }, 1],
	])('is sent once after %s, and the error says how to check', async (_what, fault, more) => {
		const before = accounts().size;
		here.fail({ match: CREATE, ...fault, times: Infinity });
		const { error, items } = await here.run(create({ options: { timeoutSeconds: 1 } }));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('may have been created');
		expect(error?.description).toContain('Get Many accounts');
		expect(error?.description).toContain('second account');
		expect(items).toEqual([]);
		expect(here.sent()).toEqual([CREATE]);
		expect(accounts().size).toBe(before + more);
	});

	it('is sent again after a 429 and makes one account', async () => {
		const before = accounts().size;
		const headers = { 'retry-after': '0.1' };
		here.fail({ match: CREATE, kind: 'status', status: 429, headers, times: 2 });
		const { error } = await here.run(create());
		expect(error).toBeUndefined();
		expect(count(CREATE)).toBe(3);
		expect(accounts().size).toBe(before + 1);
	});

	it('refuses to run while “Retry On Fail” is on', async () => {
		const { error } = await here.run(create(), {
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		expect(error?.message).toContain('Retry On Fail');
		expect(here.sent()).toEqual([]);
	});

	it('goes on to create the accounts of other items, each once', async () => {
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

describe('deleting an account', () => {
	it('deletes exactly that one', async () => {
		const before = accounts().size;
		const { items } = await here.run(about('delete', tidewater));
		expect(items).toEqual([DELETED]);
		expect(accounts().has(tidewater)).toBe(false);
		expect(accounts().size).toBe(before - 1);
	});

	it('is refused where an AI agent chose it', async () => {
		const { error } = await here.run(
			{ ...about('delete', tidewater), operation: "={{ $fromAI('operation') }}" },
			{ items: [{ operation: 'delete' }] },
		);
		expect(error?.message).toBe(
			`Account ${tidewater}: “Delete account” must be chosen by hand, not by an expression`,
		);
		expect(here.sent()).toEqual([]);
	});

	it('says of an unknown account which one it is', async () => {
		const { error } = await here.run(about('delete', 'sg-nobody'));
		expect(error?.message).toContain('Account sg-nobody: SendGrid can’t find this account');
		expect(count('DELETE /v3/partners/accounts/sg-nobody')).toBe(1);
	});

	it('says so of an unknown account after a 429, too: that was refused, not done', async () => {
		const headers = { 'retry-after': '0.1' };
		here.fail({ match: DELETE, kind: 'status', status: 429, headers });
		const { error, items } = await here.run(about('delete', 'sg-nobody'));
		expect(items).toEqual([]);
		expect(error?.message).toContain('sg-nobody');
	});

	it.each<[string, Fault]>([
		['the connection died once it was applied', { kind: 'appliedThenLost' }],
		['status 500 came once it was applied', { kind: 'appliedThenStatus' }],
		['the answer came too late', { kind: 'slow', delayMs: 1500 }],
	])('is done where %s and the repeat finds nothing', async (_what, fault) => {
		here.fail({ match: DELETE, ...fault });
		const { items, error } = await here.run(
			about('delete', tidewater, { options: { timeoutSeconds: 1 } }),
		);
		expect(error).toBeUndefined();
		expect(items).toEqual([DELETED]);
		expect(count(`DELETE /v3/partners/accounts/${tidewater}`)).toBe(2);
	});

	it('says that it may be done where no try brings an answer', async () => {
		here.fail({ match: DELETE, kind: 'reset', times: Infinity });
		const { error } = await here.run(about('delete', tidewater));
		expect(error?.message).toContain(tidewater);
		expect(error?.message).toContain('may have been applied');
		expect(accounts().has(tidewater)).toBe(true);
	});

	it.each(['', ' ', '.', '..'])('refuses %j as an account before it sends anything', async (id) => {
		const { items } = await here.run(about('delete', '={{ $json.id }}'), {
			items: [{ id }],
			node: { onError: 'continueRegularOutput' },
		});
		expect(items[0]).toHaveProperty('error');
		expect(here.sent()).toEqual([]);
	});

	it('cannot be made to address another endpoint by the ID', async () => {
		const before = accounts().size;
		for (const id of [`${tidewater}/../${birchwood}`, `${tidewater}?x=1`, `${tidewater}#x`]) {
			expect((await here.run(about('delete', id))).error).toBeDefined();
		}
		expect(accounts().size).toBe(before);
	});
});

describe('getting many accounts', () => {
	const ids = (items: IDataObject[]) => items.map((item) => item['id'] as string);

	it('reads once for all items', async () => {
		const { items } = await here.run(
			{ resource: 'account', operation: 'getAll', limit: 3 },
			{ items: [{}, {}, {}, {}] },
		);
		expect(items).toHaveLength(12);
		expect(here.sent()).toHaveLength(1);
	});

	it('gives all of them, each once, with what else SendGrid tells', async () => {
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

	it.each([1, 11, 60, 99])('gives all of them where pages have %i accounts', async (rows) => {
		here.fail({ match: LIST, kind: 'shortPages', rows, times: Infinity });
		const { items, error } = await here.run(getAll({ returnAll: true }));
		expect(error).toBeUndefined();
		expect(ids(items)).toEqual(
			accounts()
				.list()
				.map(({ id }) => id),
		);
	});

	it.each([
		[11, 1],
		[50, 5],
	])('with a limit of %i reads short pages no further', async (limit, pages) => {
		here.fail({ match: LIST, kind: 'shortPages', rows: 11, times: Infinity });
		const { items } = await here.run(getAll({ limit }));
		expect(ids(items)).toEqual(
			accounts()
				.list(0, limit)
				.map(({ id }) => id),
		);
		expect(count(LIST)).toBe(pages);
	});

	it.each([
		[1, 1],
		[50, 1],
		[100, 1],
		[101, 2],
		[250, 3],
	])('with a limit of %i gives so many and reads no further', async (limit, pages) => {
		const { items } = await here.run(getAll({ limit }));
		expect(ids(items)).toEqual(
			accounts()
				.list(0, limit)
				.map(({ id }) => id),
		);
		expect(count(LIST)).toBe(pages);
	});

	it('gives 50 unless told', async () => {
		expect((await here.run(getAll())).items).toHaveLength(50);
	});

	it.each([100, 10])('fails where the same %i accounts come as each page', async (rows) => {
		const page = accounts()
			.list(0, rows)
			.map(({ id, created_at }) => ({ id, created_at }));
		const body = { accounts: page, pages: { last: page.at(-1)?.id } };
		here.fail({ match: LIST, kind: 'status', status: 200, body, times: Infinity });
		const { items, error } = await here.run(getAll({ returnAll: true }));
		expect(items).toEqual([]);
		expect(error?.message).toContain('isn’t what SendGrid documents');
		expect(count(LIST)).toBeLessThanOrEqual(3);
	});

	it.each([
		[100, {}],
		[100, { last: '' }],
		[7, {}],
		[7, undefined],
	])('ends where a page of %i names no cursor but %j', async (rows, pages) => {
		const page = accounts()
			.list(0, rows)
			.map(({ id, created_at }) => ({ id, created_at }));
		here.fail({ match: LIST, kind: 'status', status: 200, body: { accounts: page, pages } });
		expect((await here.run(getAll({ returnAll: true }))).items).toHaveLength(rows);
		expect(count(LIST)).toBe(1);
	});

	it('misses and doubles none where accounts come and go while the list is read', async () => {
		const all = accounts()
			.list()
			.map(({ id }) => id);
		here.emulator.setLatency(60);
		const reading = here.run(getAll({ returnAll: true }));
		while (here.sent().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		const gone = [all[3], all[99], all[150]].map(String);
		for (const id of gone) accounts().delete(id);
		const { items } = await reading;
		const found = ids(items);
		expect(new Set(found).size).toBe(found.length);
		for (const id of all) if (!gone.includes(id)) expect(found).toContain(id);
	});

	it('fails where a page is no list of accounts', async () => {
		here.fail({ match: LIST, kind: 'status', status: 200, body: { accounts: [{ email: 'x' }] } });
		expect((await here.run(getAll())).error?.message).toContain('isn’t what SendGrid documents');
	});
});

describe('the state of an account', () => {
	it.each(['activated', 'deactivated', 'suspended', 'banned', 'indeterminate'] as const)(
		'is told where it is %s',
		async (state) => {
			const account = accounts().get(birchwood);
			if (account !== undefined) account.state = state;
			expect((await here.run(about('getState', birchwood))).items).toEqual([
				{ account_id: birchwood, state },
			]);
		},
	);

	it('becomes what was chosen', async () => {
		for (const state of ['deactivated', 'activated']) {
			const { items } = await here.run(about('updateState', birchwood, { state }));
			const output = { account_id: birchwood, summary: state, dry_run: false, changed: true };
			expect(items).toEqual([{ ...output, state }]);
			expect(accounts().get(birchwood)?.state).toBe(state);
		}
		expect(here.bodies('PUT')).toEqual([{ state: 'deactivated' }, { state: 'activated' }]);
	});

	it.each(['suspended', 'banned', 'indeterminate', 'Activated', ''])(
		'cannot be set to “%s”',
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

	it('says of an unknown account which one it is', async () => {
		for (const operation of ['getState', 'updateState']) {
			const { error } = await here.run(about(operation, 'sg-nobody'));
			expect(error?.message).toContain('sg-nobody');
		}
	});
});

describe('a sign-in link', () => {
	it('is given unused, with the time when it ends, and is in no log', async () => {
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

	it('has its minute from when the request left, not from before a wait', async () => {
		const match = /sso/;
		here.emulator.fail({ match, kind: 'status', status: 429, headers: { 'retry-after': '1' } });
		const started = skippingClock.now();
		const { items } = await here.run(about('createSsoLink', birchwood));
		const endsAt = Date.parse(items[0]?.['expires_at'] as string);
		expect(endsAt).toBeGreaterThanOrEqual(started + 60_950);
		expect(endsAt).toBeLessThanOrEqual(skippingClock.now() + 60_000);
	});

	it('comes with one hint, however many items there are', async () => {
		const { stored, items } = await here.run(about('createSsoLink', birchwood), {
			items: [{}, {}, {}],
		});
		expect(new Set(items.map(({ url }) => url)).size).toBe(3);
		expect(stored.split('works for 60 seconds and once')).toHaveLength(2);
	});

	it.each<[string, Fault]>([
		['the connection dies', { kind: 'appliedThenLost' }],
		['SendGrid fails', { kind: 'status', status: 500 }],
		['there is no answer', { kind: 'hang' }],
	])('is asked for once where %s', async (_what, fault) => {
		here.fail({ match: SSO, ...fault, times: Infinity });
		const { error } = await here.run(
			about('createSsoLink', birchwood, { options: { timeoutSeconds: 1 } }),
		);
		expect(error?.message).toContain(birchwood);
		expect(error?.description).toContain('60 seconds');
		expect(here.sent()).toHaveLength(1);
	});

	it('is no other answer: a page or another redirect fails, and the error shows no code', async () => {
		const location = 'https://gateway.example/login?code=secret-code';
		here.fail({ match: SSO, kind: 'redirect', location });
		const { error, stored } = await here.run(about('createSsoLink', birchwood));
		expect(error?.message).toContain('gateway.example');
		expect(stored).not.toContain('secret-code');
		here.fail({ match: SSO, kind: 'status', status: 200, body: {} });
		expect((await here.run(about('createSsoLink', birchwood))).error).toBeDefined();
	});

	it('is refused for a banned account, which is named', async () => {
		const account = accounts().get(accountIdOf('birchwood-bakery'));
		if (account !== undefined) account.state = 'banned';
		expect((await here.run(about('createSsoLink', birchwood))).error?.message).toContain(birchwood);
	});
});
