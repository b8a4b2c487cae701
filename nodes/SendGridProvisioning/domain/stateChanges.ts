import { isRecord } from './values';

/** The state in which each account was last seen, by account ID. */
export type States = ReadonlyMap<string, string>;

/** What a poll has found out about an account; without a state it is no longer there. */
export interface SeenState {
	id: string;
	state: string | undefined;
}

export interface StateChange {
	id: string;
	/** Null for an account that had not been seen before. */
	from: string | null;
	to: string;
}

/** The state of an account that nobody has done anything to. */
const USUAL = 'activated';
/** Stands for the state of an account that could not be read while the others were recorded. */
const UNREAD = '';

/**
 * The accounts whose state has changed, and what is to be remembered. While `recording`, accounts
 * that are seen for the first time are only remembered; so are those that could not be read then,
 * when they are seen at last.
 *
 * Later, an account that is seen for the first time has changed if its state is not the usual one:
 * n8n may have forgotten the quiet poll that saw it as it was before.
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
		const changed = from === null ? !recording && state !== USUAL : from !== state;
		if (changed) changes.push({ id, from, to: state });
	}
	return { changes, states: after };
}

/** As it is stored: for each state the accounts that are in it. */
export function writeStates(states: States): Record<string, string[]> {
	const byState = new Map<string, string[]>();
	for (const [id, state] of states) {
		const ids = byState.get(state) ?? [];
		byState.set(state, ids);
		ids.push(id);
	}
	return Object.fromEntries(byState);
}

/** Reads what was stored; undefined where it is something else. */
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
