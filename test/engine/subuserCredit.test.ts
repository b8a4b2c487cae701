import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nonrecurringCredits } from '../../emulator';
import { updateCredits, world, containing, someWords } from './world';

const here = world();

const NAME = 'orchard-lane';
const GET = `GET /v3/subusers/${NAME}/credits`;
const PUT = `PUT /v3/subusers/${NAME}/credits`;

/** What the subuser of these tests has at first. */
const AT_FIRST = {
	type: 'recurring',
	reset_frequency: 'monthly',
	remain: 600,
	total: 1000,
	used: 400,
};

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

/** Parameters that a saved workflow keeps after its credit type was changed. */
const STALE: INodeParameters = { resetFrequency: 'weekly', total: 777, refill: true };

/** What the subuser has by now. */
function credits(): unknown {
	const found = here.emulator.state.subusers.get(NAME)?.credits;
	if (found === undefined) return undefined;
	const { type, reset_frequency, remain, total, used } = found;
	return { type, reset_frequency, remain, total, used };
}

/** Bad totals as a CRM may send them; `missing` is a field that the item does not have. */
const BAD_TOTALS: Array<[string, IDataObject]> = [
	['0', { total: 0 }],
	['-1', { total: -1 }],
	['1.5', { total: 1.5 }],
	['a number too large to be exact', { total: 2 ** 53 }],
	['empty text', { total: '' }],
	['a space before the number', { total: ' 5' }],
	['a line end after the number', { total: '5\n' }],
	['a leading zero', { total: '05' }],
	['a plus sign', { total: '+5' }],
	['an exponent', { total: '1e3' }],
	['a decimal point', { total: '5.0' }],
	['a hexadecimal number', { total: '0x10' }],
	['a thousands separator', { total: '1,000' }],
	['"0"', { total: '0' }],
	['"-1"', { total: '-1' }],
	['words', { total: 'abc' }],
	['null', { total: null }],
	['a field that is not there', {}],
	['true', { total: true }],
	['an object', { total: { amount: 5 } }],
	['a list', { total: [5] }],
];

