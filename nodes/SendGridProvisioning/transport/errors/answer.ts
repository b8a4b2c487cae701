import { isRecord } from '../../domain/values';

/** One message of an error response. */
export interface ApiErrorEntry {
	message: string;
	/** The request field it's about. Without one, SendGrid sends null, "", "null", or no such key. */
	field?: string;
	/** Only partner endpoints send one, such as 10-40300. */
	errorId?: string;
}

/** A response that may be an error, as read from its body. */
export interface Answer {
	/** Whether SendGrid sent it, rather than a proxy, firewall, or gateway in between. */
	isSendGrid: boolean;
	/** A phrase for messages, such as "an HTML page". */
	bodyKind: string;
	/** Its messages, read from any known form of body; empty if there are none. */
	entries: ApiErrorEntry[];
	/** Whether the body lists errors, so that it isn't a success even with status 200. */
	hasErrors: boolean;
}

/**
 * Reads a response that may be an error. SendGrid sends JSON with `errors`: a list of objects, a
 * list of texts, or an object by field. Other JSON with a message may come from a proxy or gateway,
 * so it only counts as SendGrid's if the message is typical of SendGrid.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors
 */
export function readAnswer(status: number, body: unknown): Answer {
	if (!isRecord(body)) return { ...unreadable(body), entries: [], hasErrors: false };
	const listed = listedEntries(body['errors']);
	const entries = listed.length > 0 ? listed : otherEntries(body);
	const isList = Array.isArray(body['errors']) || listed.length > 0;
	const hasSendGridShape = isList && hasNoForeignKeys(body);
	// Gateways send these statuses with a bare message, too, which may contain the host or path.
	const canBeMessageOnly = ![401, 403, 407].includes(status);
	const hasSendGridMessage =
		canBeMessageOnly && entries.some(({ message }) => isAboutSendGrid(message));
	const isSendGrid = hasSendGridShape || hasSendGridMessage;
	const bodyKind = Object.keys(body).length === 0 ? EMPTY : 'JSON';
	return { isSendGrid, bodyKind, entries, hasErrors: listed.length > 0 };
}

const EMPTY = 'an empty answer';
/** Plain text is quoted up to this length. */
const MAX_TEXT_LENGTH = 80;

