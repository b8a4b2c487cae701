import { Refusal, Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { get } from '../../../nodes/SendGridProvisioning/resources/subuserCredit/get';
import { update } from '../../../nodes/SendGridProvisioning/resources/subuserCredit/update';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import { sendGridStatus } from '../transport/errors/answers';
import { run } from './scriptedApi';
import type { Step } from './scriptedApi';

const PATH = '/v3/subusers/birchwood/credits';

const MONTHLY = {
	type: 'recurring',
	reset_frequency: 'monthly',
	remain: 400,
	total: 1000,
	used: 600,
};
const FULL = { ...MONTHLY, remain: 1000, used: 0 };
const ONCE = { type: 'nonrecurring', reset_frequency: null, remain: 500, total: null, used: null };
const UNLIMITED = { ...ONCE, type: 'unlimited', remain: null };

const MONTHLY_BODY = { type: 'recurring', reset_frequency: 'monthly', total: 1000 };

/** The form with what an earlier choice of type may have left in it. */
const FORM = {
	creditType: 'recurring',
	resetFrequency: 'monthly',
	total: 1000,
	refill: false,
	options: {},
};

/** What is in the output of an update that reads nothing first. */
const WITHOUT_READING = { username: 'birchwood', dry_run: false, changed: true };

function reads(answer: unknown): Step {
	return { call: `GET ${PATH}`, answer };
}

function puts(body: object, answer: unknown): Step {
	return { call: `PUT ${PATH}`, body, answer };
}

async function updated(params: Record<string, unknown>, ...steps: Step[]): Promise<unknown> {
	return await run(update, 'birchwood', { ...FORM, ...params }, steps);
}

describe('updating subuser credits', () => {
	it('only reads where the subuser has this limit and frequency already', async () => {
		expect(await updated({}, reads(MONTHLY))).toStrictEqual({
			username: 'birchwood',
			summary: 'unchanged',
			dry_run: false,
			changed: false,
			...MONTHLY,
			before: MONTHLY,
		});
	});

	it.each([
		['another total', { ...MONTHLY, total: 2000 }, 'recurring, monthly, 2,000 → 1,000'],
		[
			'another frequency',
			{ ...MONTHLY, reset_frequency: 'weekly' },
			'recurring, weekly → monthly, 1,000',
		],
		['nonrecurring credits', ONCE, 'nonrecurring → recurring, monthly, 1,000'],
		['unlimited credits', UNLIMITED, 'unlimited → recurring, monthly, 1,000'],
	])('reads, then puts, where the subuser has %s', async (_what, before, summary) => {
		const output = await updated({}, reads(before), puts(MONTHLY_BODY, FULL));
		expect(output).toStrictEqual({
			username: 'birchwood',
			summary,
			dry_run: false,
			changed: true,
			...FULL,
			before,
		});
	});

	it('puts without reading where Refill is on', async () => {
		const output = await updated({ refill: true }, puts(MONTHLY_BODY, FULL));
		const summary = 'recurring, monthly, 1,000, refilled';
		expect(output).toStrictEqual({ ...WITHOUT_READING, summary, ...FULL });
	});

	it('puts nonrecurring credits without reading, with the total alone', async () => {
		for (const refill of [false, true, 'stale']) {
			const output = await updated(
				{ creditType: 'nonrecurring', total: '500', refill },
				puts({ type: 'nonrecurring', total: 500 }, ONCE),
			);
			expect(output).toStrictEqual({ ...WITHOUT_READING, summary: 'nonrecurring, 500', ...ONCE });
		}
	});

	it('puts unlimited credits without reading, and keeps SendGrid’s nulls', async () => {
		const output = await updated(
			{ creditType: 'unlimited', total: 'stale', resetFrequency: 7, refill: 'stale' },
			puts({ type: 'unlimited' }, UNLIMITED),
		);
		expect(output).toStrictEqual({ ...WITHOUT_READING, summary: 'unlimited', ...UNLIMITED });
	});

	it.each([
		{ what: 'recurring credits that differ', before: ONCE, expected: FULL },
		{ what: 'recurring credits that are the same', before: MONTHLY, expected: MONTHLY },
		{ what: 'a refill', params: { refill: true }, before: MONTHLY, expected: FULL },
		{
			what: 'nonrecurring credits',
			params: { creditType: 'nonrecurring' },
			before: ONCE,
			expected: { ...ONCE, remain: 1000 },
			request: { type: 'nonrecurring', total: 1000 },
		},
		{
			what: 'unlimited credits',
			params: { creditType: 'unlimited' },
			before: MONTHLY,
			expected: UNLIMITED,
			request: { type: 'unlimited' },
		},
	])('only reads in a dry run of $what', async ({ params, before, expected, request }) => {
		const output = await updated({ ...params, dryRun: true }, reads(before));
		expect(output).toStrictEqual({
			username: 'birchwood',
			summary: expect.any(String) as unknown,
			dry_run: true,
			changed: expected !== before,
			request: request ?? MONTHLY_BODY,
			expected,
			before,
		});
	});

	it('encodes the username', async () => {
		const call = 'GET /v3/subusers/jo%40example.com/credits';
		const output = await run(update, 'jo@example.com', FORM, [{ call, answer: MONTHLY }]);
		expect(output).toMatchObject({ username: 'jo@example.com' });
	});

	it.each([
		['no total', { total: '' }],
		['a total of 0', { total: 0 }],
		['no total for nonrecurring credits', { creditType: 'nonrecurring', total: null }],
		['no type', { creditType: '' }],
		['an unknown type', { creditType: 'weekly' }],
		['an unknown frequency', { resetFrequency: 'yearly' }],
		['a refill that is “no”', { refill: 'no' }],
		['a dry run that is “no”', { dryRun: 'no' }],
	])('refuses %s before it asks SendGrid anything', async (_what, params) => {
		await expect(updated(params)).rejects.toThrow(Refusal);
	});

	it('fails where SendGrid did something else', async () => {
		const other = { ...FULL, total: 999 };
		await expect(updated({ refill: true }, puts(MONTHLY_BODY, other))).rejects.toThrow(Unconfirmed);
		await expect(updated({}, reads(ONCE), puts(MONTHLY_BODY, other))).rejects.toThrow(Unconfirmed);
	});

	it.each([
		['an empty body', ''],
		['a page', '<html></html>'],
		['a list', [MONTHLY]],
		['no type', { ...MONTHLY, type: undefined }],
		['recurring credits without a total', { ...MONTHLY, total: null }],
		['recurring credits without a frequency', { ...MONTHLY, reset_frequency: null }],
		['a total that is text', { ...MONTHLY, total: '1000' }],
		['a frequency that is a number', { ...MONTHLY, reset_frequency: 30 }],
	])(
		'puts nothing where the credits come as %s, since that might refill',
		async (_what, answer) => {
			await expect(updated({}, reads(answer))).rejects.toThrow(SendGridError);
		},
	);

	it('puts nothing where the subuser is not known', async () => {
		const failure = sendGridStatus(400, { message: 'no user found' });
		await expect(updated({}, { ...reads(undefined), failure })).rejects.toThrow(SendGridError);
	});
});

describe('getting subuser credits', () => {
	it('gives SendGrid’s five fields with the name, nulls as they are', async () => {
		for (const credits of [MONTHLY, ONCE, UNLIMITED]) {
			expect(await run(get, 'birchwood', {}, [reads(credits)])).toStrictEqual({
				username: 'birchwood',
				...credits,
			});
		}
	});

	it('reads what SendGrid leaves out as null', async () => {
		expect(await run(get, 'birchwood', {}, [reads({ type: 'unlimited' })])).toStrictEqual({
			username: 'birchwood',
			...UNLIMITED,
		});
	});
});
