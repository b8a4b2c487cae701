import { randomUUID } from 'crypto';
import type { EntryChange } from '../domain/onceKey';
import { clock } from '../transport/clock';

/** Changes that one turn has written, and two entries that show whether they are still in the list. */
interface Written {
	changes: EntryChange[];
	/** Recorded together with what the changes record. */
	receipt: string;
	/** Recorded before, and removed together with what the changes remove. */
	marker: string;
	/** How many more checks must find nothing lost. */
	checksLeft: number;
	/** In ms since 1970; Infinity until it's written. */
	checkAt: number;
}

/** Entries to record in a turn, and to remove afterwards. */
interface Entries {
	record: string[];
	remove: string[];
}

/** What to record in a turn, and then, when it's known which entries were new, what else to do. */
export interface DoneKeyCheck {
	record: string[];
	after: (isNew: (entry: string) => boolean) => { remove: string[]; lost: EntryChange[] };
}

export const NO_CHECK: DoneKeyCheck = { record: [], after: () => ({ remove: [], lost: [] }) };

/**
 * One check isn't enough: a process can still have the list to write that another one has written just
 * before the check.
 */
const CHECKS = 2;

/**
 * Checks that keys that are done stay done: another process can replace the list by an older one that it
 * has just read, and so lose what was recorded or restore what was removed.
 *
 * Two entries show it for all keys of a turn: a list without what was recorded lacks the receipt, too,
 * and a list with what was removed has the marker, too.
 */
export class DoneKeys {
	private written: Written[] = [];

	constructor(private readonly waitMs: () => number) {}

	/** When the next check is due, in ms since 1970; Infinity if there is none. */
	get nextAt(): number {
		return Math.min(Infinity, ...this.written.map(({ checkAt }) => checkAt));
	}

	/** What is removed when these keys are done, until it's certain that it stays removed. */
	get removed(): Set<string> {
		const changes = this.written.flatMap((one) => one.changes);
		return new Set(changes.flatMap(({ remove }) => remove));
	}

	/** What to write together with these changes. */
	entriesFor(changes: EntryChange[]): Entries {
		const done = changes.filter(({ isDone }) => isDone);
		if (done.length === 0) return { record: [], remove: [] };
		const [receipt, marker] = [`done ${randomUUID()}`, `removed ${randomUUID()}`];
		this.written.push({ changes: done, receipt, marker, checksLeft: CHECKS, checkAt: Infinity });
		return { record: [receipt, marker], remove: [marker] };
	}

	/** What is due. It's checked until nothing is lost; what is lost must be written once more. */
	takeDue(): DoneKeyCheck {
		const now = clock.now();
		const due = this.written.filter(({ checkAt }) => checkAt <= now);
		this.written = this.written.filter(({ checkAt }) => checkAt > now);
		const record = due.flatMap(({ receipt, marker }) => [receipt, marker]);
		return {
			record,
			after: (isNew) => {
				const isLost = ({ receipt, marker }: Written): boolean => isNew(receipt) || !isNew(marker);
				const lost = due.filter(isLost);
				const stayed = due.filter((one) => !isLost(one));
				const last = stayed.filter(({ checksLeft }) => checksLeft === 1);
				for (const { checksLeft, ...one } of stayed.filter((one) => !last.includes(one)))
					this.written.push({ ...one, checksLeft: checksLeft - 1, checkAt: Infinity });
				const receipts = [...lost, ...last].map(({ receipt }) => receipt);
				const remove = [...receipts, ...due.map(({ marker }) => marker)];
				return { remove, lost: lost.flatMap(({ changes }) => changes) };
			},
		};
	}

	/** Call it at the end of a turn: what it has written is checked a while later. */
	endTurn(): void {
		const checkAt = clock.now() + this.waitMs();
		for (const one of this.written) one.checkAt = Math.min(one.checkAt, checkAt);
	}
}
