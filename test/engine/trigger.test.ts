import './log';
import { setTimeout as wait } from 'node:timers/promises';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nonrecurringCredits, spendCredits, unlimitedCredits } from '../../emulator';
import type { AccountState } from '../../emulator';
import { addAccount } from './customers';
import { TriggeredWorkflow } from './trigger';
import { ACCOUNTS, containing, world } from './world';

const sendGrid = world();
const LIST = 'GET /v3/subusers';
const CREDITS = 'GET /v3/subusers/{name}/credits';

function watching(event: string, more: INodeParameters = {}): TriggeredWorkflow {
	return new TriggeredWorkflow(() => sendGrid.credential, { event, ...more });
}

function watchingCredits(more: INodeParameters = {}): TriggeredWorkflow {
	return watching('creditsLow', {
		threshold: 100,
		thresholdUnit: 'credits',
		filters: {},
		...more,
	});
}

function subuser(name: string) {
	const found = sendGrid.emulator.state.subusers.get(name);
	if (found === undefined) throw new Error(`There is no subuser ${name}`);
	return found;
}

function spend(name: string, count: number): void {
	spendCredits(subuser(name), count, sendGrid.emulator.clock.now());
}

function topUp(name: string, count: number): void {
	const { credits } = subuser(name);
	credits.remain = (credits.remain ?? 0) + count;
}

function names(items: IDataObject[], key = 'username'): unknown[] {
	return items.map((item) => item[key]);
}

/** Makes SendGrid list only some of the subusers, once. */
function listOnce(keep: (name: string) => boolean): void {
	const rows = sendGrid.emulator.state.subusers
		.list()
		.filter(({ username }) => keep(username))
		.map(({ id, username, email, disabled, region }) => ({
			id,
			username,
			email,
			disabled,
			region,
		}));
	sendGrid.fail({ match: LIST, kind: 'status', status: 200, body: rows });
}

const LOW = [
	'Birchwood-Brewing',
	'lowmoor-linens',
	'orders@juniperlane-kitchens.example',
	'пекарня-берёза',
];

