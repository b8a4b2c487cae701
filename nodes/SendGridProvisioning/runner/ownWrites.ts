/**
 * What this process writes to a customer's list while an earlier item waits to check that its change is
 * still there: a later item that takes the change back is no other process that overwrote it.
 */
export interface OwnWrites {
	/** Notes what a write is about to change, for all who watch. */
	note(names: string[]): void;
	/** Collects what is written from now on. Must be ended. */
	watch(): { names: ReadonlySet<string>; end: () => void };
}

const watches = new Map<string, Set<Set<string>>>();

/** The writes to one customer's list, in any execution of this process. */
export function ownWritesOf(key: string): OwnWrites {
	return {
		note: (names) => {
			for (const watch of watches.get(key) ?? []) for (const name of names) watch.add(name);
		},
		watch: () => {
			const names = new Set<string>();
			const ofCustomer = watches.get(key) ?? new Set();
			watches.set(key, ofCustomer.add(names));
			const end = (): void => {
				ofCustomer.delete(names);
				if (ofCustomer.size === 0 && watches.get(key) === ofCustomer) watches.delete(key);
			};
			return { names, end };
		},
	};
}

/** How many customers are remembered because an item waits. */
export function customersWatched(): number {
	return watches.size;
}
