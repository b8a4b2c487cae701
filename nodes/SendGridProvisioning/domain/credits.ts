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

/**
 * Holds SendGrid's answer against what was sent. Numbers of nonrecurring credits are not compared:
 * mail that goes out meanwhile lowers `remain`.
 * @throws Unconfirmed
 */
export function assertCreditsConfirmed(request: CreditsRequest, credits: Credits): void {
	if (request.type === 'recurring' ? hasSetting(credits, request) : credits.type === request.type)
		return;
	throw new Unconfirmed(
		`SendGrid did not do what it was asked to: sent ${JSON.stringify(request)}; SendGrid answered ${JSON.stringify(credits)}`,
		'Read the subuser’s credits, and ask SendGrid why it treats them differently.',
	);
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
	throw new Refusal(
		'SendGrid does not say how many credits remain',
		'Nothing was added. Get the subuser’s credits and look.',
	);
}

/**
 * Refuses to add to, or take from, credits that have no number.
 * @throws Refusal
 */
export function assertAdjustable({ type }: Credits): void {
	if (type !== 'unlimited') return;
	throw new Refusal(
		'The subuser has unlimited credits, which cannot be adjusted',
		'To give the subuser a number of credits, use Update subuser credits.',
	);
}
