import { bodyObject, Refusal, type ErrorEntry } from './errors';

const FIELDS = [
	'first_name',
	'last_name',
	'company_name',
	'company_website',
	'email',
	'phone',
	'timezone',
];

/** Whether this could be an email address; SendGrid's rule isn't published. */
export function looksLikeEmail(value: string): boolean {
	return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}

/** Accepts a website without a scheme, as in SendGrid's example. */
function looksLikeWebsite(value: string): boolean {
	const url = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `https://${value}`;
	return /^https?:/i.test(url) && URL.canParse(url) && new URL(url).hostname.includes('.');
}

function isTimezone(value: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: value });
		return true;
	} catch {
		return false;
	}
}

/** Checks one field of a profile; the sub-codes are SendGrid's. */
function errorIn(field: string, value: unknown): ErrorEntry | undefined {
	if (typeof value !== 'string') return { field, message: 'this field must be text' };
	if (field === 'email' && !looksLikeEmail(value)) {
		return { field, message: 'this is not a valid email address', subCode: '02' };
	}
	if (field === 'company_website' && !looksLikeWebsite(value)) {
		return { field, message: 'this is not a valid URL', subCode: '08' };
	}
	if (field === 'phone' && !/^\+[1-9]\d{1,14}$/.test(value)) {
		return { field, message: 'this is not a phone number in E.164 format', subCode: '10' };
	}
	if (field === 'timezone' && !isTimezone(value)) {
		return { field, message: 'this is not an IANA time zone' };
	}
	return undefined;
}

/**
 * Reads a new account's profile. Every field is optional, and one response lists all errors.
 * https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api/create-an-account
 */
export function readProfile(value: unknown): Record<string, string> {
	if (value === undefined) return {};
	const given = bodyObject(value);
	const profile: Record<string, string> = {};
	const errors: ErrorEntry[] = [];
	for (const field of FIELDS) {
		if (given[field] === undefined) continue;
		const error = errorIn(field, given[field]);
		if (error) errors.push(error);
		else profile[field] = given[field] as string;
	}
	if (errors.length > 0) throw new Refusal(400, errors);
	return profile;
}
