// SendGrid has no idempotency keys. n8n keeps a list of entries per node, which can be asked which of
// some entries are new, but only by recording them. So a key is kept as two entries, chosen so that
// every step that a crash leaves out makes the key look in doubt, never new:
//
//   begun  open   the key is
//   no     no     new
//   yes    yes    in doubt: an item began, and didn't finish
//   yes    no     done
//   no     yes    in doubt: n8n has forgotten that it began
//
// Asking makes each of them "begun, open", and what follows takes back what doesn't hold.

/** What runs at most once: an operation on a customer, under a key. */
export interface OnceKey {
	/** Resource and operation, such as `subuserCredit.adjust`. */
	operation: string;
	/** The account's ID or the subuser's username; empty for an operation without a customer. */
	customer: string;
	/** As the item has it; upper and lower case differ. */
	key: string;
}

/** A key's entries in n8n's list. */
export interface KeyEntries {
	begun: string;
	open: string;
}

/** Two keys have the same entries if and only if they are equal; SendGrid ignores a customer's case. */
export function entriesOf({ operation, customer, key }: OnceKey): KeyEntries {
	const name = JSON.stringify([operation, customer.toLowerCase(), key]);
	return { begun: `${name} begun`, open: `${name} open` };
}

/**
 * What to ask about a key, in the order to record it: n8n forgets the oldest entries first, and a key
 * of which only `open` is left is in doubt.
 */
export function questionOf({ begun, open }: KeyEntries): string[] {
	return [begun, open];
}

/** The rows of the table above. */
export type KeyState = 'new' | 'in doubt' | 'done' | 'begin forgotten';

/** What a key's state was before it was asked; `isNew` says whether an entry wasn't in the list. */
export function stateFrom(
	{ begun, open }: KeyEntries,
	isNew: (entry: string) => boolean,
): KeyState {
	if (isNew(open)) return isNew(begun) ? 'new' : 'done';
	return isNew(begun) ? 'begin forgotten' : 'in doubt';
}

/** Whether an earlier item of this key may have been applied without being done. */
export function isKeyInDoubt(state: KeyState): boolean {
	return state === 'in doubt' || state === 'begin forgotten';
}

/**
 * What came of the item: it went through; nothing is left of it, because it changed nothing or was
 * overwritten; or it may have changed something.
 */
export type Fate = 'applied' | 'no effect' | 'unclear';

/** What to write about a key after its item; `record` must be written before `remove`. */
export interface EntryChange {
	record: string[];
	remove: string[];
	/** Whether the key is done, so that what is removed may never come back. */
	isDone: boolean;
}

/**
 * What to write about a key that was in this state before it was asked. A key that was in doubt stays
 * in doubt where its item had no effect, because the earlier one may have had. What must be there is
 * recorded again, in case another process's older list has replaced this one.
 */
export function changeAfter({ begun, open }: KeyEntries, state: KeyState, fate: Fate): EntryChange {
	if (state === 'done') return { record: [], remove: [open], isDone: true };
	if (fate === 'applied') return { record: [begun], remove: [open], isDone: true };
	const isDone = false;
	if (state === 'new' && fate === 'no effect') return { record: [], remove: [begun, open], isDone };
	// The question put `begun` behind `open`. If n8n then forgot `open` first, the key would be done.
	if (state === 'begin forgotten') return { record: [open], remove: [begun], isDone };
	return { record: fate === 'unclear' ? [begun, open] : [], remove: [], isDone };
}
