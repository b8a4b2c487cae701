import { nonrecurringCredits, unlimitedCredits } from '../../emulator';
import type { INodeParameters } from 'n8n-workflow';
import { CREDITS_AT_FIRST } from './customers';
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

/** How many credits remain in SendGrid. */
const remain = () => here.emulator.state.subusers.get(NAME)?.credits.remain;

beforeEach(() => {
	here.addSubuser(NAME);
});

describe('Adjust subuser credits', () => {
	it.each([
		['adds', 250, 850],
		['removes', -250, 350],
		['accepts a number as text', '-100', 500],
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
				...CREDITS_AT_FIRST,
				remain: left,
				before: CREDITS_AT_FIRST,
			},
		]);
		expect(remain()).toBe(left);
		expect(here.sent()).toEqual([READ, SENT]);
		expect(here.bodies('PATCH')).toEqual([{ allocation_update: Number(adjustment) }]);
	});

	it('refuses 0 and anything but a whole number before sending anything', async () => {
		const bad = [0, '0', 1.5, '1,000', 'many', '', null, true, [5]];
		const { items } = await here.run(adjust('={{ $json.by }}'), {
			items: bad.map((by) => ({ by })),
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual(
			bad.map(() => ({ error: containing('Adjustment'), description: someWords, username: NAME })),
		);
		expect(here.sent()).toEqual([]);
	});

	it('refuses unlimited credits after reading them, and sends nothing', async () => {
		const subuser = here.emulator.state.subusers.get(NAME);
		if (subuser !== undefined) subuser.credits = unlimitedCredits();
		const { error } = await here.run(adjust(5));
		expect(error).toMatchObject({ name: 'NodeOperationError', message: containing('unlimited') });
		expect(here.sent()).toEqual([READ]);
	});

	it('says how to check whether it was applied, and what a second run would do', async () => {
		here.fail({ match: REMAINING, kind: 'appliedThenLost' });
		const { error } = await here.run(adjust(250));
		expect(error).toMatchObject({ name: 'NodeApiError', message: containing(NAME) });
		expect(error?.message).toContain('may have been applied');
		expect(error?.description).toContain('what remains');
		expect(error?.description).toContain('second time');
	});

	it('refuses to run while “Retry On Fail” is on, with which n8n runs all items again', async () => {
		for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
			const run = await here.run(adjust(5), {
				node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0, onError },
			});
			const said = run.error?.message ?? run.items[0]?.['error'];
			expect(said).toContain(`Subuser ${NAME}: This operation doesn’t run while “Retry On Fail”`);
			if (run.error === undefined) expect(run.items).toMatchObject([{ username: NAME }]);
		}
		expect(here.sent()).toEqual([]);
		expect(remain()).toBe(600);
	});

	it('adds up if several items are about the same subuser', async () => {
		const { items } = await here.run(adjust('={{ $json.by }}'), {
			items: [1, 20, 300, -21].map((by) => ({ by })),
		});
		expect(items.map((item) => item['remain'])).toEqual([601, 621, 921, 900]);
		expect(remain()).toBe(900);
	});
});

describe('Top up subuser credits', () => {
	it.each([
		['adds what is missing', 1000, 400, 1000],
		['adds nothing if exactly the minimum remains', 600, 0, 600],
		['adds and removes nothing if more remains', 1, 0, 600],
		['accepts a number as text', '601', 1, 601],
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
				...CREDITS_AT_FIRST,
				remain: left,
				before: CREDITS_AT_FIRST,
			},
		]);
		expect(remain()).toBe(left);
		expect(here.sent()).toEqual(added === 0 ? [READ] : [READ, SENT]);
		if (added > 0) expect(here.bodies('PATCH')).toEqual([{ allocation_update: added }]);
	});

	it('adds to nonrecurring credits, too', async () => {
		const subuser = here.emulator.state.subusers.get(NAME);
		if (subuser !== undefined) subuser.credits = nonrecurringCredits(3);
		const { items } = await here.run(topUp(10));
		expect(items).toMatchObject([{ added: 7, remain: 10, type: 'nonrecurring' }]);
	});

	it('doesn’t change unlimited credits', async () => {
		const subuser = here.emulator.state.subusers.get(NAME);
		if (subuser !== undefined) subuser.credits = unlimitedCredits();
		const { items, error } = await here.run(topUp(10));
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ username: NAME, added: 0, type: 'unlimited', remain: null }]);
		expect(here.sent()).toEqual([READ]);
	});

	it('refuses a minimum that isn’t a whole number of at least 1 before sending anything', async () => {
		const bad = [0, -5, 1.5, '', null, 'lots'];
		const { items } = await here.run(topUp('={{ $json.least }}'), {
			items: bad.map((least) => ({ least })),
			node: { onError: 'continueRegularOutput' },
		});
		for (const item of items) expect(item['error']).toContain('Minimum');
		expect(items).toHaveLength(bad.length);
		expect(here.sent()).toEqual([]);
	});

	it('says what to do if a response is lost and the credits don’t show the change', async () => {
		here.fail({ match: REMAINING, kind: 'reset' });
		const { error } = await here.run(topUp(1000));
		expect(error?.message).toMatch(/may have been applied, but what remains doesn’t show it$/);
		expect(error?.description).toContain('Run the item again');
	});

	it('can’t confirm a change if SendGrid doesn’t report how many credits remain', async () => {
		const body = { type: 'nonrecurring' };
		here.fail({ match: REMAINING, kind: 'appliedThenLost' });
		here.fail({ match: READ, kind: 'status', status: 200, body, after: 1 });
		const { error } = await here.run(topUp(1000));
		expect(error?.message).toContain('didn’t answer');
		expect(error?.message).toContain('may have been applied');
		expect(here.sent()).toEqual([READ, SENT, READ]);
	});

	it('may run while “Retry On Fail” is on, because it reads before it adds', async () => {
		here.fail({ match: REMAINING, kind: 'reset' });
		const { error } = await here.run(topUp(1000), {
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		expect(error).toBeUndefined();
		expect(remain()).toBe(1000);
	});

	it('tops up once if the same item comes several times', async () => {
		const { items } = await here.run(topUp(1000), { items: [{}, {}, {}] });
		expect(items.map((item) => item['added'])).toEqual([400, 0, 0]);
		expect(remain()).toBe(1000);
	});
});
