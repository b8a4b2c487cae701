import { isRecord } from './values';

/** The last known state of each account, by account ID. */
export type States = ReadonlyMap<string, string>;

/** What a poll found out about an account. Without a state, the account doesn't exist anymore. */
export interface SeenState {
	id: string;
	state: string | undefined;
}

export interface StateChange {
	id: string;
	/** Null for an account that wasn't known before. */
	from: string | null;
	to: string;
}

/** The state that new accounts have. */
const INITIAL_STATE = 'activated';
/** Remembered for an account that couldn't be read while the others were recorded. */
const UNREAD = '';

/**
 * Finds the accounts whose state has changed, and what to remember. While `recording`, accounts that
 * are seen for the first time are only remembered. Accounts that can't be read while `recording` are
 * only remembered when they are first read.
 *
 * After recording, an account that is seen for the first time has changed unless it's activated. It
 * may have been seen before: n8n doesn't always save the memory of polls without items.
 */
export function stateChangesIn(
	states: States,
	seen: SeenState[],
	{ recording, unread }: { recording: boolean; unread: string[] },
): { changes: StateChange[]; states: States } {
	const changes: StateChange[] = [];
	const after = new Map(states);
	for (const id of recording ? unread : []) after.set(id, states.get(id) ?? UNREAD);
	for (const { id, state } of seen) {
		const from = states.get(id) ?? null;
		if (state === undefined) {
			after.delete(id);
			continue;
		}
		after.set(id, state);
		if (from === UNREAD) continue;
		const changed = from === null ? !recording && state !== INITIAL_STATE : from !== state;
		if (changed) changes.push({ id, from, to: state });
	}
	return { changes, states: after };
}

/** Groups the accounts by state, for storing. */
export function writeStates(states: States): Record<string, string[]> {
	const byState = new Map<string, string[]>();
	for (const [id, state] of states) {
		const ids = byState.get(state) ?? [];
		byState.set(state, ids);
		ids.push(id);
	}
	return Object.fromEntries(byState);
}

/** Reads what `writeStates` returned; undefined for anything else. */
export function readStates(stored: unknown): States | undefined {
	if (!isRecord(stored)) return undefined;
	const states = new Map<string, string>();
	for (const [state, ids] of Object.entries(stored)) {
		if (!Array.isArray(ids)) return undefined;
		for (const id of ids as unknown[]) {
			if (typeof id !== 'string' || id === '') return undefined;
			states.set(id, state);
		}
	}
	return states;
}
