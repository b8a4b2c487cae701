import fc from 'fast-check';
import {
	RESET_FREQUENCIES,
	assertAdjusted,
	assertCreditsConfirmed,
	assertRefilled,
	creditsRequest,
	hasSetting,
} from '../../../nodes/SendGridProvisioning/domain/credits';
import type { Credits, CreditsRequest } from '../../../nodes/SendGridProvisioning/domain/credits';
import { Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { BAD_AMOUNTS, refusalOf } from '../refusals';

const MONTHLY: CreditsRequest = { type: 'recurring', reset_frequency: 'monthly', total: 1000 };
const ONCE: CreditsRequest = { type: 'nonrecurring', total: 1000 };
const UNLIMITED: CreditsRequest = { type: 'unlimited' };

const monthlyCredits: Credits = {
	type: 'recurring',
	reset_frequency: 'monthly',
	remain: 400,
	total: 1000,
	used: 600,
};
const onceCredits: Credits = {
	type: 'nonrecurring',
	reset_frequency: null,
	remain: 1000,
	total: null,
	used: null,
};
const unlimitedCredits: Credits = { ...onceCredits, type: 'unlimited', remain: null };

const amount = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const givenAmount = fc.oneof(amount, amount.map(String));
const frequency = fc.constantFrom(...RESET_FREQUENCIES);

describe('a request for credits', () => {
	it('for unlimited credits has only the type, even if other parameters are set', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), (resetFrequency, total) => {
				const request = creditsRequest({ creditType: 'unlimited', resetFrequency, total });
				expect(request).toStrictEqual({ type: 'unlimited' });
			}),
		);
	});

	it('for nonrecurring credits also has the total, but never a frequency', () => {
		fc.assert(
			fc.property(fc.oneof(fc.anything(), frequency), givenAmount, (resetFrequency, total) => {
				const request = creditsRequest({ creditType: 'nonrecurring', resetFrequency, total });
				expect(request).toStrictEqual({ type: 'nonrecurring', total: Number(total) });
			}),
		);
	});

	it('for recurring credits also has frequency and total', () => {
		fc.assert(
			fc.property(frequency, givenAmount, (resetFrequency, total) => {
				const request = creditsRequest({ creditType: 'recurring', resetFrequency, total });
				expect(request).toStrictEqual({
					type: 'recurring',
					reset_frequency: resetFrequency,
					total: Number(total),
				});
			}),
		);
	});

	it.each(BAD_AMOUNTS)('refuses %j as total of recurring and nonrecurring credits', (total) => {
		for (const creditType of ['recurring', 'nonrecurring']) {
			const request = (): unknown =>
				creditsRequest({ creditType, resetFrequency: 'monthly', total });
			expect(refusalOf(request).message).toMatch(
				/^Total Credits must be a whole number of at least 1, but is \S/,
			);
		}
	});

	it.each(['', null, undefined, 'Recurring', 'recurring ', 'free', 0, true, [], {}, ['recurring']])(
		'refuses %j as credit type, with the three that there are',
		(creditType) => {
			const request = (): unknown =>
				creditsRequest({ creditType, resetFrequency: 'monthly', total: 1 });
			expect(refusalOf(request).message).toContain(
				'Credit Type must be one of recurring, nonrecurring, unlimited',
			);
		},
	);

	it.each(['', null, undefined, 'Monthly', 'yearly', 30, ['daily']])(
		'refuses %j as frequency of recurring credits',
		(resetFrequency) => {
			const request = (): unknown =>
				creditsRequest({ creditType: 'recurring', resetFrequency, total: 1 });
			expect(refusalOf(request).message).toContain(
				'Reset Frequency must be one of monthly, weekly, daily',
			);
		},
	);
});

describe('credits with the requested settings', () => {
	it('are recognized by type, frequency, and total, regardless of use', () => {
		fc.assert(
			fc.property(fc.nat(1000), (used) => {
				const credits = { ...monthlyCredits, used, remain: 1000 - used };
				expect(hasSetting(credits, MONTHLY)).toBe(true);
			}),
		);
	});

	it.each([
		['another total', { total: 1001 }],
		['no total', { total: null }],
		['another frequency', { reset_frequency: 'weekly' }],
		['another type', { type: 'nonrecurring' }],
	])('don’t have %s', (_what, other) => {
		expect(hasSetting({ ...monthlyCredits, ...other }, MONTHLY)).toBe(false);
	});

	it('aren’t recognized if they’re nonrecurring or unlimited', () => {
		expect(hasSetting(onceCredits, ONCE)).toBe(false);
		expect(hasSetting(unlimitedCredits, UNLIMITED)).toBe(false);
	});
});

