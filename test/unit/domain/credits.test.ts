import fc from 'fast-check';
import {
	RESET_FREQUENCIES,
	adjustmentFrom,
	assertAdjustable,
	assertAdjusted,
	assertCreditsConfirmed,
	assertRefilled,
	creditsRequest,
	hasSetting,
	shortfall,
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
	it('has only the type for unlimited credits, whatever the other fields contain', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), (resetFrequency, total) => {
				const request = creditsRequest({ creditType: 'unlimited', resetFrequency, total });
				expect(request).toStrictEqual({ type: 'unlimited' });
			}),
		);
	});

	it('has only type and total for nonrecurring credits, whatever the frequency is', () => {
		fc.assert(
			fc.property(fc.oneof(fc.anything(), frequency), givenAmount, (resetFrequency, total) => {
				const request = creditsRequest({ creditType: 'nonrecurring', resetFrequency, total });
				expect(request).toStrictEqual({ type: 'nonrecurring', total: Number(total) });
			}),
		);
	});

	it('has frequency and total for recurring credits', () => {
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

	it.each(BAD_AMOUNTS)('refuses %j as the total of recurring and nonrecurring credits', (total) => {
		for (const creditType of ['recurring', 'nonrecurring']) {
			const request = (): unknown =>
				creditsRequest({ creditType, resetFrequency: 'monthly', total });
			expect(refusalOf(request).message).toMatch(
				/^Total Credits must be a whole number of at least 1, but (is \S|it’s empty)/,
			);
		}
	});

	it.each(['', null, undefined, 'Recurring', 'recurring ', 'free', 0, true, [], {}, ['recurring']])(
		'refuses %j as the credit type, and lists the three types',
		(creditType) => {
			const request = (): unknown =>
				creditsRequest({ creditType, resetFrequency: 'monthly', total: 1 });
			expect(refusalOf(request).message).toContain(
				'Credit Type must be one of recurring, nonrecurring, unlimited',
			);
		},
	);

	it.each(['', null, undefined, 'Monthly', 'yearly', 30, ['daily']])(
		'refuses %j as the frequency of recurring credits',
		(resetFrequency) => {
			const request = (): unknown =>
				creditsRequest({ creditType: 'recurring', resetFrequency, total: 1 });
			expect(refusalOf(request).message).toContain(
				'Reset Frequency must be one of monthly, weekly, daily',
			);
		},
	);
});

describe('a setting that a subuser already has', () => {
	it('has the same type, frequency, and total, no matter how much is used', () => {
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
	])('isn’t recognized with %s', (_what, other) => {
		expect(hasSetting({ ...monthlyCredits, ...other }, MONTHLY)).toBe(false);
	});

	it('isn’t recognized for nonrecurring and unlimited credits', () => {
		expect(hasSetting(onceCredits, ONCE)).toBe(false);
		expect(hasSetting(unlimitedCredits, UNLIMITED)).toBe(false);
	});
});