function unreadable(body: unknown): Pick<Answer, 'isSendGrid' | 'bodyKind'> {
	const text = typeof body === 'string' ? body.trim() : '';
	if (body === undefined || body === null || body === '' || (text === '' && body === text)) {
		return { isSendGrid: false, bodyKind: EMPTY };
	}
	if (typeof body !== 'string') return { isSendGrid: false, bodyKind: 'JSON' };
	if (text === '') return { isSendGrid: false, bodyKind: EMPTY };
	if (text.startsWith('<')) return { isSendGrid: false, bodyKind: 'an HTML page' };
	if (/^[{[]/.test(text)) return { isSendGrid: false, bodyKind: 'JSON that is cut off' };
	// A link can hold a one-time code, and the response may be about a new API key.
	const line = text
		.replace(/\s+/g, ' ')
		.replace(/\bhttps?:\/\/\S+/g, '[link]')
		.replace(/\bSG\.[\w.-]+/g, '[API key]');
	const shown = line.length > MAX_TEXT_LENGTH ? `${line.slice(0, MAX_TEXT_LENGTH)}…` : line;
	return { isSendGrid: false, bodyKind: `plain text, “${shown}”` };
}

/**
 * Reads `errors`, which can be a text, a list of texts or objects, or an object with fields as
 * keys.
 */
function listedEntries(errors: unknown): ApiErrorEntry[] {
	if (typeof errors === 'string') return entry(errors);
	if (Array.isArray(errors)) return errors.flatMap((item: unknown) => entryOf(item));
	if (!isRecord(errors)) return [];
	// POST /v3/whitelabel/dns/email sends a single error, as `{error, field}`.
	if (typeof errors['error'] === 'string') return entry(errors['error'], errors['field']);
	return Object.entries(errors).flatMap(([field, value]) =>
		(Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((item) =>
			entryOf(item).map((found) => ({ ...found, field: found.field ?? field })),
		),
	);
}

function entryOf(item: unknown): ApiErrorEntry[] {
	if (typeof item === 'string') return entry(item);
	if (!isRecord(item)) return [];
	const { message, field, error_id: errorId, detail, title, error } = item;
	return entry(message ?? detail ?? title ?? error, field, errorId);
}

/** Reads a single error: `error` as text or object, `message`, or problem details (RFC 9457). */
function otherEntries(body: Record<string, unknown>): ApiErrorEntry[] {
	const { error, message, detail, title, field } = body;
	const inner = isRecord(error) ? error['message'] : undefined;
	const candidates = [inner, message, detail, typeof error === 'string' ? error : undefined, title];
	const found = candidates.find((text) => typeof text === 'string' && text.trim() !== '');
	return entry(found, field);
}

function entry(message: unknown, field?: unknown, errorId?: unknown): ApiErrorEntry[] {
	const text = typeof message === 'string' ? message.trim() : '';
	const named = typeof field === 'string' && !['', 'null'].includes(field) ? { field } : {};
	const numbered = typeof errorId === 'string' && errorId !== '' ? { errorId } : {};
	const isEmpty = text === '' && Object.keys({ ...named, ...numbered }).length === 0;
	return isEmpty ? [] : [{ message: text, ...named, ...numbered }];
}

/**
 * Keys that other products use with a list of errors, or in its entries, but SendGrid never does.
 */
const FOREIGN_KEYS = ['success', 'result', 'title', 'type', 'traceId', 'data', 'timestamp'];
const FOREIGN_ENTRY_KEYS = ['code', 'extensions', 'locations', 'status', 'detail', 'title'];

function hasNoForeignKeys(body: Record<string, unknown>): boolean {
	if (FOREIGN_KEYS.some((key) => key in body)) return false;
	const items: unknown[] = Array.isArray(body['errors']) ? body['errors'] : [];
	return items.every((item) => !isRecord(item) || !FOREIGN_ENTRY_KEYS.some((key) => key in item));
}

/** Phrases that only SendGrid's messages contain. */
const SENDGRID_PHRASES = [
	/\b(sub[- ]?users?|offerings?|resellers?|whitelabels?)\b/i,
	/\b(no user found|missing required scope|maximum credits exceeded|username exists)\b/i,
	/\bauthorization grant is invalid\b/i,
	/^(access forbidden|authorization required|resource not found|too many requests)$/i,
];

function isAboutSendGrid(message: string): boolean {
	const text = withoutUrls(message);
	return SENDGRID_PHRASES.some((phrase) => phrase.test(text)) || isAboutUnknownCustomer(text);
}

/** A word for a customer, but not "account offering" or "user limit". */
const CUSTOMER = String.raw`\b(sub)?(user|account)s?([ _]?(name|id))?\b(?! (offering|package|add-?on|plan|limit|profile|state|status)s?\b)`;
/** For "The IP for this subuser was not found", which isn't about the subuser. */
const NOT_AFTER_PREPOSITION = String.raw`(?<!\b(for|of|on|from|by|to|in)( (the|this|that|a|an|your))? )`;
const UNKNOWN_CUSTOMER = [
	String.raw`\b(no|unknown|invalid)( (such|matching|known|existing|active|valid))* ${CUSTOMER}`,
	String.raw`${NOT_AFTER_PREPOSITION}${CUSTOMER}.{0,30}\b(not\b.{0,10}\b(found|exist)|unknown)`,
	String.raw`\b(not|cannot|unable)\b.{0,6}\bfind\b( (the|this|that|a|an|any))* ${CUSTOMER}`,
].map((pattern) => new RegExp(pattern, 'i'));

/** Servers repeat the URL of an unknown route, as in "Cannot GET /v3/subusers/…". */
function withoutUrls(message: string): string {
	return message.replace(/\S*\/\S*|\b[\w-]+(\.[\w-]+)+\b/g, '…');
}

/** Whether a message says that there is no such account or subuser. */
export function isAboutUnknownCustomer(message: string): boolean {
	const text = withoutUrls(message);
	return UNKNOWN_CUSTOMER.some((pattern) => pattern.test(text));
}