describe('SendGrid’s response to an update of credits', () => {
	it('is accepted if it has the settings that were sent', () => {
		assertCreditsConfirmed(MONTHLY, monthlyCredits);
		assertCreditsConfirmed(ONCE, onceCredits);
		assertCreditsConfirmed(UNLIMITED, unlimitedCredits);
	});

	it('is accepted for nonrecurring credits if email has used some in the meantime', () => {
		assertCreditsConfirmed(ONCE, { ...onceCredits, remain: 990 });
	});

	it.each<[string, CreditsRequest, Credits]>([
		['another total', MONTHLY, { ...monthlyCredits, total: 999 }],
		['another frequency', MONTHLY, { ...monthlyCredits, reset_frequency: 'daily' }],
		['another type', MONTHLY, unlimitedCredits],
		['recurring credits in place of nonrecurring ones', ONCE, monthlyCredits],
		['a limit in place of unlimited credits', UNLIMITED, monthlyCredits],
		['what remained before in place of what was set', ONCE, { ...onceCredits, remain: 12 }],
		['more than was set', ONCE, { ...onceCredits, remain: 2000 }],
		['no number of remaining credits', ONCE, { ...onceCredits, remain: null }],
	])('is refused with %s', (_what, request, credits) => {
		expect(() => assertCreditsConfirmed(request, credits)).toThrow(Unconfirmed);
	});

	it('is quoted with the request if it differs', () => {
		expect(() => assertCreditsConfirmed(ONCE, unlimitedCredits)).toThrow(
			/Sent: \{"type":"nonrecurring","total":1000\}. Received: \{"type":"unlimited",.*; the change may have been applied$/,
		);
	});
});

describe('SendGrid’s response to an adjustment', () => {
	const having = (remain: number | null): Credits => ({ ...onceCredits, remain });
	const adjusting = (from: number, by: number, to: number | null) => (): void =>
		assertAdjusted(having(from), by, having(to));

	it('is accepted if the remaining credits changed as requested, from any number', () => {
		const amount = fc.integer({ min: -1e9, max: 1e9 }).filter((by) => by !== 0);
		fc.assert(
			fc.property(fc.nat(1e9), amount, (from, by) => {
				expect(adjusting(from, by, from + by)).not.toThrow();
				if (by < 0) expect(adjusting(from, by, Math.max(0, from + by))).not.toThrow();
			}),
		);
	});

	it.each([
		[600, 5000, 5588],
		[600, 10, 606],
		[600, -100, 480],
		[3, -5, 0],
		[100_000, 10, 100_003],
		[5_000, -1_000, 3_600],
		[100, -500, -400],
		[100, -500, 0],
	])('is accepted if email has used some in the meantime: %i %i %i', (from, by, to) => {
		expect(adjusting(from, by, to)).not.toThrow();
	});

	it('isn’t accepted if nothing changed, or only by email', () => {
		const amount = fc.integer({ min: 1, max: 1e9 });
		fc.assert(
			fc.property(fc.nat(1e9), amount, fc.nat(100), (from, by, used) => {
				expect(adjusting(from, by, Math.max(0, from - used))).toThrow(Unconfirmed);
			}),
		);
	});

	it.each([
		[600, 988, 600],
		[600, 988, 612],
		[600, 988, 2576],
		[600, 7, 606 + 2],
		[600, -5, 600],
		[600, -5, 550],
		[600, 988, null],
	])('isn’t accepted for another change: %i %i %s', (from, by, to) => {
		expect(adjusting(from, by, to)).toThrow(Unconfirmed);
	});

	it('is reported with both numbers if it differs, and as possibly applied', () => {
		expect(adjusting(600, 988, 600)).toThrow(
			/600 credits remained, 988 were to be added, and 600 remain now; the change may have been applied$/,
		);
		expect(adjusting(600, -5, null)).toThrow(/5 were to be removed, and an unknown number remain/);
	});
});

describe('SendGrid’s response to a refill', () => {
	it('is accepted if the credits were reset, and email has used some in the meantime', () => {
		for (const remain of [1000, 990, 500]) {
			expect(() => assertRefilled(1000, { ...monthlyCredits, remain })).not.toThrow();
		}
	});

	it.each([12, 0, 2000, null])('isn’t accepted if %s remain', (remain) => {
		expect(() => assertRefilled(1000, { ...monthlyCredits, remain })).toThrow(
			/1000 credits were to be refilled.*; the change may have been applied$/,
		);
	});
});
