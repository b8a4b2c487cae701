import type { Call } from '../transport/call';
import { SendGridError } from '../transport/errors/failure';
import type { SendGridApi } from '../transport/client';

/** A list whose pages are addressed by the number of a row. */
export interface RowList<Row> {
	/** The call for the page that begins at a row. */
	call: (offset: number) => Call<Row[]>;
	/** What tells rows apart. */
	keyOf: (row: Row) => string;
	/** Whether what was found is all that is wanted. */
	isEnough: (found: Map<string, Row>) => boolean;
}

/** Even a list that keeps changing must come to an end. */
const MAX_STEPS_BACK = 20;

/**
 * Reads a list page by page to its end. SendGrid counts rows: if rows are deleted meanwhile, later
 * ones move up and would be missed. So each page begins with the row that the last one ended with;
 * where it doesn't, reading goes back until a page holds a row that was read before. A row that is
 * read twice is kept once.
 *
 * The list ends with a page that has nothing after the row it should begin with. A page with fewer
 * rows than the limit isn't the end: SendGrid or a gateway may allow fewer rows than were asked for.
 *
 * Rows are put into `found` as they come, for callers that use a part of the list.
 * @throws SendGridError where the same rows come again and again, as from a gateway that drops the
 * offset: the list would lack all others
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
	// Doubles with each return in a row: usually few rows went, sometimes thousands.
	let stepLength = 0;
	let first: string[] = [];
	// Rows read without a gap before them.
	const joined = new Set<string>();
	for (;;) {
		const request = call(offset);
		const page = await api.send(request);
		const keys = page.map(keyOf);
		const known = found.size;
		for (const row of page) found.set(keyOf(row), row);
		if (isEnough(found)) break;

		if (offset === 0) first = keys;
		// Where a row was added before the others, going back once shows it.
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
		// Pages of a single row have no room for a row that was read before.
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