describe('recurring credits', () => {
	it('are set with limit and frequency, and the output tells what was there before', async () => {
		const { items, error } = await here.run(
			updateCredits(NAME, { creditType: 'recurring', resetFrequency: 'weekly', total: 500 }),
		);
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'recurring, monthly → weekly, 1,000 → 500',
				dry_run: false,
				changed: true,
				before: AT_FIRST,
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

	it('are monthly and need no type where the form was left as it is', async () => {
		const { items } = await here.run(updateCredits(NAME, { total: 5 }));
		expect(here.bodies('PUT')).toEqual([
			{ type: 'recurring', reset_frequency: 'monthly', total: 5 },
		]);
		expect(items[0]).toMatchObject({ type: 'recurring', reset_frequency: 'monthly', total: 5 });
	});

	it.each(['monthly', 'weekly', 'daily'])('are handed out again %s', async (resetFrequency) => {
		await here.run(updateCredits(NAME, { resetFrequency, total: 50 }));
		expect(here.bodies('PUT')).toEqual([
			{ type: 'recurring', reset_frequency: resetFrequency, total: 50 },
		]);
		expect(credits()).toMatchObject({ reset_frequency: resetFrequency, total: 50 });
	});

	it('that the subuser has already are left alone, so that nothing is refilled', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { creditType: 'recurring', resetFrequency: 'monthly', total: 1000 }),
		);
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'unchanged',
				dry_run: false,
				changed: false,
				...AT_FIRST,
				before: AT_FIRST,
			},
		]);
		expect(here.sent()).toEqual([GET]);
		expect(credits()).toEqual(AT_FIRST);
	});

	it('are set once when the same event comes twice in one run', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { resetFrequency: 'daily', total: '={{ $json.credits }}' }),
			{ items: [{ credits: 300 }, { credits: '300' }] },
		);
		expect(items.map(({ changed }) => changed)).toEqual([true, false]);
		expect(here.sent()).toEqual([GET, PUT, GET]);
	});

	it('are refilled without a look when Refill is on', async () => {
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
		['one total to another', { resetFrequency: 'monthly', total: 1001 }],
	])('are sent when only one thing differs: %s', async (_name, more) => {
		const { items } = await here.run(updateCredits(NAME, { creditType: 'recurring', ...more }));
		expect(items[0]?.['changed']).toBe(true);
		expect(here.sent()).toEqual([GET, PUT]);
	});

	it.each([
		['unlimited', UNLIMITED],
		['nonrecurring', { ...UNLIMITED, type: 'nonrecurring', remain: 1000 }],
	])('take the place of %s ones, whose nulls stay null in the output', async (type, before) => {
		const subuser = here.emulator.state.subusers.get(NAME);
		if (subuser !== undefined) {
			subuser.credits = { ...nonrecurringCredits(1000), ...before } as typeof subuser.credits;
		}
		const { items } = await here.run(updateCredits(NAME, { total: 1000 }));
		expect(items[0]).toMatchObject({ changed: true, before, type: 'recurring', total: 1000 });
		expect(Object.keys(items[0]?.['before'] ?? {})).toEqual(Object.keys(AT_FIRST));
		expect(type).toBe(before.type);
	});

	it('refuse an unknown frequency before anything is sent', async () => {
		const { error } = await here.run(
			updateCredits(NAME, { resetFrequency: '={{ "yearly" }}', total: 5 }),
		);
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('Reset Frequency');
		expect(error?.message).toContain(NAME);
		expect(here.sent()).toEqual([]);
	});

	it('are shown by a dry run, which sends nothing but the look', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { resetFrequency: 'daily', total: 20, dryRun: true }),
		);
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'recurring, monthly → daily, 1,000 → 20',
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
				before: AT_FIRST,
			},
		]);
		expect(here.sent()).toEqual([GET]);
		expect(credits()).toEqual(AT_FIRST);
	});

	it('that are there already are no change to a dry run, unless Refill is on', async () => {
		const request = { type: 'recurring', reset_frequency: 'monthly', total: 1000 };
		const same = { total: 1000, dryRun: true };
		const off = await here.run(updateCredits(NAME, same));
		const on = await here.run(updateCredits(NAME, { ...same, refill: true }));
		const output = { username: NAME, dry_run: true, before: AT_FIRST, request };
		expect(off.items).toEqual([
			{ ...output, summary: 'unchanged', changed: false, expected: AT_FIRST },
		]);
		expect(on.items).toEqual([
			{
				...output,
				summary: 'recurring, monthly, 1,000, refilled',
				changed: true,
				expected: { ...AT_FIRST, remain: 1000, used: 0 },
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

	it('are one request, and the nulls of the answer stay null', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { creditType: 'nonrecurring', total: 250 }),
		);
		const output = { username: NAME, summary: 'nonrecurring, 250', dry_run: false, changed: true };
		expect(items).toEqual([{ ...output, ...answer }]);
		expect(here.sent()).toEqual([PUT]);
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: 250 }]);
		expect(credits()).toEqual(answer);
	});

	it('are handed out again each time, as their description says', async () => {
		const parameters = updateCredits(NAME, { creditType: 'nonrecurring', total: 250 });
		await here.run(parameters, { items: [{}, {}] });
		expect(here.sent()).toEqual([PUT, PUT]);
	});

	it('send no frequency although one lies in the parameters', async () => {
		await here.run(updateCredits(NAME, { ...STALE, creditType: 'nonrecurring' }));
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: 777 }]);
	});

	it('send no frequency although the form shows one, the type being an expression', async () => {
		const { error } = await here.run(
			updateCredits(NAME, { ...STALE, creditType: '={{ "nonrecurring" }}' }),
		);
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: 777 }]);
	});

	it('do not care about a frequency that is nonsense', async () => {
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

	it('are shown by a dry run', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { creditType: 'nonrecurring', total: 250, dryRun: true }),
		);
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'recurring → nonrecurring, 250',
				dry_run: true,
				changed: true,
				request: { type: 'nonrecurring', total: 250 },
				expected: answer,
				before: AT_FIRST,
			},
		]);
		expect(here.sent()).toEqual([GET]);
		expect(credits()).toEqual(AT_FIRST);
	});
});