describe('credits low', () => {
	it('reports subusers that are already low, with what the next node needs', async () => {
		const items = await watchingCredits().activate();

		expect(names(items)).toEqual(LOW);
		expect(items[1]).toEqual({
			event: 'creditsLow',
			username: 'lowmoor-linens',
			threshold: 100,
			threshold_unit: 'credits',
			type: 'recurring',
			reset_frequency: 'weekly',
			remain: 12,
			total: 5000,
			used: 4988,
		});
		expect(items[3]).toMatchObject({ type: 'nonrecurring', total: null, used: null, remain: 25 });
	});

	it('reports each once, and again after it has recovered', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		expect(await workflow.poll()).toEqual([]);

		spend('birchwood-bakery', 7_450);
		expect(names(await workflow.poll())).toEqual(['birchwood-bakery']);
		spend('birchwood-bakery', 20);
		expect(await workflow.poll()).toEqual([]);

		topUp('birchwood-bakery', 970);
		expect(await workflow.poll()).toEqual([]);
		spend('birchwood-bakery', 901);
		expect(await workflow.poll()).toMatchObject([{ username: 'birchwood-bakery', remain: 99 }]);
	});

	it('reports again after SendGrid’s own reset, in the next period', async () => {
		const workflow = watchingCredits({ filters: { username: 'lowmoor' } });
		expect(names(await workflow.activate())).toEqual(['lowmoor-linens']);
		sendGrid.emulator.clock.advance(7 * 86_400_000);
		expect(await workflow.poll()).toEqual([]);
		spend('lowmoor-linens', 4_999);
		expect(await workflow.poll()).toMatchObject([{ username: 'lowmoor-linens', remain: 1 }]);
	});

	it('accepts a percentage of the total, only for recurring credits', async () => {
		const workflow = watchingCredits({ threshold: 3, thresholdUnit: 'percent' });
		expect(names(await workflow.activate())).toEqual(LOW.slice(0, 3));
		spend('orders@juniperlane-kitchens.example', 50);
		subuser('saltmarsh-books').credits = nonrecurringCredits(0);
		subuser('lowmoor-linens').credits = unlimitedCredits();
		expect(await workflow.poll()).toEqual([]);
	});

	it('only reads subusers whose names start with the filter', async () => {
		const workflow = watchingCredits({ filters: { username: ' BIRCH ' } });
		expect(names(await workflow.activate())).toEqual(['Birchwood-Brewing']);
		const reads = sendGrid.sent().filter((request) => request.endsWith('/credits'));
		expect(reads).toHaveLength(3);
		expect(sendGrid.emulator.requests[0]?.query).toMatchObject({ username: 'BIRCH' });
	});

	it('neither reads nor forgets reported subusers while a filter excludes them', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		workflow.parameters = { ...workflow.parameters, filters: { username: 'birch' } };
		const before = sendGrid.sent().length;
		expect(await workflow.activate()).toEqual([]);
		const sent = sendGrid.sent().slice(before);
		expect(sent.filter((request) => request.endsWith('/credits'))).toHaveLength(3);
		workflow.parameters = { ...workflow.parameters, filters: {} };
		expect(await workflow.activate()).toEqual([]);
	});

	it('reads its fields from expressions, and explains invalid values', async () => {
		const workflow = watchingCredits({
			threshold: '={{ 10 * 2 }}',
			thresholdUnit: '={{ "credits" }}',
		});
		expect(names(await workflow.activate())).toEqual(['Birchwood-Brewing', 'lowmoor-linens']);

		await expect(watchingCredits({ threshold: '={{ "many" }}' }).activate()).rejects.toMatchObject({
			message: containing('Threshold must be a whole number of at least 1'),
		});
		await expect(watchingCredits({ threshold: '' }).activate()).rejects.toThrow(/Threshold/);
		await expect(
			watchingCredits({ threshold: 200, thresholdUnit: 'percent' }).activate(),
		).rejects.toThrow(/at most 100 percent/);
	});

	it('uses the threshold that is set now', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		workflow.parameters = { ...workflow.parameters, threshold: 450 };
		expect(names(await workflow.activate())).toEqual(['fernhollow-florist']);
		workflow.parameters = { ...workflow.parameters, threshold: 100 };
		expect(await workflow.activate()).toEqual([]);
		spend('fernhollow-florist', 350);
		expect(names(await workflow.poll())).toEqual(['fernhollow-florist']);
	});

	it('doesn’t report subusers again that the list lacked for a moment', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		listOnce((name) => !LOW.includes(name));
		expect(await workflow.poll()).toEqual([]);
		expect(await workflow.poll()).toEqual([]);
	});

	it('forgets a subuser that was deleted, and reports one of the same name', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		sendGrid.emulator.state.subusers.delete('lowmoor-linens');
		expect(await workflow.poll()).toEqual([]);
		expect(workflow.remembered).not.toContain('lowmoor-linens');
		sendGrid.addSubuser('lowmoor-linens').credits = nonrecurringCredits(1);
		expect(names(await workflow.poll())).toEqual(['lowmoor-linens']);
	});

	it('doesn’t report a subuser again that SendGrid can’t find for a moment', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		const noSuchUser = { errors: [{ field: null, message: 'no user found' }] };
		const match = 'GET /v3/subusers/lowmoor-linens/credits';
		sendGrid.fail({ match, kind: 'status', status: 400, body: noSuchUser });
		expect(await workflow.poll()).toEqual([]);
		expect(await workflow.poll()).toEqual([]);
	});
});

