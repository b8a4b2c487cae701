import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nonrecurringCredits } from '../../emulator';
import { CREDITS_AT_FIRST } from './customers';
import { updateCredits, world, containing, someWords } from './world';

const here = world();

const NAME = 'orchard-lane';
const GET = `GET /v3/subusers/${NAME}/credits`;
const PUT = `PUT /v3/subusers/${NAME}/credits`;

const UNLIMITED = {
	type: 'unlimited',
	reset_frequency: null,
	remain: null,
	total: null,
	used: null,
};

beforeEach(() => {
	here.addSubuser(NAME);
});

/** What a saved workflow keeps after its credit type was changed. */
const STALE: INodeParameters = { resetFrequency: 'weekly', total: 777, refill: true };

/** What the subuser has now. */
function credits(): unknown {
	const found = here.emulator.state.subusers.get(NAME)?.credits;
	if (found === undefined) return undefined;
	const { type, reset_frequency, remain, total, used } = found;
	return { type, reset_frequency, remain, total, used };
}

/** Totals as a CRM may send them. */
const BAD_TOTALS: Array<[string, IDataObject]> = [
	['0', { total: 0 }],
	['empty text', { total: '' }],
	['a number with a line end', { total: '5\n' }],
	['a thousands separator', { total: '1,000' }],
	['null', { total: null }],
	['a missing field', {}],
	['an object', { total: { amount: 5 } }],
];

describe('recurring credits', () => {
	it('are set with total and frequency, and the output has the credits before', async () => {
		const { items, error } = await here.run(
			updateCredits(NAME, { creditType: 'recurring', resetFrequency: 'weekly', total: 500 }),
		);
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'recurring, monthly → weekly, 1,000 → 500, balance reset from 600 to 500',
				dry_run: false,
				changed: true,
				before: CREDITS_AT_FIRST,
				type: 'recurring',
				reset_frequency: 'weekly',
				remain: 500,
				total: 500,
				used: 0,
			},
		]);
		expect(here.sent()).toEqual([GET, PUT]);
		expect(here.bodies('PUT')).toEqual([
			{ type: 'recurring', reset_frequency: 'weekly', total: 500 },
		]);
	});

	it('are monthly if nothing else was chosen', async () => {
		const { items } = await here.run(updateCredits(NAME, { total: 5 }));
		expect(here.bodies('PUT')).toEqual([
			{ type: 'recurring', reset_frequency: 'monthly', total: 5 },
		]);
		expect(items[0]).toMatchObject({ type: 'recurring', reset_frequency: 'monthly', total: 5 });
	});

	it('aren’t sent if the subuser already has them, so that they aren’t reset', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { creditType: 'recurring', resetFrequency: 'monthly', total: 1000 }),
		);
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'unchanged',
				dry_run: false,
				changed: false,
				...CREDITS_AT_FIRST,
				before: CREDITS_AT_FIRST,
			},
		]);
		expect(here.sent()).toEqual([GET]);
		expect(credits()).toEqual(CREDITS_AT_FIRST);
	});

	it('are sent once if the same event comes twice in one run', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { resetFrequency: 'daily', total: '={{ $json.credits }}' }),
			{ items: [{ credits: 300 }, { credits: '300' }] },
		);
		expect(items.map(({ changed }) => changed)).toEqual([true, false]);
		expect(here.sent()).toEqual([GET, PUT, GET]);
	});

	it('are reset without reading them first if Refill is on', async () => {
		const { items } = await here.run(updateCredits(NAME, { total: 1000, refill: true }));
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'recurring, monthly, 1,000, refilled',
				dry_run: false,
				changed: true,
				type: 'recurring',
				reset_frequency: 'monthly',
				remain: 1000,
				total: 1000,
				used: 0,
			},
		]);
		expect(here.sent()).toEqual([PUT]);
		expect(credits()).toMatchObject({ remain: 1000, used: 0 });
	});

	it.each([
		['monthly to daily', { resetFrequency: 'daily', total: 1000 }],
		['the total', { resetFrequency: 'monthly', total: 1001 }],
	])('are sent if only one thing changes: %s', async (_name, more) => {
		const { items } = await here.run(updateCredits(NAME, { creditType: 'recurring', ...more }));
		expect(items[0]?.['changed']).toBe(true);
		expect(here.sent()).toEqual([GET, PUT]);
	});

	it.each([
		['unlimited', UNLIMITED],
		['nonrecurring', { ...UNLIMITED, type: 'nonrecurring', remain: 1000 }],
	])('replace %s ones, whose nulls stay null in the output', async (type, before) => {
		const subuser = here.emulator.state.subusers.get(NAME);
		if (subuser !== undefined) {
			subuser.credits = { ...nonrecurringCredits(1000), ...before } as typeof subuser.credits;
		}
		const { items } = await here.run(updateCredits(NAME, { total: 1000 }));
		expect(items[0]).toMatchObject({ changed: true, before, type: 'recurring', total: 1000 });
		expect(Object.keys(items[0]?.['before'] ?? {})).toEqual(Object.keys(CREDITS_AT_FIRST));
		expect(type).toBe(before.type);
	});

	it.each<[string, INodeParameters, string]>([
		['an unknown frequency', { resetFrequency: '={{ "yearly" }}' }, 'Reset Frequency'],
		['a Refill that is “no”', { refill: '={{ "no" }}' }, 'Refill'],
	])('are refused with %s before anything is sent', async (_name, more, field) => {
		const { error } = await here.run(updateCredits(NAME, { total: 5, ...more }));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain(field);
		expect(error?.message).toContain(NAME);
		expect(here.sent()).toEqual([]);
	});

	it('are reported by a dry run, which only reads', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { resetFrequency: 'daily', total: 20, dryRun: true }),
		);
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'would be: recurring, monthly → daily, 1,000 → 20, balance reset from 600 to 20',
				dry_run: true,
				changed: true,
				request: { type: 'recurring', reset_frequency: 'daily', total: 20 },
				expected: {
					type: 'recurring',
					reset_frequency: 'daily',
					remain: 20,
					total: 20,
					used: 0,
				},
				before: CREDITS_AT_FIRST,
			},
		]);
		expect(here.sent()).toEqual([GET]);
		expect(credits()).toEqual(CREDITS_AT_FIRST);
	});

	it('that the subuser already has are a change in a dry run only if Refill Even If Unchanged is on', async () => {
		const request = { type: 'recurring', reset_frequency: 'monthly', total: 1000 };
		const same = { total: 1000, dryRun: true };
		const off = await here.run(updateCredits(NAME, same));
		const on = await here.run(updateCredits(NAME, { ...same, refill: true }));
		const output = { username: NAME, dry_run: true, before: CREDITS_AT_FIRST, request };
		expect(off.items).toEqual([
			{ ...output, summary: 'unchanged', changed: false, expected: CREDITS_AT_FIRST },
		]);
		expect(on.items).toEqual([
			{
				...output,
				summary: 'would be: recurring, monthly, 1,000, refilled, balance reset from 600 to 1,000',
				changed: true,
				expected: { ...CREDITS_AT_FIRST, remain: 1000, used: 0 },
			},
		]);
		expect(here.sent()).toEqual([GET, GET]);
	});
});

