/** A customer in SendGrid's list. */
export interface Listed {
	name: string;
	/** SendGrid's number for it, which a new customer of the same name does not share. */
	id: number | undefined;
}

/** The customers that have been seen, each with the numbers it had; without any if SendGrid gave none. */
export type Known = ReadonlyMap<string, readonly number[]>;

/** So many customers are remembered in any case after they have left the list. */
const ABSENT_REMEMBERED = 1_000;
/** And as many more as have room in this: a list that was empty for a moment comes back whole. */
const REMEMBERED = 21_000;

/**
 * The customers of the list that had never been seen, and what is known afterwards. One that comes
 * back is not new, unless SendGrid's number tells that it was deleted and created again: a page that
 * shifted while it was read can miss a row, and SendGrid is said to leave out disabled subusers.
 *
 * Of those that are absent, one is forgotten for each new one, so that the memory does not grow for
 * ever; never all at once, since a list can be short for a moment.
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
		const sameNumber = id === undefined || ids.length === 0 || ids.includes(id);
		if (!seen || !sameNumber) arrived.push(entry);
		if (id !== undefined && !ids.includes(id)) ids.push(id);
		present.set(name, ids);
	}
	// Those that went last come first.
	const absent = [...known].filter(([name]) => !present.has(name));
	const room = Math.max(ABSENT_REMEMBERED, REMEMBERED - present.size);
	const forgotten = Math.min(arrived.length, Math.max(0, absent.length - room));
	const remembered = absent.slice(0, absent.length - forgotten);
	return { arrived, known: new Map([...present, ...remembered]) };
}

/** As it is stored: each name, followed by its numbers. */
export function writeKnown(known: Known): Array<string | number> {
	return [...known].flatMap(([name, ids]) => [name, ...ids]);
}

/** Reads what was stored; undefined where it is something else. */
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