describe('a poll that fails', () => {
	it('names the customer, and the next one reports what it would have reported', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		const before = workflow.remembered;
		spend('birchwood-bakery', 7_450);
		topUp('lowmoor-linens', 500);

		sendGrid.fail({ match: CREDITS, kind: 'status', status: 401, times: Infinity });
		await expect(workflow.poll()).rejects.toMatchObject({
			name: 'NodeApiError',
			message: expect.stringMatching(/^Subuser .+: SendGrid doesn’t accept the API key/) as unknown,
		});
		sendGrid.emulator.clearFaults();

		expect(workflow.remembered).toBe(before);
		expect(names(await workflow.poll())).toEqual(['birchwood-bakery']);
		spend('lowmoor-linens', 450);
		expect(names(await workflow.poll())).toEqual(['lowmoor-linens']);
		expect(workflow.notices).toEqual([]);
	});

	it('stores nothing if no one can be read', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		const before = workflow.remembered;
		sendGrid.fail({ match: CREDITS, kind: 'status', status: 403, times: Infinity });
		await expect(workflow.poll()).rejects.toMatchObject({
			description: containing('subusers.credits.read'),
		});
		expect(workflow.remembered).toBe(before);
		expect(workflow.notices).toEqual([]);
	});

	it.each([
		['creditsLow', 401, /doesn’t accept the API key/, /API key and the credential’s region/],
		['subuserCreated', 401, /doesn’t accept the API key/, /API key and the credential’s region/],
		['accountCreated', 401, /doesn’t accept the API key/, /API key and the credential’s region/],
		[
			'accountStateChanged',
			401,
			/doesn’t accept the API key/,
			/API key and the credential’s region/,
		],
		['creditsLow', 403, /isn’t allowed to do this/, /subusers\.read/],
		['accountCreated', 403, /isn’t allowed to do this/, /reseller agreement/],
	])('of %s with status %i says what to do', async (event, status, message, description) => {
		const workflow = watching(event, { threshold: 5, thresholdUnit: 'credits' });
		const match = event.startsWith('account') ? 'GET /v3/partners/accounts' : LIST;
		await workflow.activate();
		const before = workflow.remembered;
		sendGrid.fail({ match, kind: 'status', status });
		const failed: unknown = await workflow.poll().catch((error: unknown) => error);
		expect(failed).toMatchObject({
			message: expect.stringMatching(message) as unknown,
			description: expect.stringMatching(description) as unknown,
			httpCode: String(status),
		});
		expect(workflow.remembered).toBe(before);
	});

	it('during activation keeps the workflow from being published', async () => {
		const workflow = new TriggeredWorkflow(() => ({ ...sendGrid.credential, apiKey: 'SG.wrong' }), {
			event: 'subuserCreated',
		});
		await expect(workflow.activate()).rejects.toThrow(/doesn’t accept the API key/);
		expect(workflow.database).toEqual({});
	});

	it('names the scope that the key lacks for the credits', async () => {
		const apiKey = sendGrid.emulator.addKey({ scopes: ['subusers.read'] });
		const workflow = new TriggeredWorkflow(() => ({ ...sendGrid.credential, apiKey }), {
			event: 'creditsLow',
			threshold: 5,
			thresholdUnit: 'credits',
		});
		await expect(workflow.activate()).rejects.toMatchObject({
			description: containing('subusers.credits.read'),
		});
	});

	it('names an event that this version doesn’t have', async () => {
		await expect(watching('moonFull').activate()).rejects.toThrow(/no event “moonFull”/);
	});
});