describe('unlimited credits', () => {
	it('are one request that holds the type alone', async () => {
		const { items } = await here.run(updateCredits(NAME, { creditType: 'unlimited' }));
		const output = { username: NAME, summary: 'unlimited', dry_run: false, changed: true };
		expect(items).toEqual([{ ...output, ...UNLIMITED }]);
		expect(here.sent()).toEqual([PUT]);
		expect(here.bodies('PUT')).toEqual([{ type: 'unlimited' }]);
		expect(credits()).toEqual(UNLIMITED);
	});

	it('send no total and no frequency although they lie in the parameters', async () => {
		await here.run(updateCredits(NAME, { ...STALE, creditType: 'unlimited' }));
		expect(here.bodies('PUT')).toEqual([{ type: 'unlimited' }]);
	});

	it('send no total and no frequency although the form shows them, the type being an expression', async () => {
		await here.run(updateCredits(NAME, { ...STALE, creditType: '={{ "unlimited" }}' }));
		expect(here.bodies('PUT')).toEqual([{ type: 'unlimited' }]);
	});

	it('do not care about a total that would be refused elsewhere', async () => {
		const { error } = await here.run(
			updateCredits(NAME, { creditType: '={{ "unlimited" }}', total: '={{ -3 }}' }),
		);
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ type: 'unlimited' }]);
	});

	it('are shown by a dry run', async () => {
		const { items } = await here.run(
			updateCredits(NAME, { creditType: 'unlimited', dryRun: true }),
		);
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'recurring → unlimited',
				dry_run: true,
				changed: true,
				request: { type: 'unlimited' },
				expected: UNLIMITED,
				before: AT_FIRST,
			},
		]);
		expect(here.sent()).toEqual([GET]);
	});
});

describe('the credit type of each item', () => {
	it('decides what is sent for it, whatever the other fields hold', async () => {
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
		['a word that SendGrid does not know', '={{ "weekly" }}'],
		['other letter case', '={{ "Unlimited" }}'],
		['nothing', '={{ $json.missing }}'],
		['null', '={{ null }}'],
		['a number', '={{ 1 }}'],
	])('is refused before anything is sent where it is %s', async (_name, creditType) => {
		const { error } = await here.run(updateCredits(NAME, { creditType, total: 5 }));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('Credit Type');
		expect(error?.description).toBeTruthy();
		expect(here.sent()).toEqual([]);
	});
});

describe('the total', () => {
	it.each([
		['a number', 25, 25],
		['text that is exactly a number', '25', 25],
		['a number from an expression', '={{ 20 + 5 }}', 25],
		['text from an expression', '={{ "25" }}', 25],
		['the smallest number', 1, 1],
		['a very large number', 900_000_000_000, 900_000_000_000],
	])('may be %s', async (_name, total, wanted) => {
		const { error } = await here.run(updateCredits(NAME, { creditType: 'nonrecurring', total }));
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: wanted }]);
	});

	it.each(['recurring', 'nonrecurring'])(
		'is refused for %s where it is no such number',
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

	it.each(BAD_TOTALS)(
		'stops the node before anything is sent where it is %s',
		async (_name, json) => {
			const { error, items } = await here.run(
				updateCredits(NAME, { total: '={{ $json.total }}' }),
				{
					items: [json],
				},
			);
			expect(error?.name).toBe('NodeOperationError');
			expect(error?.message).toContain('Total Credits');
			expect(error?.message).toContain(NAME);
			expect(items).toEqual([]);
			expect(here.sent()).toEqual([]);
		},
	);
});