describe('nonrecurring credits', () => {
	const answer = {
		type: 'nonrecurring',
		reset_frequency: null,
		remain: 250,
		total: null,
		used: null,
	};

	it('are one request, and null in the response stays null', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { creditType: 'nonrecurring', total: 250 }),
		);
		const SET_TO_250 = 'nonrecurring, balance set to 250';
		const output = { username: NAME, summary: SET_TO_250, dry_run: false, changed: true };
		expect(items).toEqual([{ ...output, ...answer }]);
		expect(here.sent()).toEqual([PUT]);
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: 250 }]);
		expect(credits()).toEqual(answer);
	});

	it('are reset each time, as their description says', async () => {
		const parameters = updateCredits(NAME, { creditType: 'nonrecurring', total: 250 });
		await here.run(parameters, { items: [{}, {}] });
		expect(here.sent()).toEqual([PUT, PUT]);
	});

	it('are sent without the frequency that was left in the form', async () => {
		await here.run(updateCredits(NAME, { ...STALE, creditType: 'nonrecurring' }));
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: 777 }]);
	});

	it('are sent without the frequency that the form shows for an expression as the type', async () => {
		const { error } = await here.run(
			updateCredits(NAME, { ...STALE, creditType: '={{ "nonrecurring" }}' }),
		);
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: 777 }]);
	});

	it('are set whatever Reset Frequency and Refill contain', async () => {
		const { error } = await here.run(
			updateCredits(NAME, {
				creditType: '={{ "nonrecurring" }}',
				resetFrequency: '={{ $json.missing }}',
				refill: '={{ "perhaps" }}',
				total: 7,
			}),
		);
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: 7 }]);
	});

	it('are reported by a dry run', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { creditType: 'nonrecurring', total: 250, dryRun: true }),
		);
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'would be: recurring → nonrecurring, balance set from 600 to 250',
				dry_run: true,
				changed: true,
				request: { type: 'nonrecurring', total: 250 },
				expected: answer,
				before: CREDITS_AT_FIRST,
			},
		]);
		expect(here.sent()).toEqual([GET]);
		expect(credits()).toEqual(CREDITS_AT_FIRST);
	});
});