describe('a customer that can’t be read', () => {
	const match = 'GET /v3/subusers/lowmoor-linens/credits';

	it.each([
		['SendGrid fails', { kind: 'status', status: 500 }, /SendGrid failed with status 500/],
		['SendGrid returns 403', { kind: 'status', status: 403 }, /isn’t allowed to do this/],
		['SendGrid returns 401', { kind: 'status', status: 401 }, /doesn’t accept the API key/],
		['the response is cut off', { kind: 'truncated' }, /isn’t what SendGrid documents/],
		['the response is a web page', { kind: 'html', status: 200 }, /isn’t what SendGrid documents/],
		['the connection is lost', { kind: 'reset' }, /didn’t answer/],
	] as const)(
		'is reported to the user once, and doesn’t keep others from being reported: %s',
		async (_what, fault, message) => {
			const workflow = watchingCredits();
			await workflow.activate();
			topUp('lowmoor-linens', 500);
			sendGrid.fail({ match, times: Infinity, ...fault });
			spend('birchwood-bakery', 7_450);
			expect(names(await workflow.poll())).toEqual(['birchwood-bakery']);
			expect(workflow.notices).toMatchObject([
				{
					name: 'NodeApiError',
					message: expect.stringMatching(message) as unknown,
					description: containing('The others were read.'),
				},
			]);
			expect(workflow.notices[0]?.message).toMatch(/^Subuser lowmoor-linens: /);
			spend('birchwood-bakery', 10);
			expect(await workflow.poll()).toEqual([]);
			expect(workflow.notices).toHaveLength(1);

			// Compared with what it had when it was last read, it has recovered since.
			sendGrid.emulator.clearFaults();
			spend('lowmoor-linens', 505);
			expect(names(await workflow.poll())).toEqual(['lowmoor-linens']);
		},
		30_000,
	);

	it('doesn’t keep the workflow from being published', async () => {
		sendGrid.fail({ match, kind: 'status', status: 500, times: Infinity });
		const workflow = watchingCredits();
		expect(names(await workflow.activate())).toEqual(
			LOW.filter((name) => name !== 'lowmoor-linens'),
		);
		expect(workflow.notices).toHaveLength(1);
		sendGrid.emulator.clearFaults();
		expect(names(await workflow.poll())).toEqual(['lowmoor-linens']);
	}, 30_000);

	it('is named in the note of a manual test', async () => {
		sendGrid.fail({ match, kind: 'status', status: 403, times: Infinity });
		const items = await watchingCredits().test();
		expect(items).toHaveLength(3);
		expect(items[0]).toMatchObject({
			note: expect.stringMatching(
				/^This test checked all 30 .* Subuser lowmoor-linens: .*isn’t allowed.* The others were read\.$/,
			) as unknown,
		});
		topUp('Birchwood-Brewing', 10);
		const none = watchingCredits({ threshold: 1 });
		await expect(none.test()).rejects.toMatchObject({
			message: containing('nothing to show'),
			description: containing('Subuser lowmoor-linens'),
		});
	}, 30_000);

	it('is named together with others', async () => {
		for (const name of ['lowmoor-linens', 'tidewater-toys', 'saltmarsh-books']) {
			const one = `GET /v3/subusers/${name}/credits`;
			sendGrid.fail({ match: one, kind: 'status', status: 403, times: Infinity });
		}
		const workflow = watchingCredits();
		await workflow.activate();
		expect(workflow.notices.map(({ message }) => message)).toEqual([
			expect.stringMatching(
				/^Subuser lowmoor-linens: The API key isn’t allowed.*\. Not read either: saltmarsh-books, tidewater-toys$/,
			),
		]);
	});

	it('while states are recorded isn’t reported as changed when it’s first read', async () => {
		const [suspended] = sendGrid.emulator.state.accounts
			.list()
			.filter(({ state }) => state === 'suspended');
		const state = `GET /v3/partners/accounts/${suspended?.id}/state`;
		sendGrid.fail({ match: state, kind: 'status', status: 500, times: Infinity });
		const workflow = watching('accountStateChanged');
		expect(await workflow.activate()).toEqual([]);
		expect(workflow.notices[0]?.message).toContain(`Account ${suspended?.id}: `);
		sendGrid.emulator.clearFaults();
		expect(await workflow.poll()).toEqual([]);
		if (suspended !== undefined) suspended.state = 'activated';
		expect(await workflow.poll()).toMatchObject([{ from: 'suspended', to: 'activated' }]);
	}, 30_000);
});

describe('a list that comes in short pages', () => {
	const LISTS = [LIST, 'GET /v3/partners/accounts'];

	function shorten(rows: number): void {
		for (const match of LISTS) {
			sendGrid.fail({ match, kind: 'shortPages', rows, times: Infinity });
		}
	}

	it.each([1, 4, 11])('of %i rows hides no subuser whose credits are low', async (rows) => {
		shorten(rows);
		expect(names(await watchingCredits().activate())).toEqual(LOW);
	});

	it.each([1, 4, 11])(
		'of %i rows hides no new customer, and reports no old one as new',
		async (rows) => {
			const subusers = watching('subuserCreated');
			const accounts = watching('accountCreated');
			shorten(rows);
			for (const workflow of [subusers, accounts]) expect(await workflow.activate()).toEqual([]);
			const { state } = sendGrid.emulator;
			sendGrid.addSubuser('newcomer');
			addAccount(sendGrid.emulator, 'sgnew');
			expect(names(await subusers.poll())).toEqual(['newcomer']);
			expect(names(await accounts.poll(), 'account_id')).toEqual(['sgnew']);
			// Full pages have no customers that short pages had hidden.
			sendGrid.emulator.clearFaults();
			for (const workflow of [subusers, accounts]) expect(await workflow.poll()).toEqual([]);
			expect(state.accounts.size).toBe(13);
		},
	);

	it('hides no account whose state changed', async () => {
		shorten(5);
		const workflow = watching('accountStateChanged');
		expect(await workflow.activate()).toEqual([]);
		const last = sendGrid.emulator.state.accounts.list().at(-1);
		if (last !== undefined) last.state = 'banned';
		expect(await workflow.poll()).toMatchObject([{ account_id: last?.id, to: 'banned' }]);
	});
});

