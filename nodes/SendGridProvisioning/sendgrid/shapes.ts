import { isRecord } from '../domain/values';

/** A list of which each entry has the shape; undefined where one has not. */
export function listOf<Entry>(
	value: unknown,
	read: (entry: unknown) => Entry | undefined,
): Entry[] | undefined {
	if (!Array.isArray(value)) return undefined;
	const entries = value.map(read).filter((entry) => entry !== undefined);
	return entries.length === value.length ? entries : undefined;
}

/** A page of a list. After the first page, null is an empty list, as some APIs write it. */
export function pageOf<Entry>(
	value: unknown,
	offset: number,
	read: (entry: unknown) => Entry | undefined,
): Entry[] | undefined {
	return value === null && offset > 0 ? [] : listOf(value, read);
}

/** An object with non-empty text under each of the keys; its other keys are SendGrid's business. */
export function recordWith<Key extends string>(
	value: unknown,
	...keys: Key[]
): (Record<string, unknown> & Record<Key, string>) | undefined {
	if (!isRecord(value)) return undefined;
	const complete = keys.every((key) => typeof value[key] === 'string' && value[key] !== '');
	return complete ? (value as Record<string, unknown> & Record<Key, string>) : undefined;
}

/** A number, or null where SendGrid has none (it writes null, or leaves the key out). */
export function numberOrNull(value: unknown): number | null | undefined {
	if (value === undefined || value === null) return null;
	return typeof value === 'number' ? value : undefined;
}

/** The answer of a call that SendGrid answers without a body. A gateway's words in its place are none. */
export function noBody(body: unknown): true | undefined {
	const empty = isRecord(body)
		? Object.keys(body).length === 0
		: body === undefined || body === null || (typeof body === 'string' && body.trim() === '');
	return empty ? true : undefined;
}
