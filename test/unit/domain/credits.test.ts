import fc from 'fast-check';
import {
	RESET_FREQUENCIES,
	assertCreditsConfirmed,
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
	it('for unlimited credits holds the type alone, whatever else lies in the parameters', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), (resetFrequency, total) => {
				const request = creditsRequest({ creditType: 'unlimited', resetFrequency, total });
				expect(request).toStrictEqual({ type: 'unlimited' });
			}),
		);
	});

	it('for nonrecurring credits holds the total alone, whatever the frequency may be', () => {
		fc.assert(
			fc.property(fc.oneof(fc.anything(), frequency), givenAmount, (resetFrequency, total) => {
				const request = creditsRequest({ creditType: 'nonrecurring', resetFrequency, total });
				expect(request).toStrictEqual({ type: 'nonrecurring', total: Number(total) });
			}),
		);
	});

	it('for recurring credits holds frequency and total', () => {
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

describe('whether a subuser has a setting already', () => {
	it('is so where type, frequency and total are the same, however much is used', () => {
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
	])('is not so with %s', (_what, other) => {
		expect(hasSetting({ ...monthlyCredits, ...other }, MONTHLY)).toBe(false);
	});

	it('cannot be told of nonrecurring and unlimited credits', () => {
		expect(hasSetting(onceCredits, ONCE)).toBe(false);
		expect(hasSetting(unlimitedCredits, UNLIMITED)).toBe(false);
	});
});

describe('SendGrid’s answer to an update of credits', () => {
	it('is accepted where it has the setting that was sent', () => {
		assertCreditsConfirmed(MONTHLY, monthlyCredits);
		assertCreditsConfirmed(ONCE, onceCredits);
		assertCreditsConfirmed(UNLIMITED, unlimitedCredits);
	});

	it('is accepted for nonrecurring credits of which mail has used some meanwhile', () => {
		assertCreditsConfirmed(ONCE, { ...onceCredits, remain: 990 });
	});

	it.each<[string, CreditsRequest, Credits]>([
		['another total', MONTHLY, { ...monthlyCredits, total: 999 }],
		['another frequency', MONTHLY, { ...monthlyCredits, reset_frequency: 'daily' }],
		['another type', MONTHLY, unlimitedCredits],
		['recurring credits in place of nonrecurring ones', ONCE, monthlyCredits],
		['a limit in place of unlimited credits', UNLIMITED, monthlyCredits],
	])('is refused with %s', (_what, request, credits) => {
		expect(() => assertCreditsConfirmed(request, credits)).toThrow(Unconfirmed);
	});

	it('that differs is told with what was sent and what came back', () => {
		expect(() => assertCreditsConfirmed(ONCE, unlimitedCredits)).toThrow(
			/sent \{"type":"nonrecurring","total":1000\}; SendGrid answered \{"type":"unlimited",/,
		);
	});
});