describe('a restart of n8n, which only saves polls with items', () => {
	it('repeats no report', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		expect(await workflow.restart()).toEqual([]);
		spend('birchwood-bakery', 7_450);
		expect(await workflow.poll()).toHaveLength(1);
		await workflow.poll();
		expect(await workflow.restart()).toEqual([]);
	});

	it('loses no report although the poll that saw the recovery is forgotten', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		topUp('orders@juniperlane-kitchens.example', 2_000);
		expect(await workflow.poll()).toEqual([]);
		expect(JSON.stringify(workflow.database)).toContain('orders@juniperlane');
		// While n8n is down, less is left than when it was reported.
		spend('orders@juniperlane-kitchens.example', 2_040);
		expect(names(await workflow.restart())).toEqual(['orders@juniperlane-kitchens.example']);
	});

	it('reports subusers that ran low while n8n was down', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		spend('birchwood-bakery', 7_450);
		expect(names(await workflow.restart())).toEqual(['birchwood-bakery']);
	});
});

describe('memory that can’t be read', () => {
	it.each(['creditsLow', 'subuserCreated', 'accountCreated', 'accountStateChanged'])(
		'makes %s record what is there, and report what comes after',
		async (event) => {
			const workflow = watching(event, { threshold: 100, thresholdUnit: 'credits' });
			for (const memory of [{ version: 2, data: [] }, 'x', [1], { version: 1, event }]) {
				workflow.database = { 'node:SendGrid Provisioning Trigger': { memory } };
				expect(await workflow.activate()).toEqual([]);
			}
			spend('birchwood-bakery', 7_450);
			sendGrid.addSubuser('newcomer');
			const { state } = sendGrid.emulator;
			const saltmarsh = state.accounts.get(ACCOUNTS.saltmarsh);
			if (saltmarsh !== undefined) saltmarsh.state = 'banned';
			if (saltmarsh !== undefined)
				state.accounts.add('sgnew', { ...saltmarsh, id: 'sgnew', state: 'activated' });
			expect(await workflow.poll()).toHaveLength(1);
		},
	);
});

describe('subuser created', () => {
	it('first records the subusers, then reports each new one with SendGrid’s fields', async () => {
		const workflow = watching('subuserCreated');
		expect(await workflow.activate()).toEqual([]);
		const { id } = sendGrid.addSubuser('newcomer');
		expect(await workflow.poll()).toEqual([
			{
				event: 'subuserCreated',
				username: 'newcomer',
				id,
				email: 'someone@example.com',
				disabled: false,
				region: 'global',
			},
		]);
		expect(await workflow.poll()).toEqual([]);
		expect(await workflow.restart()).toEqual([]);
	});

	it('doesn’t report a subuser that the list lacked for a moment, or that was disabled', async () => {
		const workflow = watching('subuserCreated');
		await workflow.activate();
		listOnce((name) => name !== 'birchwood-bakery');
		expect(await workflow.poll()).toEqual([]);
		subuser('tidewater-toys').disabled = true;
		expect(await workflow.poll()).toEqual([]);
	});

	it('reports a subuser that was deleted and created again', async () => {
		const workflow = watching('subuserCreated');
		await workflow.activate();
		sendGrid.emulator.state.subusers.delete('birchwood-bakery');
		sendGrid.addSubuser('Birchwood-Bakery');
		expect(names(await workflow.poll())).toEqual(['Birchwood-Bakery']);
		expect(await workflow.poll()).toEqual([]);
	});

	it('reports subusers that were created while n8n was down', async () => {
		const workflow = watching('subuserCreated');
		await workflow.activate();
		sendGrid.addSubuser('newcomer');
		expect(names(await workflow.restart())).toEqual(['newcomer']);
	});

	it('finds new subusers in several pages while others are being deleted', async () => {
		for (let index = 0; index < 1_200; index += 1) sendGrid.addSubuser(`customer-${1000 + index}`);
		const workflow = watching('subuserCreated');
		expect(await workflow.activate()).toEqual([]);
		for (const name of ['newcomer-1', 'newcomer-2']) sendGrid.addSubuser(name);
		sendGrid.emulator.setLatency(150);
		const polled = workflow.poll();
		await wait(220);
		for (let index = 0; index < 30; index += 1) {
			sendGrid.emulator.state.subusers.delete(`customer-${1000 + index}`);
		}
		expect(names(await polled)).toEqual(['newcomer-1', 'newcomer-2']);
		expect(await workflow.poll()).toEqual([]);
	}, 30_000);

	it('continues with a new API key, and starts over with the key of another SendGrid account', async () => {
		let credential = sendGrid.credential;
		const workflow = new TriggeredWorkflow(() => credential, { event: 'subuserCreated' });
		await workflow.activate();
		credential = { ...credential, apiKey: sendGrid.emulator.addKey() };
		sendGrid.addSubuser('newcomer');
		expect(names(await workflow.activate())).toEqual(['newcomer']);

		credential = { ...credential, apiKey: sendGrid.emulator.addKey() };
		const { subusers } = sendGrid.emulator.state;
		for (const { username } of [...subusers.list()]) subusers.delete(username);
		sendGrid.addSubuser('customer-of-someone-else');
		expect(await workflow.activate()).toEqual([]);
	});
});

