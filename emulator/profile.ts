import { bodyObject, Refusal, type Complaint } from './errors';

const FIELDS = [
	'first_name',
	'last_name',
	'company_name',
	'company_website',
	'email',
	'phone',
	'timezone',
];

/** Whether this could be an email address; SendGrid's own rule is not published. */
export function looksLikeEmail(value: string): boolean {
	return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}

/** SendGrid's own sample has no scheme, so one is not asked for. */
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

/** What is wrong with one field of a profile, with the sub-codes that SendGrid publishes. */
function complaintAbout(field: string, value: unknown): Complaint | undefined {
	if (typeof value !== 'string') return { field, message: 'this field must be text' };
	if (field === 'email' && !looksLikeEmail(value)) {
		return { field, message: 'this is not a valid email address', subCode: '02' };
	}
	if (field === 'company_website' && !looksLikeWebsite(value)) {
		return { field, message: 'this is not a valid URL', subCode: '08' };
	}
	if (field === 'phone' && !/^\+[1-9]\d{1,14}$/.test(value)) {
		return { field, message: 'this is not a phone number in E.164 form', subCode: '10' };
	}
	if (field === 'timezone' && !isTimezone(value)) {
		return { field, message: 'this is not a time zone of the IANA database' };
	}
	return undefined;
}

/**
 * The profile of a new account. All of it is optional, and all complaints come in one answer.
 * https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api/create-an-account
 */
export function readProfile(value: unknown): Record<string, string> {
	if (value === undefined) return {};
	const given = bodyObject(value);
	const profile: Record<string, string> = {};
	const complaints: Complaint[] = [];
	for (const field of FIELDS) {
		if (given[field] === undefined) continue;
		const complaint = complaintAbout(field, given[field]);
		if (complaint) complaints.push(complaint);
		else profile[field] = given[field] as string;
	}
	if (complaints.length > 0) throw new Refusal(400, complaints);
	return profile;
}