describe('SendGrid’s response to an update of credits', () => {
	it('is accepted if it has the setting that was sent', () => {
		assertCreditsConfirmed(MONTHLY, monthlyCredits);
		assertCreditsConfirmed(ONCE, onceCredits);
		assertCreditsConfirmed(UNLIMITED, unlimitedCredits);
	});

	it('is accepted if email has used some of the nonrecurring credits meanwhile', () => {
		assertCreditsConfirmed(ONCE, { ...onceCredits, remain: 990 });
	});

	it.each<[string, CreditsRequest, Credits]>([
		['another total', MONTHLY, { ...monthlyCredits, total: 999 }],
		['another frequency', MONTHLY, { ...monthlyCredits, reset_frequency: 'daily' }],
		['another type', MONTHLY, unlimitedCredits],
		['recurring instead of nonrecurring credits', ONCE, monthlyCredits],
		['recurring instead of unlimited credits', UNLIMITED, monthlyCredits],
		['the number that remained before', ONCE, { ...onceCredits, remain: 12 }],
		['more than was set', ONCE, { ...onceCredits, remain: 2000 }],
		['no number of remaining credits', ONCE, { ...onceCredits, remain: null }],
	])('is refused with %s', (_what, request, credits) => {
		expect(() => assertCreditsConfirmed(request, credits)).toThrow(Unconfirmed);
	});

	it('that doesn’t match is quoted next to the request', () => {
		expect(() => assertCreditsConfirmed(ONCE, unlimitedCredits)).toThrow(
			/Sent: \{"type":"nonrecurring","total":1000\}. Received: \{"type":"unlimited",.*; the change may have been applied$/,
		);
	});
});

describe('SendGrid’s response to an adjustment', () => {
	const having = (remain: number | null): Credits => ({ ...onceCredits, remain });
	const adjusting = (from: number, by: number, to: number | null) => (): void =>
		assertAdjusted(having(from), by, having(to));

	it('is accepted if the credits changed by exactly the adjustment', () => {
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
	])('is accepted if email has used some meanwhile: %i, adjusted by %i, is %i', (from, by, to) => {
		expect(adjusting(from, by, to)).not.toThrow();
	});

	it('is refused if nothing changed, or only email used some', () => {
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
	])('is refused if the credits changed otherwise: %i, adjusted by %i, is %s', (from, by, to) => {
		expect(adjusting(from, by, to)).toThrow(Unconfirmed);
	});

	it('that doesn’t match is reported with both numbers, and that it may have been applied', () => {
		expect(adjusting(600, 988, 600)).toThrow(
			/600 credits remained, 988 were to be added, and 600 remain now; the change may have been applied$/,
		);
		expect(adjusting(600, -5, null)).toThrow(/5 were to be removed, and an unknown number remain/);
	});
});

describe('SendGrid’s response to a refill', () => {
	it('is accepted if the credits were reset, and email used at most half of them', () => {
		for (const remain of [1000, 990, 500]) {
			expect(() => assertRefilled(1000, { ...monthlyCredits, remain })).not.toThrow();
		}
	});

	it.each([12, 0, 2000, null])('is refused if %s remain', (remain) => {
		expect(() => assertRefilled(1000, { ...monthlyCredits, remain })).toThrow(
			/1000 credits were to be refilled.*; the change may have been applied$/,
		);
	});
});

describe('an adjustment', () => {
	it.each([
		[5, 5],
		[-5, -5],
		['-100', -100],
	])('is a whole number: %j', (value, amount) => {
		expect(adjustmentFrom(value)).toBe(amount);
	});

	it.each([0, '0', '', 1.5, null])('is refused if it is %j', (value) => {
		expect(refusalOf(() => adjustmentFrom(value)).message).toContain('Adjustment');
	});

	it('is refused for unlimited credits, whatever number they have', () => {
		for (const remain of [null, 0, 500]) {
			const credits = { ...unlimitedCredits, remain };
			expect(refusalOf(() => assertAdjustable(credits)).message).toContain('unlimited credits');
		}
	});

	it('is refused if SendGrid doesn’t report how many credits remain', () => {
		const credits = { ...monthlyCredits, remain: null };
		expect(refusalOf(() => assertAdjustable(credits)).description).toContain(
			'nothing was adjusted',
		);
	});

	it('is possible for other credits', () => {
		for (const credits of [monthlyCredits, onceCredits, { ...onceCredits, remain: 0 }]) {
			expect(() => assertAdjustable(credits)).not.toThrow();
		}
	});
});

describe('the credits missing to a minimum', () => {
	it('are the difference, and none if enough remain', () => {
		fc.assert(
			fc.property(amount, fc.nat(), (minimum, remain) => {
				const missing = shortfall(minimum, { ...monthlyCredits, remain });
				expect(missing).toBe(remain < minimum ? minimum - remain : 0);
			}),
		);
	});

	it('are none for unlimited credits, whatever number they have', () => {
		for (const remain of [null, 0, 12]) {
			expect(shortfall(500, { ...unlimitedCredits, remain })).toBe(0);
		}
	});

	it('are refused if SendGrid doesn’t report how many credits remain', () => {
		for (const credits of [monthlyCredits, onceCredits]) {
			const missing = () => shortfall(500, { ...credits, remain: null });
			expect(refusalOf(missing).description).toContain('nothing was added');
		}
	});
});
