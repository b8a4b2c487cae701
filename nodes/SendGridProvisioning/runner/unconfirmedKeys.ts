import { stateFrom } from '../domain/onceKey';
import type { KeyEntries, KeyState } from '../domain/onceKey';

export interface Question {
	entries: KeyEntries;
	/** How often another process's older list has replaced what was recorded. */
	losses: number;
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
	/** Recorded by a call that took long, so other processes may have confirmed these keys before it. */
	isLate: boolean;
}

/** By then, an item of another process has usually ended, and its key is done. */
const CONFIRM_LATE_AFTER_MS = 3000;

/** Keys that were recorded a moment ago, and are confirmed a while later. */
export class UnconfirmedKeys {
	private groups: UnconfirmedGroup[] = [];

	constructor(private readonly confirmAfterMs: number) {}

	/** When the next ones are due, in ms since 1970; Infinity if there are none. */
	get nextAt(): number {
		return Math.min(Infinity, ...this.groups.map(({ confirmAt }) => confirmAt));
	}

	/** Adds keys that a call has just recorded, which began at this time. */
	add(group: Group, begunAt: number): void {
		const now = Date.now();
		const isLate = now - begunAt > this.confirmAfterMs;
		const confirmAt = now + (isLate ? CONFIRM_LATE_AFTER_MS : this.confirmAfterMs);
		this.groups.push({ ...group, confirmAt, isLate });
	}

	takeDue(): UnconfirmedGroup[] {
		const now = Date.now();
		const due = this.groups.filter(({ confirmAt }) => confirmAt <= now);
		this.groups = this.groups.filter(({ confirmAt }) => confirmAt > now);
		return due;
	}
}

/** What to ask once more when the receipt is looked for. */
export function askedAgain({ isLate, questions }: UnconfirmedGroup): Question[] {
	return isLate ? questions : [];
}

/** Answers what can be answered after the receipt was looked for, and returns what was lost. */
export function confirm(
	{ receipt, isLate, questions }: UnconfirmedGroup,
	isNew: (entry: string) => boolean,
): Question[] {
	const isLost = isNew(receipt);
	if (!isLate) {
		if (isLost) return questions;
		for (const { resolve } of questions) resolve('new');
		return [];
	}
	// Both processes have recorded the same entries, so the key looks in doubt unless the other one is done.
	for (const { entries, resolve } of questions) {
		if (!isLost && stateFrom(entries, isNew) === 'in doubt') resolve('new');
	}
	return [];
}

/** Whether a key was new; answers the question if it wasn't, unless `confirm` has answered it before. */
export function isFresh(
	{ entries, resolve }: Question,
	isNew: (entry: string) => boolean,
): boolean {
	const state = stateFrom(entries, isNew);
	if (state !== 'new') resolve(state);
	return state === 'new';
}
