import type { Call } from '../transport/call';
import { SendGridError } from '../transport/errors/failure';
import type { SendGridApi } from '../transport/client';

/** A list whose pages start at a row number. */
export interface RowList<Row> {
	/** Returns the call for the page that starts at this row. */
	call: (offset: number) => Call<Row[]>;
	/** Identifies a row. */
	keyOf: (row: Row) => string;
	/** Whether the rows found so far are enough. */
	isEnough: (found: Map<string, Row>) => boolean;
}

/** Limits how long a list that keeps changing is read. */
const MAX_STEPS_BACK = 20;

/**
 * Reads a list page by page to its end. SendGrid counts rows: if rows are deleted in the meantime,
 * later rows move up, and the next page would skip some. So each page should begin with the last
 * row of the previous one. If it doesn't, reading steps back until a page contains a known row.
 * Duplicates are dropped.
 *
 * The list ends with a page that has nothing after that first row. A page with fewer rows than the
 * limit isn't the end, because SendGrid or a gateway may cap the limit.
 *
 * Rows are added to `found` as they arrive, for callers that can use part of the list.
 * @throws SendGridError if the same rows come again and again, as from a gateway that drops the
 * offset: the list would be incomplete
 */
export async function readRows<Row>(
	api: SendGridApi,
	{ call, keyOf, isEnough }: RowList<Row>,
	found = new Map<string, Row>(),
): Promise<Row[]> {
	let offset = 0;
	let expected: string | undefined;
	let isSteppingBack = false;
	let stepsBack = 0;
	let longest = 0;
	// Doubles with each step in a row: usually few rows were deleted, sometimes thousands.
	let stepLength = 0;
	let first: string[] = [];
	// Rows that were read without a gap before them.
	const joined = new Set<string>();
	for (;;) {
		const request = call(offset);
		const page = await api.send(request);
		const keys = page.map(keyOf);
		const known = found.size;
		for (const row of page) found.set(keyOf(row), row);
		if (isEnough(found)) break;

		if (offset === 0) first = keys;
		// A row added at the start can repeat the first page, too: stepping back once finds that row.
		const isFirstAgain = offset > 0 && keys.length > 1 && isSame(keys, first);
		if (isFirstAgain && stepsBack > 0)
			throw new SendGridError({ kind: 'shape', status: 200 }, request);
		const moved = isSteppingBack
			? offset > 0 && !keys.some((key) => joined.has(key))
			: expected !== undefined && keys[0] !== expected;
		if (moved && stepsBack < MAX_STEPS_BACK) {
			stepsBack += 1;
			isSteppingBack = true;
			offset = Math.max(0, offset - stepLength);
			stepLength *= 2;
			continue;
		}
		const hasNew = found.size > known;
		const hasEnded = keys.length < 2 && !hasNew && !(isSteppingBack && keys.length === 1);
		if (hasEnded) break;
		if (moved && !hasNew) throw new SendGridError({ kind: 'shape', status: 200 }, request);
		for (const key of keys) joined.add(key);
		longest = Math.max(longest, keys.length);
		stepLength = Math.ceil(longest / 8);
		// A page with only one row has no room for an overlap.
		const shared = longest > 1 ? 1 : 0;
		offset += keys.length - shared;
		expected = shared === 1 ? keys.at(-1) : undefined;
		isSteppingBack = false;
	}
	return [...found.values()];
}

function isSame(some: string[], others: string[]): boolean {
	return some.length === others.length && some.every((key, index) => key === others[index]);
}