describe('unlimited credits', () => {
	it('are one request with only the type', async () => {
		const { items } = await here.run(updateCredits(NAME, { creditType: 'unlimited' }));
		const output = { username: NAME, summary: 'unlimited', dry_run: false, changed: true };
		expect(items).toEqual([{ ...output, ...UNLIMITED }]);
		expect(here.sent()).toEqual([PUT]);
		expect(here.bodies('PUT')).toEqual([{ type: 'unlimited' }]);
		expect(credits()).toEqual(UNLIMITED);
	});

	it('are sent without the total and frequency that were left in the form', async () => {
		await here.run(updateCredits(NAME, { ...STALE, creditType: 'unlimited' }));
		expect(here.bodies('PUT')).toEqual([{ type: 'unlimited' }]);
	});

	it('are sent without the total and frequency that the form shows for an expression as the type', async () => {
		await here.run(updateCredits(NAME, { ...STALE, creditType: '={{ "unlimited" }}' }));
		expect(here.bodies('PUT')).toEqual([{ type: 'unlimited' }]);
	});

	it('are set whatever Total Credits contains', async () => {
		const { error } = await here.run(
			updateCredits(NAME, { creditType: '={{ "unlimited" }}', total: '={{ -3 }}' }),
		);
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ type: 'unlimited' }]);
	});

	it('are reported by a dry run', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { creditType: 'unlimited', dryRun: true }),
		);
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'would be: recurring → unlimited',
				dry_run: true,
				changed: true,
				request: { type: 'unlimited' },
				expected: UNLIMITED,
				before: CREDITS_AT_FIRST,
			},
		]);
		expect(here.sent()).toEqual([GET]);
	});
});

describe('the credit type of each item', () => {
	it('decides what is sent, whatever the other fields contain', async () => {
		const plans = [
			{ username: 'plan-a', type: 'recurring' },
			{ username: 'plan-b', type: 'nonrecurring' },
			{ username: 'plan-c', type: 'unlimited' },
		];
		for (const { username } of plans) here.addSubuser(username);
		const { items, pairs } = await here.run(
			updateCredits('={{ $json.username }}', { ...STALE, creditType: '={{ $json.type }}' }),
			{ items: plans },
		);
		const bodyFor = (username: string) =>
			here.emulator.requests
				.filter(({ method, params }) => method === 'PUT' && params['name'] === username)
				.map(({ body }) => body);
		expect(bodyFor('plan-a')).toEqual([
			{ type: 'recurring', reset_frequency: 'weekly', total: 777 },
		]);
		expect(bodyFor('plan-b')).toEqual([{ type: 'nonrecurring', total: 777 }]);
		expect(bodyFor('plan-c')).toEqual([{ type: 'unlimited' }]);
		expect(items.map(({ username, type }) => ({ username, type }))).toEqual(plans);
		expect(pairs).toEqual([0, 1, 2]);
	});

	it.each([
		['an unknown word', '={{ "weekly" }}'],
		['missing', '={{ $json.missing }}'],
	])('is refused before anything is sent if it is %s', async (_name, creditType) => {
		const { error } = await here.run(updateCredits(NAME, { creditType, total: 5 }));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('Credit Type');
		expect(error?.description).toBeTruthy();
		expect(here.sent()).toEqual([]);
	});
});

describe('Total Credits', () => {
	it.each([
		['a number from an expression', '={{ 20 + 5 }}'],
		['a number as text from an expression', '={{ "25" }}'],
	])('can be %s', async (_name, total) => {
		const { error } = await here.run(updateCredits(NAME, { creditType: 'nonrecurring', total }));
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: 25 }]);
	});

	it.each(['recurring', 'nonrecurring'])(
		'is refused for %s credits if it isn’t a whole number of at least 1',
		async (type) => {
			const total = '={{ $json.total }}';
			const { items, pairs } = await here.run(updateCredits(NAME, { creditType: type, total }), {
				items: BAD_TOTALS.map(([, json]) => json),
				node: { onError: 'continueRegularOutput' },
			});
			expect(here.sent()).toEqual([]);
			expect(pairs).toEqual(BAD_TOTALS.map((_, index) => index));
			for (const [index, [bad]] of BAD_TOTALS.entries()) {
				expect({ bad, ...items[index] }).toEqual({
					bad,
					error: containing('Total Credits must be a whole number'),
					description: someWords,
					username: NAME,
				});
			}
		},
	);
});

