import { Refusal, Unconfirmed } from './refusal';
import { oneOf, wholeNumber } from './values';

/**
 * A subuser's credits as SendGrid returns them, in emails. Nonrecurring credits have only `remain`:
 * `total` and `used` are null, as for unlimited credits.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api
 */
export interface Credits {
	type: string;
	reset_frequency: string | null;
	remain: number | null;
	total: number | null;
	used: number | null;
}

export const CREDIT_TYPES = ['recurring', 'nonrecurring', 'unlimited'] as const;
export const RESET_FREQUENCIES = ['monthly', 'weekly', 'daily'] as const;
export type ResetFrequency = (typeof RESET_FREQUENCIES)[number];

/** The body of the PUT: exactly the keys that SendGrid documents for each type. */
export type CreditsRequest =
	| { type: 'unlimited' }
	| { type: 'nonrecurring'; total: number }
	| { type: 'recurring'; reset_frequency: ResetFrequency; total: number };

/**
 * Builds the request. Fields that don't belong to the type are ignored: a saved workflow can still
 * have them from another type, and the form shows them all if the type is an expression.
 * @throws Refusal if the type is unknown, or a value that it requires is missing or invalid
 */
export function creditsRequest(fields: {
	creditType: unknown;
	resetFrequency: unknown;
	total: unknown;
}): CreditsRequest {
	const type = oneOf(fields.creditType, CREDIT_TYPES, 'Credit Type');
	if (type === 'unlimited') return { type };
	const total = wholeNumber(fields.total, 'Total Credits', 1);
	if (type === 'nonrecurring') return { type, total };
	const frequency = oneOf(fields.resetFrequency, RESET_FREQUENCIES, 'Reset Frequency');
	return { type, reset_frequency: frequency, total };
}

/**
 * Whether the subuser has these settings already. Only known for recurring credits: SendGrid
 * doesn't return the original number of nonrecurring ones.
 */
export function hasSetting(credits: Credits, request: CreditsRequest): boolean {
	if (request.type !== 'recurring') return false;
	return (
		credits.type === request.type &&
		credits.reset_frequency === request.reset_frequency &&
		credits.total === request.total
	);
}

/** The credits as they would be after the PUT, inferred from SendGrid's example of the call. */
export function creditsAfter(request: CreditsRequest): Credits {
	const { type } = request;
	const none = { type, reset_frequency: null, remain: null, total: null, used: null };
	if (request.type === 'unlimited') return none;
	if (request.type === 'nonrecurring') return { ...none, remain: request.total };
	const { reset_frequency, total } = request;
	return { type, reset_frequency, remain: total, total, used: 0 };
}

/** The credits as they would be after an adjustment. SendGrid's schema has 0 as the least that remains. */
export function adjustedBy(adjustment: number, credits: Credits): Credits {
	const { remain } = credits;
	return { ...credits, remain: remain === null ? null : Math.max(0, remain + adjustment) };
}

/**
 * Checks that SendGrid's response matches the request.
 * @throws Unconfirmed if it doesn't
 */
export function assertCreditsConfirmed(request: CreditsRequest, credits: Credits): void {
	const isConfirmed =
		request.type === 'recurring' ? hasSetting(credits, request) : credits.type === request.type;
	// The response for nonrecurring credits has no total, so `remain` must show the number.
	const isSet = request.type !== 'nonrecurring' || isFull(request.total, credits);
	if (isConfirmed && isSet) return;
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request. Sent: ${JSON.stringify(request)}. Received: ${JSON.stringify(credits)}; the change may have been applied`,
		'Get the subuser’s credits, and ask SendGrid’s support why it treats them differently.',
	);
}

/**
 * Checks that an adjustment has changed `remain`: for some types of credits, SendGrid is reported
 * to return success although nothing changed.
 * @see https://github.com/sendgrid/docs/issues/3389
 * @throws Unconfirmed if `remain` didn't change as requested
 */
export function assertAdjusted(before: Credits, adjustment: number, after: Credits): void {
	const from = before.remain;
	if (from !== null && isAdjustedTo({ from, by: adjustment, to: after.remain })) return;
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request: ${from} credits remained, ${Math.abs(adjustment)} were to be ${adjustment > 0 ? 'added' : 'removed'}, and ${after.remain ?? 'an unknown number'} remain now; the change may have been applied`,
		'Get the subuser’s credits in a minute and compare what remains before you run the item again. SendGrid may not adjust this type of credits.',
	);
}

/**
 * Checks that a refill has reset `remain`, as in SendGrid's example of the call.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/update-credits-for-subuser
 * @throws Unconfirmed if it hasn't
 */
export function assertRefilled(total: number, credits: Credits): void {
	if (isFull(total, credits)) return;
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request: ${total} credits were to be refilled, and ${credits.remain ?? 'an unknown number'} remain now; the change may have been applied`,
		'Get the subuser’s credits in a minute and compare what remains before you run the item again.',
	);
}

/**
 * Whether credits that were just set remain. Email sent in the meantime may have used up to half.
 */
function isFull(total: number, { remain }: Credits): boolean {
	return remain !== null && remain <= total && remain >= total / 2;
}

/**
 * Whether a number of credits changed as requested. Email sent in the meantime may have used up to
 * half of the adjustment, or 5% of the number before. SendGrid doesn't document what happens below
 * 0.
 */
function isAdjustedTo({ from, by, to }: { from: number; by: number; to: number | null }): boolean {
	if (to === null || (by > 0 && to <= from)) return false;
	const expected = from + by;
	const slack = Math.max(Math.abs(by) / 2, from / 20);
	return to <= Math.max(0, expected) && to >= expected - slack;
}

/** Reads how many credits to add, or to remove if it's negative. @throws Refusal for 0 */
export function adjustmentFrom(value: unknown): number {
	const amount = wholeNumber(value, 'Adjustment');
	if (amount !== 0) return amount;
	throw new Refusal('Adjustment is 0', 'Enter a number to add, or a negative one to take away.');
}

/**
 * How many credits are missing to `minimum`; always 0 for unlimited credits.
 * @throws Refusal if other credits have no number
 */
export function shortfall(minimum: number, { type, remain }: Credits): number {
	if (type === 'unlimited') return 0;
	if (remain !== null) return Math.max(0, minimum - remain);
	throw remainMissing('added');
}

/** @throws Refusal for credits without a number to adjust */
export function assertAdjustable({ type, remain }: Credits): void {
	if (type === 'unlimited') {
		throw new Refusal(
			'The subuser has unlimited credits, which can’t be adjusted',
			'To give the subuser a number of credits, use Update subuser credits.',
		);
	}
	if (remain === null) throw remainMissing('adjusted');
}

function remainMissing(done: string): Refusal {
	return new Refusal(
		'SendGrid doesn’t report how many credits remain',
		`Get the subuser’s credits and compare: nothing was ${done}.`,
	);
}
