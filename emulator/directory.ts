interface Entry<T> {
	key: string;
	/** Grows with every record, so that a position can be found by halving. */
	sequence: number;
	record: T;
}

/**
 * Records by name, in the order they came, found without walking through all of them: by name, by
 * the beginning of a name, and by position for paging.
 */
export class Directory<T> {
	private readonly byKey = new Map<string, Entry<T>>();
	private readonly inOrder: Array<Entry<T>> = [];
	private readonly byName: Array<Entry<T>> = [];
	/** Where deleted records stood: a cursor on one of them still has a meaning. */
	private readonly gone = new Map<string, number>();
	private sequence = 0;

	/** `ignoreCase` makes names that differ in case alone the same name. */
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

	/** Adds a record at the end; a name that is there already is refused. */
	add(name: string, record: T): T {
		const key = this.keyOf(name);
		if (this.byKey.has(key)) throw new Error(`${name} exists`);
		const entry = { key, sequence: this.sequence++, record };
		this.byKey.set(key, entry);
		this.gone.delete(key);
		this.inOrder.push(entry);
		this.byName.splice(this.placeOf(key), 0, entry);
		return record;
	}

	delete(name: string): boolean {
		const key = this.keyOf(name);
		const entry = this.byKey.get(key);
		if (!entry) return false;
		this.byKey.delete(key);
		this.gone.set(key, entry.sequence);
		this.inOrder.splice(this.positionFrom(entry.sequence), 1);
		this.byName.splice(this.placeOf(key), 1);
		return true;
	}

	/** All records, or `count` of them from `start`, in the order they came. */
	list(start = 0, count = Infinity): T[] {
		return this.inOrder.slice(start, start + count).map((entry) => entry.record);
	}

	/** The position behind a record that is, or was, here; undefined for a name never seen. */
	positionAfter(name: string): number | undefined {
		const key = this.keyOf(name);
		const sequence = this.byKey.get(key)?.sequence ?? this.gone.get(key);
		return sequence === undefined ? undefined : this.positionFrom(sequence + 1);
	}

	/** The records whose name begins like this, in the order they came. */
	startingWith(prefix: string): T[] {
		const key = this.keyOf(prefix);
		const found: Array<Entry<T>> = [];
		for (let place = this.placeOf(key); place < this.byName.length; place++) {
			const entry = this.byName[place];
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

	private placeOf(key: string): number {
		return firstIndex(this.byName, (entry) => entry.key >= key);
	}
}

/** Index of the first item of a sorted list that `reached` holds for, by halving. */
function firstIndex<T>(items: T[], reached: (item: T) => boolean): number {
	let low = 0;
	let high = items.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (reached(items[middle] as T)) high = middle;
		else low = middle + 1;
	}
	return low;
}
