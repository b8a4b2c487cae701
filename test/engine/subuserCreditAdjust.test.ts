import { nonrecurringCredits, unlimitedCredits } from '../../emulator';
import type { Fault } from '../../emulator';
import type { INodeParameters } from 'n8n-workflow';
import { byUsername, containing, someWords, world } from './world';

const here = world();

const NAME = 'orchard-lane';
const REMAINING = 'PATCH /v3/subusers/{name}/credits/remaining';
const READ = `GET /v3/subusers/${NAME}/credits`;
const SENT = `PATCH /v3/subusers/${NAME}/credits/remaining`;

function adjust(adjustment: INodeParameters[string], more: INodeParameters = {}): INodeParameters {
	const operation = 'adjust';
	return {
		resource: 'subuserCredit',
		operation,
		subuser: byUsername(NAME),
		adjustment,
		...more,
	};
}

function topUp(minimum: INodeParameters[string], more: INodeParameters = {}): INodeParameters {
	return {
		resource: 'subuserCredit',
		operation: 'topUp',
		subuser: byUsername(NAME),
		minimum,
		...more,
	};
}

const AT_FIRST = {
	type: 'recurring',
	reset_frequency: 'monthly',
	remain: 600,
	total: 1000,
	used: 400,
};

/** What the subuser has left in SendGrid. */
const remain = () => here.emulator.state.subusers.get(NAME)?.credits.remain;
const patches = () => here.sent().filter((call) => call.startsWith('PATCH'));

/** What brings no clear answer to a PATCH, and whether SendGrid has carried it out. */
const UNCLEAR: Array<[string, Fault, boolean]> = [
	['a connection that dies', { kind: 'reset' }, false],
	['a connection that dies once it was applied', { kind: 'appliedThenLost' }, true],
	['status 500', { kind: 'status', status: 500 }, false],
	[
		'status 503 with a time to come back',
		{ kind: 'status', status: 503, headers: { 'retry-after': '0' } },
		false,
	],
	['status 408', { kind: 'status', status: 408 }, false],
	['status 500 once it was applied', { kind: 'appliedThenStatus' }, true],
	[
		'a gateway’s page once it was applied',
		{ kind: 'appliedThenStatus', status: 502, html: true },
		true,
	],
	['a gateway’s page', { kind: 'html' }, false],
	['no answer in time', { kind: 'hang' }, false],
	['an answer that comes too late', { kind: 'slow', delayMs: 1500 }, true],
	['half an answer', { kind: 'truncated' }, true],
	['an empty answer', { kind: 'emptyBody' }, true],
];
const hasty = { options: { timeoutSeconds: 1 } };

beforeEach(() => {
	here.addSubuser(NAME);
});

describe('adjusting subuser credits', () => {
	it.each([
		['adds', 250, 850],
		['takes away', -250, 350],
		['takes text that is exactly a number', '-100', 500],
		['stops at 0', -10_000, 0],
	])('%s', async (_what, adjustment, left) => {
		const { items, error } = await here.run(adjust(adjustment));
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				username: NAME,
				summary: `remaining 600 → ${left}`,
				dry_run: false,
				changed: true,
				adjustment: Number(adjustment),
				...AT_FIRST,
				remain: left,
				before: AT_FIRST,
			},
		]);
		expect(remain()).toBe(left);
		expect(here.sent()).toEqual([READ, SENT]);
		expect(here.bodies('PATCH')).toEqual([{ allocation_update: Number(adjustment) }]);
	});

	it('refuses 0 and whatever is no whole number before it asks SendGrid', async () => {
		const bad = [
			0,
			'0',
			1.5,
			'1.5',
			'5 ',
			' 5',
			'1,000',
			'+5',
			'1e3',
			'many',
			'',
			null,
			true,
			[5],
			2 ** 53,
		];
		const { items } = await here.run(adjust('={{ $json.by }}'), {
			items: bad.map((by) => ({ by })),
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual(
			bad.map(() => ({ error: containing('Adjustment'), description: someWords, username: NAME })),
		);
		expect(here.sent()).toEqual([]);
	});

	it('refuses unlimited credits once it has read them, and sends nothing', async () => {
		const subuser = here.emulator.state.subusers.get(NAME);
		if (subuser !== undefined) subuser.credits = unlimitedCredits();
		const { error } = await here.run(adjust(5));
		expect(error).toMatchObject({ name: 'NodeOperationError', message: containing('unlimited') });
		expect(here.sent()).toEqual([READ]);
	});

	it('sends nothing where the credits cannot be read', async () => {
		here.fail({ match: READ, kind: 'truncated', times: Infinity });
		expect((await here.run(adjust(5))).error?.message).toContain(NAME);
		expect(patches()).toEqual([]);
	});

	it.each(UNCLEAR)(
		'is sent once after %s, and the error says how to check',
		async (_what, fault, applied) => {
			here.fail({ match: REMAINING, ...fault, times: Infinity });
			const { error, items } = await here.run(adjust(250, hasty));
			expect(error).toMatchObject({ name: 'NodeApiError', message: containing(NAME) });
			expect(error?.message).toContain('may have been applied');
			expect(error?.description).toContain('what remains');
			expect(error?.description).toContain('second time');
			expect(items).toEqual([]);
			expect(patches()).toEqual([SENT]);
			expect(remain()).toBe(applied ? 850 : 600);
		},
	);

	it('is sent again after a 429, which SendGrid has not carried out, and is applied once', async () => {
		const headers = { 'retry-after': '0.1' };
		here.fail({ match: REMAINING, kind: 'status', status: 429, headers, times: 3 });
		const { error } = await here.run(adjust(250));
		expect(error).toBeUndefined();
		expect(patches()).toHaveLength(4);
		expect(remain()).toBe(850);
	});

	it('is final where SendGrid refuses it', async () => {
		here.fail({ match: REMAINING, kind: 'status', status: 400, times: Infinity });
		const { error } = await here.run(adjust(250));
		expect(error?.message).not.toContain('may have been applied');
		expect(patches()).toHaveLength(1);
	});

	it('refuses to run while “Retry On Fail” is on: n8n would run all items again', async () => {
		for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
			const run = await here.run(adjust(5), {
				node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0, onError },
			});
			const said = run.error?.message ?? run.items[0]?.['error'];
			expect(said).toContain(`Subuser ${NAME}: This operation does not run while “Retry On Fail”`);
			if (run.error === undefined) expect(run.items).toMatchObject([{ username: NAME }]);
		}
		expect(here.sent()).toEqual([]);
		expect(remain()).toBe(600);
	});

	it('adds up where several items name the same subuser', async () => {
		const { items } = await here.run(adjust('={{ $json.by }}'), {
			items: [1, 20, 300, -21].map((by) => ({ by })),
		});
		expect(items.map((item) => item['remain'])).toEqual([601, 621, 921, 900]);
		expect(remain()).toBe(900);
	});
});

