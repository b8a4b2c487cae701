import { randomUUID } from 'crypto';
import type { EntryChange } from '../domain/onceKey';

interface Written extends Pick<EntryChange, 'record' | 'remove'> {
	receipt: string;
	/** Whether the receipt should be in the list now. */
	isKept: boolean;
	/** In ms since 1970; Infinity until it's written. */
	checkAt: number;
}

/** What to check in a turn: record `record`, and then remove what `removalAfter` returns. */
export interface DoneKeyCheck {
	record: string[];
	removalAfter: (isNew: (entry: string) => boolean) => string[];
}

/**
 * Checks that keys that are done stay done: another process can replace the list by an older one that it
 * has just read, and so restore what was removed.
 *
 * A receipt is recorded when a key is done. Once every list that a process may still write has it, it is
 * removed together with what must stay removed, so an older list restores both.
 */
export class DoneKeys {
	private written: Written[] = [];

	constructor(private readonly checkAfterMs: number) {}

	/** When the next check is due, in ms since 1970; Infinity if there is none. */
	get nextAt(): number {
		return Math.min(Infinity, ...this.written.map(({ checkAt }) => checkAt));
	}

	/** The receipt to record with these changes; none if no key is done. */
	receiptFor(changes: EntryChange[]): string[] {
		const done = changes.filter(({ isDone }) => isDone);
		if (done.length === 0) return [];
		const receipt = `done ${randomUUID()}`;
		const record = done.flatMap((change) => change.record);
		const remove = done.flatMap((change) => change.remove);
		this.written.push({ receipt, record, remove, isKept: true, checkAt: Infinity });
		return [receipt];
	}

	/** What is due. It's removed again in any case, and checked until it has stayed removed. */
	takeDue(): DoneKeyCheck {
		const now = Date.now();
		const due = this.written.filter(({ checkAt }) => checkAt <= now);
		this.written = this.written.filter(({ checkAt }) => checkAt > now);
		return {
			record: due.flatMap(({ receipt, record }) => [receipt, ...record]),
			removalAfter: (isNew) =>
				due.flatMap(({ receipt, record, remove, isKept }) => {
					const isAsExpected = isNew(receipt) !== isKept;
					if (isKept || !isAsExpected) {
						const next = { isKept: !(isKept && isAsExpected), checkAt: Infinity };
						this.written.push({ receipt, record, remove, ...next });
					}
					return isAsExpected ? [receipt, ...remove] : remove;
				}),
		};
	}

	/** Call it at the end of a turn: what it has written is checked a while later. */
	endTurn(): void {
		const checkAt = Date.now() + this.checkAfterMs;
		for (const one of this.written) one.checkAt = Math.min(one.checkAt, checkAt);
	}
}
