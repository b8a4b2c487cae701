import { Refusal, Unconfirmed } from './refusal';
import { oneOf, wholeNumber } from './values';

/**
 * A subuser's credits as SendGrid answers them, in emails.
 * `total` and `used` are null for nonrecurring credits too: there only `remain` carries the number.
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

/** The body of the PUT: exactly what SendGrid's documentation allows for each type. */
export type CreditsRequest =
	| { type: 'unlimited' }
	| { type: 'nonrecurring'; total: number }
	| { type: 'recurring'; reset_frequency: ResetFrequency; total: number };

/**
 * The request for a credit type. Values that the type does not take are left out: they may lie in a
 * saved workflow from before the type was changed, or show in the form when the type is an expression.
 * @throws Refusal where the type is unknown, or a value that it needs is missing or no such number
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
 * Whether the subuser has this setting already. Only recurring credits can tell: SendGrid does not
 * say what a nonrecurring allotment once was.
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
 * Compares SendGrid's answer with what was sent.
 * @throws Unconfirmed
 */
export function assertCreditsConfirmed(request: CreditsRequest, credits: Credits): void {
	const isConfirmed =
		request.type === 'recurring' ? hasSetting(credits, request) : credits.type === request.type;
	// Nonrecurring credits are answered without a total: only what remains shows the number.
	const isSet = request.type !== 'nonrecurring' || isFull(request.total, credits);
	if (isConfirmed && isSet) return;
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request. Sent: ${JSON.stringify(request)}. Received: ${JSON.stringify(credits)}; the change may have been applied`,
		'Get the subuser’s credits, and ask SendGrid’s support why it treats them differently.',
	);
}

/**
 * Compares what remained before an adjustment with SendGrid's answer to it: SendGrid is reported to
 * answer with success although nothing changed, for some kinds of credits.
 * @see https://github.com/sendgrid/docs/issues/3389
 * @throws Unconfirmed where `remain` didn't move as asked
 */
export function assertAdjusted(before: Credits, adjustment: number, after: Credits): void {
	const from = before.remain;
	if (from !== null && isMovedTo({ from, by: adjustment, to: after.remain })) return;
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request: ${from} credits remained, ${Math.abs(adjustment)} were to be ${adjustment > 0 ? 'added' : 'removed'}, and ${after.remain ?? 'an unknown number'} remain now; the change may have been applied`,
		'Get the subuser’s credits in a minute and compare what remains before you run the item again. SendGrid may not adjust this type of credits.',
	);
}

/**
 * Checks that a refill has reset what remains. SendGrid's example of the call shows this.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/update-credits-for-subuser
 * @throws Unconfirmed
 */
export function assertRefilled(total: number, credits: Credits): void {
	if (isFull(total, credits)) return;
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request: ${total} credits were to be refilled, and ${credits.remain ?? 'an unknown number'} remain now; the change may have been applied`,
		'Get the subuser’s credits in a minute and compare what remains before you run the item again.',
	);
}

/** Whether credits that were just set remain, but for email that went out meanwhile: at most half. */
function isFull(total: number, { remain }: Credits): boolean {
	return remain !== null && remain <= total && remain >= total / 2;
}

/**
 * Whether a number of credits moved as asked. Email that goes out meanwhile makes it a little less: up
 * to half of what was asked for, or 5 % of what there was. What SendGrid does below 0 isn't documented.
 */
function isMovedTo({ from, by, to }: { from: number; by: number; to: number | null }): boolean {
	if (to === null || (by > 0 && to <= from)) return false;
	const expected = from + by;
	const slack = Math.max(Math.abs(by) / 2, from / 20);
	return to <= Math.max(0, expected) && to >= expected - slack;
}

/** How many credits to add, or to take away where it is negative. @throws Refusal for 0 */
export function adjustmentFrom(value: unknown): number {
	const amount = wholeNumber(value, 'Adjustment');
	if (amount !== 0) return amount;
	throw new Refusal('Adjustment is 0', 'Enter a number to add, or a negative one to take away.');
}

/**
 * What is missing to `minimum` remaining credits; 0 for unlimited credits, whatever number they carry.
 * @throws Refusal where others have none
 */
export function missingTo(minimum: number, { type, remain }: Credits): number {
	if (type === 'unlimited') return 0;
	if (remain !== null) return Math.max(0, minimum - remain);
	throw numberMissing('added');
}

/** @throws Refusal for credits that have no number to add to, or remove from */
export function assertAdjustable({ type, remain }: Credits): void {
	if (type === 'unlimited') {
		throw new Refusal(
			'The subuser has unlimited credits, which can’t be adjusted',
			'To give the subuser a number of credits, use Update subuser credits.',
		);
	}
	if (remain === null) throw numberMissing('adjusted');
}

function numberMissing(done: string): Refusal {
	return new Refusal(
		'SendGrid doesn’t report how many credits remain',
		`Get the subuser’s credits and compare: nothing was ${done}.`,
	);
}