describe('account created', () => {
	it('first records the accounts, then reports each new one with its ID', async () => {
		const workflow = watching('accountCreated');
		expect(await workflow.activate()).toEqual([]);
		const { accounts } = sendGrid.emulator.state;
		const other = accounts.get(ACCOUNTS.tidewater);
		if (other === undefined) throw new Error('There is no such account');
		accounts.add('sgnew', { ...other, id: 'sgnew' });
		const { email, created_at, updated_at } = other;
		expect(await workflow.poll()).toEqual([
			{ event: 'accountCreated', account_id: 'sgnew', id: 'sgnew', email, created_at, updated_at },
		]);
		expect(await workflow.poll()).toEqual([]);
	});
});

describe('more accounts than a page holds', () => {
	it.each([{ accounts: [], pages: {} }])(
		'are all recorded, even if SendGrid can’t find the account that a page ended with: %j',
		async (body) => {
			const { accounts } = sendGrid.emulator.state;
			const other = accounts.get(ACCOUNTS.tidewater);
			if (other === undefined) throw new Error('There is no such account');
			for (let index = 0; index < 250; index += 1) {
				accounts.add(`sg${1000 + index}`, { ...other, id: `sg${1000 + index}` });
			}
			const workflow = watching('accountCreated');
			const match = 'GET /v3/partners/accounts';
			sendGrid.fail({ match, kind: 'status', status: 200, body, after: 1 });
			expect(await workflow.activate()).toEqual([]);
			expect(await workflow.poll()).toEqual([]);
			accounts.add('sgnew', { ...other, id: 'sgnew' });
			expect(names(await workflow.poll(), 'account_id')).toEqual(['sgnew']);
		},
	);
});

