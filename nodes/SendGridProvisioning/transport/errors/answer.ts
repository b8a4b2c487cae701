import { isRecord } from '../../domain/values';

/** One message of an error answer. */
export interface ApiErrorEntry {
	message: string;
	/** The request field it is about. SendGrid sends null, "", "null", or nothing where there is none. */
	field?: string;
	/** Only partner endpoints send one, such as 10-40300. */
	errorId?: string;
}

/** An answer that is no result, as far as its body tells where it comes from. */
export interface Answer {
	/** Whether SendGrid sent it, rather than a proxy, firewall, or gateway on the way. */
	isSendGrid: boolean;
	/** What the body is, as a phrase for messages: "an HTML page". */
	bodyKind: string;
	/** What the answer says, in any of the known forms; empty where nothing can be read. */
	entries: ApiErrorEntry[];
	/** Whether the body has a list of errors, which is no success whatever the status. */
	hasErrors: boolean;
}

/**
 * Reads an answer that may be an error. SendGrid sends JSON with `errors`: a list of objects, a list
 * of texts, or an object by field. Other JSON with a message may come from any product on the way, so
 * it counts as SendGrid's only if the message speaks of what only SendGrid has.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors
 */
export function readAnswer(status: number, body: unknown): Answer {
	if (!isRecord(body)) return { ...unreadable(body), entries: [], hasErrors: false };
	const listed = listedEntries(body['errors']);
	const entries = listed.length > 0 ? listed : otherEntries(body);
	const isList = Array.isArray(body['errors']) || listed.length > 0;
	const hasSendGridShape = isList && hasNoForeignKeys(body);
	// Gateways refuse with a bare message, too, and may name the host or the path in it.
	const canBeBare = ![401, 403, 407].includes(status);
	const isBareMessage = canBeBare && entries.some(({ message }) => isAboutSendGrid(message));
	const isSendGrid = hasSendGridShape || isBareMessage;
	const bodyKind = Object.keys(body).length === 0 ? EMPTY : 'JSON';
	return { isSendGrid, bodyKind, entries, hasErrors: listed.length > 0 };
}

const EMPTY = 'an empty answer';
/** A message has room for this much of a plain text. */
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
	// A link can hold a one-time code.
	const line = text.replace(/\s+/g, ' ').replace(/\bhttps?:\/\/\S+/g, '[link]');
	const shown = line.length > MAX_TEXT_LENGTH ? `${line.slice(0, MAX_TEXT_LENGTH)}…` : line;
	return { isSendGrid: false, bodyKind: `plain text, “${shown}”` };
}

/** Messages under `errors`, whose entries are objects, texts, or lists of texts by field. */
function listedEntries(errors: unknown): ApiErrorEntry[] {
	if (typeof errors === 'string') return entry(errors);
	if (Array.isArray(errors)) return errors.flatMap((item: unknown) => entryOf(item));
	if (!isRecord(errors)) return [];
	// POST /v3/whitelabel/dns/email answers one error as `{error, field}`.
	if (typeof errors['error'] === 'string') return entry(errors['error'], errors['field']);
	return Object.entries(errors).flatMap(([field, said]) =>
		(Array.isArray(said) ? (said as unknown[]) : [said]).flatMap((item) =>
			entryOf(item).map((read) => ({ ...read, field: read.field ?? field })),
		),
	);
}

function entryOf(item: unknown): ApiErrorEntry[] {
	if (typeof item === 'string') return entry(item);
	if (!isRecord(item)) return [];
	const { message, field, error_id: errorId, detail, title, error } = item;
	return entry(message ?? detail ?? title ?? error, field, errorId);
}

/** A single error without a list: `error` as text or object, `message`, or problem details (RFC 9457). */
function otherEntries(body: Record<string, unknown>): ApiErrorEntry[] {
	const { error, message, detail, title, field } = body;
	const inner = isRecord(error) ? error['message'] : undefined;
	const said = [inner, message, detail, typeof error === 'string' ? error : undefined, title];
	const found = said.find((text) => typeof text === 'string' && text.trim() !== '');
	return entry(found, field);
}

function entry(message: unknown, field?: unknown, errorId?: unknown): ApiErrorEntry[] {
	const said = typeof message === 'string' ? message.trim() : '';
	const named = typeof field === 'string' && !['', 'null'].includes(field) ? { field } : {};
	const numbered = typeof errorId === 'string' && errorId !== '' ? { errorId } : {};
	const isEmpty = said === '' && Object.keys({ ...named, ...numbered }).length === 0;
	return isEmpty ? [] : [{ message: said, ...named, ...numbered }];
}

/** Keys that other products put beside, or into, a list of errors, and SendGrid never does. */
const FOREIGN_KEYS = ['success', 'result', 'title', 'type', 'traceId', 'data', 'timestamp'];
const FOREIGN_ENTRY_KEYS = ['code', 'extensions', 'locations', 'status', 'detail', 'title'];

function hasNoForeignKeys(body: Record<string, unknown>): boolean {
	if (FOREIGN_KEYS.some((key) => key in body)) return false;
	const items: unknown[] = Array.isArray(body['errors']) ? body['errors'] : [];
	return items.every((item) => !isRecord(item) || !FOREIGN_ENTRY_KEYS.some((key) => key in item));
}

/** SendGrid's texts, and words that only its own messages use. */
const SENDGRID_PHRASES = [
	/\b(sub[- ]?users?|offerings?|resellers?|whitelabels?)\b/i,
	/\b(no user found|missing required scope|maximum credits exceeded|username exists)\b/i,
	/\bauthorization grant is invalid\b/i,
	/^(access forbidden|authorization required|resource not found|too many requests)$/i,
];

function isAboutSendGrid(message: string): boolean {
	const said = withoutUrls(message);
	return SENDGRID_PHRASES.some((words) => words.test(said)) || isAboutUnknownCustomer(said);
}

/** The customer itself: an "account offering" or a "user limit" is something else. */
const CUSTOMER = String.raw`\b(sub)?(user|account)s?([ _]?(name|id))?\b(?! (offering|package|add-?on|plan|limit|profile|state|status)s?\b)`;
/** "The IP for this subuser was not found" is about the IP. */
const NOT_AFTER_PREPOSITION = String.raw`(?<!\b(for|of|on|from|by|to|in)( (the|this|that|a|an|your))? )`;
const UNKNOWN_CUSTOMER = [
	String.raw`\b(no|unknown|invalid)( (such|matching|known|existing|active|valid))* ${CUSTOMER}`,
	String.raw`${NOT_AFTER_PREPOSITION}${CUSTOMER}.{0,30}\b(not\b.{0,10}\b(found|exist)|unknown)`,
	String.raw`\b(not|cannot|unable)\b.{0,6}\bfind\b( (the|this|that|a|an|any))* ${CUSTOMER}`,
].map((words) => new RegExp(words, 'i'));

/** Servers name the address of a request when they don't know it: "Cannot GET /v3/subusers/…". */
function withoutUrls(message: string): string {
	return message.replace(/\S*\/\S*|\b[\w-]+(\.[\w-]+)+\b/g, '…');
}

/** Whether a message says that there is no such account or subuser. */
export function isAboutUnknownCustomer(message: string): boolean {
	const said = withoutUrls(message);
	return UNKNOWN_CUSTOMER.some((words) => words.test(said));
}