describe('a response that doesn’t match the request', () => {
	const PUT_ANY = 'PUT /v3/subusers/{name}/credits';

	it('fails the item, with both', async () => {
		const body = { ...CREDITS_AT_FIRST, total: 999 };
		here.fail({ match: PUT_ANY, kind: 'status', status: 200, body });
		const { error } = await here.run(updateCredits(NAME, { total: 5 }));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('"total":5');
		expect(error?.message).toContain('"total":999');
		expect(error?.description).toBeTruthy();
	});

	it('fails a refill if the credits that remain weren’t reset', async () => {
		here.fail({
			match: PUT_ANY,
			kind: 'status',
			status: 200,
			body: { ...CREDITS_AT_FIRST, remain: 12 },
		});
		const { error } = await here.run(updateCredits(NAME, { total: 1000, refill: true }));
		expect(error?.message).toContain('1000 credits were to be refilled, and 12 remain now');
	});
});

describe('an unknown subuser', () => {
	const unknown = 'no-such-bakery';

	it('can’t be found, although SendGrid answers 400', async () => {
		const { error } = await here.run(updateCredits(unknown, { total: 5 }));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('can’t find this subuser');
		expect(error?.message).toContain(unknown);
		expect(error?.httpCode).toBe('400');
		expect(here.sent()).toEqual([`GET /v3/subusers/${unknown}/credits`]);
	});

	it('becomes an output item with its name and status with “Continue”', async () => {
		const { items } = await here.run(
			updateCredits(unknown, { creditType: 'nonrecurring', total: 5 }),
			{ node: { onError: 'continueRegularOutput' } },
		);
		expect(items).toEqual([
			{
				error: containing('can’t find this subuser'),
				description: containing('spelling'),
				http_code: 400,
				username: unknown,
			},
		]);
	});
});

describe('Get subuser credits', () => {
	const get = (username: string): INodeParameters => ({
		...updateCredits(username, {}),
		operation: 'get',
	});

	it.each([
		[
			'birchwood-bakery',
			{ type: 'recurring', reset_frequency: 'monthly', remain: 7500, total: 10_000, used: 2500 },
		],
		['saltmarsh-books', { ...UNLIMITED, type: 'nonrecurring', remain: 4200 }],
		['tidewater-toys', UNLIMITED],
	])('returns SendGrid’s five fields of %s as they came', async (username, wanted) => {
		const { items } = await here.run(get(username));
		expect(items).toEqual([{ username, ...wanted }]);
		expect(here.sent()).toEqual([`GET /v3/subusers/${username}/credits`]);
	});

	it('says that a subuser can’t be found', async () => {
		const { error } = await here.run(get('nobody'));
		expect(error?.message).toContain('can’t find this subuser');
	});
});

it.each([
	['nothing', '={{ $json.missing }}'],
	['null', '={{ null }}'],
	['empty text', '={{ "" }}'],
	['spaces', '={{ "  " }}'],
])(
	'a subuser from an expression that returns %s is refused before anything is sent',
	async (_name, username) => {
		const { error } = await here.run(updateCredits(username, { total: 5 }));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('Subuser is empty');
		expect(error?.description).toContain('this item has nothing there');
		expect(here.sent()).toEqual([]);
	},
);

it('a subuser that was never chosen is refused by n8n itself', async () => {
	const parameters = { resource: 'subuserCredit', operation: 'update', total: 5 };
	await expect(here.run(parameters)).rejects.toThrow('"Subuser" is required');
	expect(here.sent()).toEqual([]);
});

it('a total that was never filled in is refused before anything is sent', async () => {
	const { error } = await here.run(updateCredits(NAME, {}));
	expect(error?.message).toContain('Total Credits');
	expect(here.sent()).toEqual([]);
});

describe('while “Retry On Fail” is on, with which n8n runs all items again after a failure', () => {
	const WARNING = 'each run resets these credits';

	it.each<[string, INodeParameters, number]>([
		['a nonrecurring reset', { creditType: 'nonrecurring', total: 5 }, 1],
		['a refill', { total: 5, refill: true }, 1],
		['recurring credits without a refill', { total: 5 }, 0],
		['unlimited credits', { creditType: 'unlimited' }, 0],
		['a dry run', { creditType: 'nonrecurring', total: 5, dryRun: true }, 0],
	])(
		'%s runs, with a warning only if a second run would add up',
		async (_name, parameters, warnings) => {
			const items = [{}, {}];
			const run = await here.run(updateCredits(NAME, parameters), {
				items,
				node: { retryOnFail: true },
			});
			expect(run.error).toBeUndefined();
			expect(run.stored.split(WARNING)).toHaveLength(1 + warnings);
		},
	);

	it('shows no warning if it’s off', async () => {
		const run = await here.run(updateCredits(NAME, { creditType: 'nonrecurring', total: 5 }));
		expect(run.stored).not.toContain(WARNING);
	});
});