describe('account state changed', () => {
	function set(id: string, state: AccountState): void {
		const account = sendGrid.emulator.state.accounts.get(id);
		if (account === undefined) throw new Error(`There is no account ${id}`);
		account.state = state;
	}

	it('first records the states, then reports each change with old and new state', async () => {
		const workflow = watching('accountStateChanged');
		expect(await workflow.activate()).toEqual([]);
		set(ACCOUNTS.saltmarsh, 'suspended');
		const [item, ...others] = await workflow.poll();
		expect(others).toEqual([]);
		expect(item).toEqual({
			event: 'accountStateChanged',
			account_id: ACCOUNTS.saltmarsh,
			id: ACCOUNTS.saltmarsh,
			email: 'hello@saltmarsh-books.example',
			created_at: expect.any(String) as unknown,
			updated_at: expect.any(String) as unknown,
			state: 'suspended',
			from: 'activated',
			to: 'suspended',
		});
		expect(await workflow.restart()).toEqual([]);
		set(ACCOUNTS.saltmarsh, 'activated');
		expect(await workflow.poll()).toMatchObject([{ from: 'suspended', to: 'activated' }]);
	});

	it('reads an account that the list lacks, and forgets one that was deleted', async () => {
		const workflow = watching('accountStateChanged');
		await workflow.activate();
		const { accounts } = sendGrid.emulator.state;
		const rows = accounts.list().map(({ id, created_at }) => ({ id, created_at }));
		const body = { accounts: rows.filter(({ id }) => id !== ACCOUNTS.birchwood), pages: {} };
		sendGrid.fail({ match: 'GET /v3/partners/accounts', kind: 'status', status: 200, body });
		set(ACCOUNTS.birchwood, 'banned');
		expect(await workflow.poll()).toMatchObject([{ account_id: ACCOUNTS.birchwood, to: 'banned' }]);

		accounts.delete(ACCOUNTS.birchwood);
		expect(await workflow.poll()).toEqual([]);
		expect(workflow.remembered).not.toContain(ACCOUNTS.birchwood);
	});

	it('only reports a new account if it isn’t activated', async () => {
		const workflow = watching('accountStateChanged');
		await workflow.activate();
		const { accounts } = sendGrid.emulator.state;
		const other = accounts.get(ACCOUNTS.tidewater);
		if (other === undefined) throw new Error('There is no such account');
		accounts.add('sgnew1', { ...other, id: 'sgnew1' });
		accounts.add('sgnew2', { ...other, id: 'sgnew2', state: 'suspended' });
		expect(await workflow.poll()).toMatchObject([
			{ account_id: 'sgnew2', from: null, to: 'suspended' },
		]);
	});
});

describe('a manual test', () => {
	it('shows the subusers that are low now, and stores nothing', async () => {
		const workflow = watchingCredits();
		const shown = await workflow.test();
		expect(names(shown)).toEqual(LOW);
		const note = /^This test checked all 30 subusers in \d+ s\.$/;
		expect(shown[0]?.['note']).toMatch(note);
		for (const item of shown.slice(1)) expect(item).not.toHaveProperty('note');
		await workflow.activate();
		expect(names(await workflow.test())).toEqual(LOW);
		spend('birchwood-bakery', 7_450);
		expect(names(await workflow.test())).toContain('birchwood-bakery');
		expect(names(await workflow.poll())).toEqual(['birchwood-bakery']);
	});

	it('says so if no subuser is low', async () => {
		const workflow = watchingCredits({ filters: { username: 'birchwood-bakery' } });
		await expect(workflow.test()).rejects.toMatchObject({
			message: 'No subuser is below the threshold, so there is nothing to show',
			description: expect.stringMatching(
				/^This test checked all 2 subusers in \d+ s\. Nothing is wrong/,
			) as unknown,
		});
	});

	it('shows the customers, before and after the workflow is published', async () => {
		for (const event of ['subuserCreated', 'accountCreated']) {
			const workflow = watching(event);
			const before = await workflow.test();
			expect(before).toHaveLength(event === 'subuserCreated' ? 30 : 12);
			await workflow.activate();
			expect(await workflow.test()).toEqual(before);
			expect(await workflow.poll()).toEqual([]);
		}
	});

	it('shows the states of accounts, without earlier states', async () => {
		const items = await watching('accountStateChanged').test();
		expect(items).toHaveLength(12);
		expect(items[0]?.['note']).toMatch(/^This test checked all 12 accounts in \d+ s\.$/);
		const rookwell = items.filter(({ to }) => to === 'suspended');
		expect(rookwell).toMatchObject([{ from: null, state: 'suspended' }]);
	});

	it('shows why it fails', async () => {
		sendGrid.fail({ match: LIST, kind: 'status', status: 403 });
		await expect(watchingCredits().test()).rejects.toThrow(/isn’t allowed to do this/);
	});
});

describe('a node set to another event', () => {
	it('starts over', async () => {
		const workflow = watchingCredits();
		await workflow.activate();
		workflow.parameters = { event: 'subuserCreated' };
		expect(await workflow.activate()).toEqual([]);
		sendGrid.addSubuser('newcomer');
		expect(names(await workflow.poll())).toEqual(['newcomer']);
	});
});
