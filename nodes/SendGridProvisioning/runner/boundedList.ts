import { outcomeOf } from '../domain/outcome';
import { isListTooLong } from './entryList';
import type { EntryList } from './entryList';

/**
 * How many keys are remembered, how many entries are kept for them when the oldest are forgotten, and
 * how many more there may be before. A key has one entry when it's done and two while it's in doubt:
 * the numbers hold while one key in 13 is in doubt.
 */
const BOUND = { keys: 25_000, kept: 27_000, slack: 1000 };
/** For a database whose column has room for about 2,400 entries, those of a call included. */
const SMALL_BOUND = { keys: 1500, kept: 1620, slack: 180 };

/** Keeps n8n's list from growing without end. */
export class BoundedList {
	private bound = BOUND;
	private changesSinceCount = Infinity;
	private hasForgotten = false;

	/** Records entries, after making room where the database has no more. */
	async record(list: EntryList, entries: string[]): Promise<Set<string>> {
		if (entries.length === 0) return new Set();
		const outcome = await outcomeOf(async () => await list.record(entries));
		if ('value' in outcome) return outcome.value;
		if (!isListTooLong(outcome.error)) throw outcome.error;
		this.bound = SMALL_BOUND;
		await this.forgetOldest(list, 0);
		return await list.record(entries);
	}

	/**
	 * Forgets the oldest entries after so many changes, if there are too many; entries of keys that are
	 * in flight come on top. n8n reads the whole list to count it, so this is done now and then.
	 */
	async trimAfter(list: EntryList, changes: number, inFlight: number): Promise<void> {
		const { kept, slack } = this.bound;
		this.changesSinceCount += changes;
		if (this.changesSinceCount < slack) return;
		this.changesSinceCount = 0;
		if ((await list.count()) > kept + slack + inFlight) await this.forgetOldest(list, inFlight);
	}

	/** How many keys are remembered, if the oldest were forgotten since this was last asked. */
	takeForgotten(): number | undefined {
		const keys = this.hasForgotten ? this.bound.keys : undefined;
		this.hasForgotten = false;
		return keys;
	}

	private async forgetOldest(list: EntryList, inFlight: number): Promise<void> {
		await list.trim(this.bound.kept + inFlight);
		this.hasForgotten = true;
	}
}
