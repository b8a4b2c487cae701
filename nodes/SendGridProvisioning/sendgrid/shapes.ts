import { isRecord } from '../domain/values';

/** Reads a list; undefined if `read` can't read an entry. */
export function listOf<Entry>(
	value: unknown,
	read: (entry: unknown) => Entry | undefined,
): Entry[] | undefined {
	if (!Array.isArray(value)) return undefined;
	const entries = value.map(read).filter((entry) => entry !== undefined);
	return entries.length === value.length ? entries : undefined;
}

/** Reads a page of a list. After the first page, null counts as empty, as some APIs send it. */
export function pageOf<Entry>(
	value: unknown,
	offset: number,
	read: (entry: unknown) => Entry | undefined,
): Entry[] | undefined {
	return value === null && offset > 0 ? [] : listOf(value, read);
}

/** Reads an object with non-empty text under each of these keys. Other keys aren't checked. */
export function recordWith<Key extends string>(
	value: unknown,
	...keys: Key[]
): (Record<string, unknown> & Record<Key, string>) | undefined {
	if (!isRecord(value)) return undefined;
	const complete = keys.every((key) => typeof value[key] === 'string' && value[key] !== '');
	return complete ? (value as Record<string, unknown> & Record<Key, string>) : undefined;
}

/**
 * Reads a number; null if SendGrid sends null or leaves the key out, undefined for other values.
 */
export function numberOrNull(value: unknown): number | null | undefined {
	if (value === undefined || value === null) return null;
	return typeof value === 'number' ? value : undefined;
}

/** Reads a success that has no body in SendGrid's API. With a body, it may be a gateway's. */
export function noBody(body: unknown): true | undefined {
	const empty = isRecord(body)
		? Object.keys(body).length === 0
		: body === undefined || body === null || (typeof body === 'string' && body.trim() === '');
	return empty ? true : undefined;
}
