import { stateFrom } from '../domain/onceKey';
import type { KeyEntries, KeyState } from '../domain/onceKey';
import { clock } from '../transport/clock';

export interface Question {
	entries: KeyEntries;
	resolve: (state: KeyState) => void;
	reject: (error: unknown) => void;
}

/** Keys that were new, and an entry recorded with them that shows whether the record is still there. */
export interface Group {
	receipt: string;
	questions: Question[];
}

interface UnconfirmedGroup extends Group {
	/** In ms since 1970. */
	confirmAt: number;
}

/** Keys that were recorded a moment ago, and are confirmed a while later. */
export class UnconfirmedKeys {
	private groups: UnconfirmedGroup[] = [];

	constructor(private readonly waitMs: () => number) {}

	/** When the next ones are due, in ms since 1970; Infinity if there are none. */
	get nextAt(): number {
		return Math.min(Infinity, ...this.groups.map(({ confirmAt }) => confirmAt));
	}

	/** Adds keys that a call has just recorded. */
	add(group: Group): void {
		this.groups.push({ ...group, confirmAt: clock.now() + this.waitMs() });
	}

	/** What is due. Its receipts and keys must be asked about once more. */
	takeDue(): Group[] {
		const now = clock.now();
		const due = this.groups.filter(({ confirmAt }) => confirmAt <= now);
		this.groups = this.groups.filter(({ confirmAt }) => confirmAt > now);
		return due;
	}
}

/** Answers what can be answered after a group was asked about once more, and returns what was lost. */
export function confirm(
	{ receipt, questions }: Group,
	isNew: (entry: string) => boolean,
): Question[] {
	return questions.filter(({ entries, resolve }) => {
		const state = stateFrom(entries, isNew);
		// With the receipt, the entries are this process's own. Without, another one has recorded them.
		if (state !== 'new') resolve(state === 'in doubt' && !isNew(receipt) ? 'new' : state);
		return state === 'new';
	});
}

/** Whether a key was new; answers the question if it wasn't. */
export function isFresh(
	{ entries, resolve }: Question,
	isNew: (entry: string) => boolean,
): boolean {
	const state = stateFrom(entries, isNew);
	if (state !== 'new') resolve(state);
	return state === 'new';
}
