// Readers of parameters, which can have any type: an expression can return any field of a CRM. Each
// returns a typed value, or throws a `Refusal` that names the field. None of them guesses.

import { syncOutcomeOf } from './outcome';
import { Refusal } from './refusal';

const MAX_LENGTH = 60;

/** Describes a value for a message, in one short line. */
export function describeValue(value: unknown): string {
	if (value === undefined || value === null || value === '') return 'empty';
	// JSON would write NaN as null.
	if (typeof value === 'number' || typeof value === 'bigint') return String(value);
	const json = typeof value === 'string' ? `“${value}”` : asJson(value);
	const line = json.replace(/\s+/g, ' ');
	return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}

/** The end of a message that a value must be something else. */
export function butIs(value: unknown): string {
	const described = describeValue(value);
	return described === 'empty' ? 'but it’s empty' : `but is ${described}`;
}

/** JSON, or the type of a value that has none, such as a function or a circular object. */
function asJson(value: unknown): string {
	const outcome = syncOutcomeOf<string | undefined>(() => JSON.stringify(value));
	return ('value' in outcome ? outcome.value : undefined) ?? typeof value;
}

/** Whether the value is an object, but not a list or null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads text, and trims it. A whole number counts as text, because IDs can look like numbers, but
 * not one that is too large to be exact: it could be another customer's ID.
 */
export function text(value: unknown, field: string): string {
	const textOrValue = Number.isSafeInteger(value) ? String(value) : value;
	if (typeof textOrValue === 'string' && textOrValue.trim() !== '') return textOrValue.trim();
	const empty = value === undefined || value === null || typeof value === 'string';
	throw new Refusal(
		empty ? `${field} is empty` : `${field} must be text, ${butIs(value)}`,
		empty
			? `Fill in ${field}. If it comes from an expression, this item has nothing there.`
			: `Point the expression of ${field} at a single text value.`,
	);
}

/**
 * Reads text; undefined if it's empty. Other types are refused, because ignoring a filter is risky.
 */
export function textOrNone(value: unknown, field: string): string | undefined {
	if (value === undefined || value === null) return undefined;
	return typeof value === 'string' && value.trim() === '' ? undefined : text(value, field);
}

/** Reads a resource locator, or the text that an expression returns for it. */
export function chosen(value: unknown, field: string): string {
	return text(isRecord(value) ? value['value'] : value, field);
}

/**
 * What the list showed for a choice that the editor still has, such as "owner@shop.example (sg0123)".
 * n8n can keep it from an earlier choice, so it counts only if it names this ID.
 */
export function pickedName(value: unknown, id: string): { picked?: string } {
	const name = isRecord(value) ? value['cachedResultName'] : undefined;
	return typeof name === 'string' && name.endsWith(` (${id})`) ? { picked: name } : {};
}

/** Reads an integer of at least `min`, as a number or as text that is exactly such a number. */
export function wholeNumber(value: unknown, field: string, min = -Infinity): number {
	const exact = typeof value === 'string' && /^-?(0|[1-9]\d*)$/.test(value) ? Number(value) : value;
	if (typeof exact === 'number' && Number.isSafeInteger(exact) && exact >= min) return exact;
	const wanted = min === -Infinity ? 'a whole number' : `a whole number of at least ${min}`;
	throw new Refusal(
		`${field} must be ${wanted}, ${butIs(value)}`,
		`Enter ${wanted} for ${field}. If it comes from an expression, make sure that every item has one, without spaces or separators.`,
	);
}

/** Reads one of the allowed values. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[], field: string): T {
	const found = allowed.find((candidate) => candidate === value);
	if (found !== undefined) return found;
	throw new Refusal(
		`${field} must be one of ${allowed.join(', ')}, ${butIs(value)}`,
		`Choose ${field} from the list, or let the expression return exactly one of these values.`,
	);
}

/**
 * Reads a switch; off if it's empty. The only texts allowed are "true" and "false", because
 * JavaScript treats all others as true, even "no".
 */
export function flag(value: unknown, field: string): boolean {
	if (value === undefined || value === null || value === '') return false;
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw new Refusal(
		`${field} must be true or false, ${butIs(value)}`,
		`Switch ${field} on or off, or let its expression return true or false.`,
	);
}

/** Reads a collection; without entries if it's empty. */
export function collection(value: unknown, field: string): Record<string, unknown> {
	if (value === undefined || value === null || value === '') return {};
	if (isRecord(value)) return value;
	throw new Refusal(
		`${field} must be a collection of fields, ${butIs(value)}`,
		`Fill in ${field} field by field.`,
	);
}

/**
 * Parses JSON text; undefined if it's empty. A value of another type, as from an expression, is
 * returned unchanged.
 */
export function json(value: unknown, field: string): unknown {
	if (typeof value !== 'string') return value;
	if (value.trim() === '') return undefined;
	const parsed = syncOutcomeOf(() => JSON.parse(value) as unknown);
	if ('value' in parsed) return parsed.value;
	throw new Refusal(
		`${field} is not valid JSON: ${describeValue(value)}`,
		`Check the quotes, commas, and brackets in ${field}.`,
	);
}

/**
 * Reads text that is neither trimmed nor shown in messages, such as a password. `nextStep` says what
 * to do if it's empty.
 */
export function secret(value: unknown, field: string, nextStep = `Fill in ${field}.`): string {
	if (typeof value === 'string' && value !== '') return value;
	const isEmpty = value === '' || value === undefined || value === null;
	throw new Refusal(`${field} is ${isEmpty ? 'empty' : 'not text'}`, nextStep);
}

/** Reads a list of names, or text with commas, without duplicates. @throws Refusal if it's empty */
export function names(value: unknown, field: string): string[] {
	const parts = Array.isArray(value)
		? value
		: typeof value === 'string'
			? value.split(',')
			: [value];
	return [...new Set(parts.map((part: unknown) => text(part, field)))];
}
