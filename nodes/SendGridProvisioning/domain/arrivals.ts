/** A customer in SendGrid's list. */
export interface Listed {
	name: string;
	/** SendGrid's numeric ID, if it has one. A new customer with the same name has another one. */
	id: number | undefined;
}

/** The numeric IDs of each customer that has ever been seen, by name; empty if SendGrid sent none. */
export type Known = ReadonlyMap<string, readonly number[]>;

/** At least this many customers are remembered that aren't in the list anymore. */
const MIN_ABSENT = 1_000;
/** More are remembered up to this total, in case a list of 20,000 is empty for a moment. */
const MAX_REMEMBERED = 21_000;

/**
 * Finds the listed customers that are new, and what is known afterwards. A customer that comes back
 * isn't new, because lists can have gaps: a page that shifts while it's read can lack a row, and
 * SendGrid reportedly leaves out disabled subusers. But a customer is new if it has another ID than
 * before: it was deleted and created again.
 *
 * To limit the memory, one customer that isn't listed is forgotten for each new one. They aren't all
 * forgotten together, because a list can be incomplete for a moment.
 */
export function arrivalsIn<Entry extends Listed>(
	known: Known,
	list: Entry[],
): { arrived: Entry[]; known: Known } {
	const arrived: Entry[] = [];
	const present = new Map<string, number[]>();
	for (const entry of list) {
		const { name, id } = entry;
		const ids = present.get(name) ?? [...(known.get(name) ?? [])];
		const seen = known.has(name) || present.has(name);
		const sameId = id === undefined || ids.length === 0 || ids.includes(id);
		if (!seen || !sameId) arrived.push(entry);
		if (id !== undefined && !ids.includes(id)) ids.push(id);
		present.set(name, ids);
	}
	// The customers that were listed most recently come first.
	const absent = [...known].filter(([name]) => !present.has(name));
	const room = Math.max(MIN_ABSENT, MAX_REMEMBERED - present.size);
	const forgotten = Math.min(arrived.length, Math.max(0, absent.length - room));
	const remembered = absent.slice(0, absent.length - forgotten);
	return { arrived, known: new Map([...present, ...remembered]) };
}

/** Flattens the known customers for storing: each name, followed by its IDs. */
export function writeKnown(known: Known): Array<string | number> {
	return [...known].flatMap(([name, ids]) => [name, ...ids]);
}

/** Reads what `writeKnown` returned; undefined for anything else. */
export function readKnown(stored: unknown): Known | undefined {
	if (!Array.isArray(stored)) return undefined;
	const known = new Map<string, number[]>();
	let ids: number[] | undefined;
	for (const entry of stored as unknown[]) {
		if (typeof entry === 'string' && entry !== '') {
			ids = [];
			known.set(entry, ids);
		} else if (typeof entry === 'number' && ids !== undefined) {
			ids.push(entry);
		} else return undefined;
	}
	return known;
}