describe('an answer that is not what was asked for', () => {
	it.each([
		['another total', { ...AT_FIRST, total: 999 }],
		['another type', UNLIMITED],
	])('fails the item and shows both: %s', async (_name, body) => {
		here.fail({ match: 'PUT /v3/subusers/{name}/credits', kind: 'status', status: 200, body });
		const { error } = await here.run(updateCredits(NAME, { total: 5 }));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('"total":5');
		expect(error?.message).toContain(JSON.stringify(body.total));
		expect(error?.description).toBeTruthy();
	});

	it.each([
		['no type', { remain: 5 }],
		['a total that is text', { ...AT_FIRST, total: '1000' }],
		['recurring credits without a total', { ...AT_FIRST, total: null }],
		['a list', [AT_FIRST]],
	])('stops before anything is changed where the look brings %s', async (_name, body) => {
		here.fail({ match: 'GET /v3/subusers/{name}/credits', kind: 'status', status: 200, body });
		const { error } = await here.run(updateCredits(NAME, { total: 5 }));
		expect(error?.name).toBe('NodeApiError');
		expect(here.sent()).toEqual([GET]);
	});
});

describe('an unknown subuser', () => {
	const unknown = 'no-such-bakery';

	it('is called unknown although SendGrid answers 400', async () => {
		const { error } = await here.run(updateCredits(unknown, { total: 5 }));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('can’t find this subuser');
		expect(error?.message).toContain(unknown);
		expect(error?.httpCode).toBe('400');
		expect(here.sent()).toEqual([`GET /v3/subusers/${unknown}/credits`]);
	});

	it('becomes an output item with its name and status where the node goes on', async () => {
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

describe('get subuser credits', () => {
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
	])('gives SendGrid’s five fields of %s as they came', async (username, wanted) => {
		const { items } = await here.run(get(username));
		expect(items).toEqual([{ username, ...wanted }]);
		expect(here.sent()).toEqual([`GET /v3/subusers/${username}/credits`]);
	});

	it('says that a subuser is unknown', async () => {
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
	'a subuser that is %s in an expression is refused before anything is sent',
	async (_name, username) => {
		const { error } = await here.run(updateCredits(username, { total: 5 }));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('Subuser is empty');
		expect(error?.description).toContain('this item has nothing there');
		expect(here.sent()).toEqual([]);
	},
);

it('a subuser that was never picked does not get past n8n itself', async () => {
	const parameters = { resource: 'subuserCredit', operation: 'update', total: 5 };
	await expect(here.run(parameters)).rejects.toThrow('"Subuser" is required');
	expect(here.sent()).toEqual([]);
});

it('a total that was never given is refused before anything is sent', async () => {
	const { error } = await here.run(updateCredits(NAME, {}));
	expect(error?.message).toContain('Total Credits');
	expect(here.sent()).toEqual([]);
});

describe('while “Retry On Fail” is on, which n8n answers a failure with by running all items again', () => {
	const WARNING = 'each run resets these credits';

	it.each<[string, INodeParameters, number]>([
		['a nonrecurring reset', { creditType: 'nonrecurring', total: 5 }, 1],
		['a refill', { total: 5, refill: true }, 1],
		['recurring credits without a refill', { total: 5 }, 0],
		['unlimited credits', { creditType: 'unlimited' }, 0],
		['a dry run', { creditType: 'nonrecurring', total: 5, dryRun: true }, 0],
	])('%s runs, with as many warnings as it takes', async (_name, parameters, warnings) => {
		const items = [{}, {}];
		const run = await here.run(updateCredits(NAME, parameters), {
			items,
			node: { retryOnFail: true },
		});
		expect(run.error).toBeUndefined();
		expect(run.stored.split(WARNING)).toHaveLength(1 + warnings);
	});

	it('says nothing of it where it is off', async () => {
		const run = await here.run(updateCredits(NAME, { creditType: 'nonrecurring', total: 5 }));
		expect(run.stored).not.toContain(WARNING);
	});
});