describe('topping up subuser credits', () => {
	it.each([
		['adds what is missing', 1000, 400, 1000],
		['adds nothing where exactly as much remains', 600, 0, 600],
		['adds nothing, and takes nothing, where more remains', 1, 0, 600],
		['takes text that is exactly a number', '601', 1, 601],
	])('%s', async (_what, minimum, added, left) => {
		const { items, error } = await here.run(topUp(minimum));
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				username: NAME,
				summary: added === 0 ? 'unchanged' : `remaining 600 → ${left.toLocaleString('en-US')}`,
				dry_run: false,
				changed: added > 0,
				added,
				...AT_FIRST,
				remain: left,
				before: AT_FIRST,
			},
		]);
		expect(remain()).toBe(left);
		expect(here.sent()).toEqual(added === 0 ? [READ] : [READ, SENT]);
		if (added > 0) expect(here.bodies('PATCH')).toEqual([{ allocation_update: added }]);
	});

	it('raises nonrecurring credits, too', async () => {
		const subuser = here.emulator.state.subusers.get(NAME);
		if (subuser !== undefined) subuser.credits = nonrecurringCredits(3);
		const { items } = await here.run(topUp(10));
		expect(items).toMatchObject([{ added: 7, remain: 10, type: 'nonrecurring' }]);
	});

	it('leaves unlimited credits alone', async () => {
		const subuser = here.emulator.state.subusers.get(NAME);
		if (subuser !== undefined) subuser.credits = unlimitedCredits();
		const { items, error } = await here.run(topUp(10));
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ username: NAME, added: 0, type: 'unlimited', remain: null }]);
		expect(here.sent()).toEqual([READ]);
	});

	it('refuses a minimum that is no whole number of at least 1 before it asks SendGrid', async () => {
		const bad = [0, -5, 1.5, '', null, '1,000', '010', 'lots', {}];
		const { items } = await here.run(topUp('={{ $json.least }}'), {
			items: bad.map((least) => ({ least })),
			node: { onError: 'continueRegularOutput' },
		});
		for (const item of items) expect(item['error']).toContain('Minimum');
		expect(items).toHaveLength(bad.length);
		expect(here.sent()).toEqual([]);
	});

	it.each(UNCLEAR)('looks again after %s, and never adds twice', async (_what, fault, applied) => {
		here.fail({ match: REMAINING, ...fault, times: Infinity });
		const { error, items } = await here.run(topUp(1000, hasty));
		expect(here.sent()).toEqual([READ, SENT, READ]);
		if (applied) {
			expect(error).toBeUndefined();
			expect(items).toMatchObject([{ added: 400, remain: 1000 }]);
			expect(remain()).toBe(1000);
		} else {
			expect(error?.message).toMatch(/may have been applied, but what remains doesn’t show it$/);
			expect(remain()).toBe(600);
		}
	});

	it('says what to do where the second look fails, too', async () => {
		here.fail({ match: REMAINING, kind: 'appliedThenLost' });
		here.fail({ match: READ, kind: 'status', status: 403, after: 1 });
		const { error } = await here.run(topUp(1000));
		expect(error?.description).toContain('Run the item again');
		expect(patches()).toHaveLength(1);
	});

	it('may run while “Retry On Fail” is on, since it looks before it adds', async () => {
		here.fail({ match: REMAINING, kind: 'reset' });
		const { error } = await here.run(topUp(1000), {
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		expect(error).toBeUndefined();
		expect(remain()).toBe(1000);
	});

	it('tops up once where the same item comes many times', async () => {
		const { items } = await here.run(topUp(1000), { items: [{}, {}, {}] });
		expect(items.map((item) => item['added'])).toEqual([400, 0, 0]);
		expect(remain()).toBe(1000);
	});
});
