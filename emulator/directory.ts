interface Entry<T> {
	key: string;
	/** Increases with each record, so that a binary search can find a position. */
	sequence: number;
	record: T;
}

/**
 * Records in insertion order, with fast access by name, by prefix of the name, and by position for
 * paging.
 */
export class Directory<T> {
	private readonly byKey = new Map<string, Entry<T>>();
	private readonly inOrder: Array<Entry<T>> = [];
	private readonly byName: Array<Entry<T>> = [];
	/** Sequence numbers of deleted records, so that a cursor on one still works. */
	private readonly deleted = new Map<string, number>();
	private sequence = 0;

	/** With `ignoreCase`, names that differ only in case are the same. */
	constructor(private readonly ignoreCase = false) {}

	get size(): number {
		return this.inOrder.length;
	}

	get(name: string): T | undefined {
		return this.byKey.get(this.keyOf(name))?.record;
	}

	has(name: string): boolean {
		return this.byKey.has(this.keyOf(name));
	}

	/** Adds a record at the end. @throws Error if the name exists */
	add(name: string, record: T): T {
		const key = this.keyOf(name);
		if (this.byKey.has(key)) throw new Error(`${name} exists`);
		const entry = { key, sequence: this.sequence++, record };
		this.byKey.set(key, entry);
		this.deleted.delete(key);
		this.inOrder.push(entry);
		this.byName.splice(this.indexOf(key), 0, entry);
		return record;
	}

	delete(name: string): boolean {
		const key = this.keyOf(name);
		const entry = this.byKey.get(key);
		if (!entry) return false;
		this.byKey.delete(key);
		this.deleted.set(key, entry.sequence);
		this.inOrder.splice(this.positionFrom(entry.sequence), 1);
		this.byName.splice(this.indexOf(key), 1);
		return true;
	}

	/** All records, or `count` of them from `start`, in insertion order. */
	list(start = 0, count = Infinity): T[] {
		return this.inOrder.slice(start, start + count).map((entry) => entry.record);
	}

	/** The position after a present or deleted record; undefined for an unknown name. */
	positionAfter(name: string): number | undefined {
		const key = this.keyOf(name);
		const sequence = this.byKey.get(key)?.sequence ?? this.deleted.get(key);
		return sequence === undefined ? undefined : this.positionFrom(sequence + 1);
	}

	/** The records whose name has this prefix, in insertion order. */
	startingWith(prefix: string): T[] {
		const key = this.keyOf(prefix);
		const found: Array<Entry<T>> = [];
		for (let index = this.indexOf(key); index < this.byName.length; index++) {
			const entry = this.byName[index];
			if (!entry?.key.startsWith(key)) break;
			found.push(entry);
		}
		return found.sort((a, b) => a.sequence - b.sequence).map((entry) => entry.record);
	}

	private keyOf(name: string): string {
		return this.ignoreCase ? name.toLowerCase() : name;
	}

	private positionFrom(sequence: number): number {
		return firstIndex(this.inOrder, (entry) => entry.sequence >= sequence);
	}

	private indexOf(key: string): number {
		return firstIndex(this.byName, (entry) => entry.key >= key);
	}
}

/** The index of the first match in a list that is sorted by `matches`, by binary search. */
function firstIndex<T>(items: T[], matches: (item: T) => boolean): number {
	let low = 0;
	let high = items.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (matches(items[middle] as T)) high = middle;
		else low = middle + 1;
	}
	return low;
}
