// Readers of values whose type nobody knows: parameters may come from expressions, and so from any
// CRM's field. Each gives the typed value or throws a `Refusal` that names the field; none guesses.

import { syncOutcomeOf } from './outcome';
import { Refusal } from './refusal';

const MAX_LENGTH = 60;

/** The value as it may stand in a message: one line, short. */
export function describeValue(value: unknown): string {
	if (value === undefined || value === null || value === '') return 'nothing';
	// JSON would write NaN as null.
	if (typeof value === 'number' || typeof value === 'bigint') return String(value);
	const written = typeof value === 'string' ? `“${value}”` : asJson(value);
	const line = written.replace(/\s+/g, ' ');
	return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}

/** JSON, or the type of what has none: functions, and what holds itself or a large integer. */
function asJson(value: unknown): string {
	const outcome = syncOutcomeOf<string | undefined>(() => JSON.stringify(value));
	return ('value' in outcome ? outcome.value : undefined) ?? typeof value;
}

/** Whether the value is an object with keys: no list, no null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Text without the spaces around it. A whole number counts as text, since IDs may look like numbers;
 * one too large to be exact would name somebody else.
 */
export function text(value: unknown, field: string): string {
	const written = Number.isSafeInteger(value) ? String(value) : value;
	if (typeof written === 'string' && written.trim() !== '') return written.trim();
	const empty = value === undefined || value === null || typeof value === 'string';
	throw new Refusal(
		empty ? `${field} is empty` : `${field} must be text, but is ${describeValue(value)}`,
		empty
			? `Fill in ${field}. If it comes from an expression, this item has nothing there.`
			: `Point the expression of ${field} at a single text value.`,
	);
}

/** Text as above; undefined where nothing is given. What is no text must not pass for nothing: a filter would go. */
export function textOrNone(value: unknown, field: string): string | undefined {
	if (value === undefined || value === null) return undefined;
	return typeof value === 'string' && value.trim() === '' ? undefined : text(value, field);
}

/** What is chosen in a field that offers a list and an entry by hand. */
export function chosen(value: unknown, field: string): string {
	return text(isRecord(value) ? value['value'] : value, field);
}

/** An integer, of at least `min` where given, as a number or as text that is exactly such a number. */
export function wholeNumber(value: unknown, field: string, min = -Infinity): number {
	const exact = typeof value === 'string' && /^-?(0|[1-9]\d*)$/.test(value) ? Number(value) : value;
	if (typeof exact === 'number' && Number.isSafeInteger(exact) && exact >= min) return exact;
	const wanted = min === -Infinity ? 'a whole number' : `a whole number of at least ${min}`;
	throw new Refusal(
		`${field} must be ${wanted}, but is ${describeValue(value)}`,
		`Enter a whole number for ${field}. If it comes from an expression, make sure that every item has one, without spaces or separators.`,
	);
}

/** One of the given ids. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[], field: string): T {
	const found = allowed.find((candidate) => candidate === value);
	if (found !== undefined) return found;
	throw new Refusal(
		`${field} must be one of ${allowed.join(', ')}, but is ${describeValue(value)}`,
		`Choose ${field} from the list, or let the expression give exactly one of these words.`,
	);
}

/**
 * A switch; off where nothing is given. Only the texts "true" and "false" are taken beside booleans:
 * any other text would count as on in JavaScript, "no" included.
 */
export function flag(value: unknown, field: string): boolean {
	if (value === undefined || value === null || value === '') return false;
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw new Refusal(
		`${field} must be true or false, but is ${describeValue(value)}`,
		`Switch ${field} on or off, or let its expression give true or false.`,
	);
}

/** The entries of a collection; empty where none was added. */
export function collection(value: unknown, field: string): Record<string, unknown> {
	if (value === undefined || value === null || value === '') return {};
	if (isRecord(value)) return value;
	throw new Refusal(
		`${field} must be a collection of fields, but is ${describeValue(value)}`,
		`Fill in ${field} field by field.`,
	);
}

/**
 * What the JSON text says, undefined where it is empty; a value that is no text (from an
 * expression) is taken as it is.
 */
export function json(value: unknown, field: string): unknown {
	if (typeof value !== 'string') return value;
	if (value.trim() === '') return undefined;
	const parsed = syncOutcomeOf(() => JSON.parse(value) as unknown);
	if ('value' in parsed) return parsed.value;
	throw new Refusal(
		`${field} is not valid JSON: ${describeValue(value)}`,
		`Check quotes, commas and brackets in ${field}.`,
	);
}

/** Text that is kept to the letter and never shown, such as a password. */
export function secret(value: unknown, field: string): string {
	if (typeof value === 'string' && value !== '') return value;
	throw new Refusal(`${field} is empty or not text`, `Fill in ${field}.`);
}

/** Names, given as text with commas or as a list, each once. @throws Refusal where there is none */
export function names(value: unknown, field: string): string[] {
	const parts = Array.isArray(value)
		? value
		: typeof value === 'string'
			? value.split(',')
			: [value];
	return [...new Set(parts.map((part: unknown) => text(part, field)))];
}
