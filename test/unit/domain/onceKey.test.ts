import fc from 'fast-check';
import {
	changeAfter,
	entriesOf,
	isKeyInDoubt,
	questionOf,
	stateFrom,
} from '../../../nodes/SendGridProvisioning/domain/onceKey';
import type { Fate, KeyState, OnceKey } from '../../../nodes/SendGridProvisioning/domain/onceKey';

const KEY: OnceKey = { operation: 'subuserCredit.adjust', customer: 'acme', key: 'inv-1' };
const entries = entriesOf(KEY);

/** n8n's list, as its helpers treat it: a call reads all of it and then writes all of it. */
class List {
	constructor(public kept: string[] = []) {}

	/** Records what isn't there, in this order, and returns that. */
	record(asked: string[]): string[] {
		const fresh = asked.filter((entry) => !this.kept.includes(entry));
		this.kept = [...this.kept, ...fresh];
		return fresh;
	}

	remove(gone: string[]): void {
		this.kept = this.kept.filter((entry) => !gone.includes(entry));
	}

	/** Forgets the oldest. */
	trim(most: number): void {
		this.kept = this.kept.slice(Math.max(0, this.kept.length - most));
	}
}

function asked(list: List, key = entries): KeyState {
	const fresh = list.record(questionOf(key));
	return stateFrom(key, (entry) => fresh.includes(entry));
}

/** The state as the next item will find it. */
function stateIn(list: List, key = entries): KeyState {
	return asked(new List(list.kept), key);
}

type Mode = 'fail' | 'assumeDone' | 'sendAgain';

/** One item with the key: what SendGrid makes of it, and after how many steps the process dies. */
interface Try {
	mode: Mode;
	fate: Fate;
	/** Whether SendGrid applied a request that got no clear answer. */
	applied: boolean;
	/** Steps: ask, send, record, remove. More than there are means that it lives on. */
	steps: number;
}

/** What a user is told. */
type Told = 'sent' | 'already done' | 'refused' | 'unclear' | 'in doubt' | 'nothing';

/** Runs an item; the list and SendGrid are what is left of it. */
function tryOnce(
	list: List,
	sendGrid: { applied: number },
	{ mode, fate, applied, steps }: Try,
): Told {
	const dead = (after: number): boolean => steps < after;
	if (dead(1)) return 'nothing';
	const state = asked(list);
	const doubt = isKeyInDoubt(state);
	const sends = state === 'new' || (doubt && mode === 'sendAgain');
	if (dead(2)) return 'nothing';
	if (sends && (fate === 'applied' || (fate === 'unclear' && applied))) sendGrid.applied += 1;
	if (dead(3)) return 'nothing';
	const outcome = sends ? fate : doubt && mode === 'assumeDone' ? 'applied' : 'no effect';
	const { record, remove } = changeAfter(entries, state, outcome);
	list.record(record);
	if (dead(4)) return 'nothing';
	list.remove(remove);
	if (state === 'done') return 'already done';
	if (!sends) return mode === 'assumeDone' ? 'already done' : 'in doubt';
	return { applied: 'sent', 'no effect': 'refused', unclear: 'unclear' }[fate] as Told;
}

const tries = (mode: fc.Arbitrary<Mode>) =>
	fc.record({
		mode,
		fate: fc.constantFrom<Fate>('applied', 'no effect', 'unclear'),
		applied: fc.boolean(),
		steps: fc.integer({ min: 0, max: 6 }),
	});
const inFailMode = fc.array(tries(fc.constant('fail')), { maxLength: 8 });

describe('the entries of a key', () => {
	it('are shared by two keys only if operation, customer, and key are the same', () => {
		const part = fc.string({ unit: fc.constantFrom('a', 'B', '"', ',', '\\', ' ', '[', 'begun') });
		const keys = fc.record({ operation: part, customer: part, key: part });
		fc.assert(
			fc.property(keys, keys, (one, other) => {
				const same =
					one.operation === other.operation &&
					one.customer.toLowerCase() === other.customer.toLowerCase() &&
					one.key === other.key;
				const all = [...questionOf(entriesOf(one)), ...questionOf(entriesOf(other))];
				expect(new Set(all).size).toBe(same ? 2 : 4);
			}),
		);
	});

	it('tell keys apart by case, and customers not', () => {
		expect(entriesOf({ ...KEY, customer: 'ACME' })).toEqual(entries);
		expect(entriesOf({ ...KEY, key: 'INV-1' })).not.toEqual(entries);
	});
});

describe('a key', () => {
	it('is applied at most once, wherever each item of it dies and whatever SendGrid answers', () => {
		fc.assert(
			fc.property(inFailMode, (all) => {
				const [list, sendGrid] = [new List(), { applied: 0 }];
				for (const one of all) tryOnce(list, sendGrid, one);
				expect(sendGrid.applied).toBeLessThanOrEqual(1);
			}),
			{ numRuns: 2000 },
		);
	});

	it('is done only if it was applied', () => {
		fc.assert(
			fc.property(inFailMode, (all) => {
				const [list, sendGrid] = [new List(), { applied: 0 }];
				for (const one of all) {
					const result = tryOnce(list, sendGrid, one);
					if (result === 'already done' || result === 'sent') expect(sendGrid.applied).toBe(1);
					if (stateIn(list) === 'done') expect(sendGrid.applied).toBe(1);
				}
			}),
			{ numRuns: 2000 },
		);
	});

	it('runs again only if no item of it has been applied', () => {
		fc.assert(
			fc.property(inFailMode, (all) => {
				const [list, sendGrid] = [new List(), { applied: 0 }];
				for (const one of all) tryOnce(list, sendGrid, one);
				if (stateIn(list) === 'new') expect(sendGrid.applied).toBe(0);
			}),
			{ numRuns: 2000 },
		);
	});

	it.each<[string, Omit<Try, 'mode' | 'applied'>, KeyState]>([
		['dies before it has asked', { fate: 'applied', steps: 0 }, 'new'],
		['dies before it has sent', { fate: 'applied', steps: 1 }, 'in doubt'],
		['dies while it sends', { fate: 'applied', steps: 2 }, 'in doubt'],
		['dies before it has recorded that it is done', { fate: 'applied', steps: 3 }, 'in doubt'],
		['goes through', { fate: 'applied', steps: 4 }, 'done'],
		['is refused, and dies before it has said so', { fate: 'no effect', steps: 3 }, 'in doubt'],
		['is refused', { fate: 'no effect', steps: 4 }, 'new'],
		['gets no clear answer', { fate: 'unclear', steps: 4 }, 'in doubt'],
	])('whose item %s', (_how, one, after) => {
		const list = new List();
		tryOnce(list, { applied: 0 }, { mode: 'fail', applied: true, ...one });
		expect(stateIn(list)).toBe(after);
	});

	it('that is done stays done, but for an item that dies while it asks', () => {
		fc.assert(
			fc.property(inFailMode, (all) => {
				const list = new List([entries.begun]);
				const died = all.some(({ steps }) => steps >= 1 && steps < 4);
				for (const one of all) tryOnce(list, { applied: 1 }, one);
				if (!died) expect(stateIn(list)).toBe('done');
				expect(stateIn(list)).not.toBe('new');
			}),
		);
	});

	it('that is in doubt stays in doubt, whatever else asks about it', () => {
		fc.assert(
			fc.property(fc.constantFrom(questionOf(entries), [entries.open]), inFailMode, (kept, all) => {
				const [list, sendGrid] = [new List(kept), { applied: 0 }];
				for (const one of all)
					expect(['in doubt', 'nothing']).toContain(tryOnce(list, sendGrid, one));
				expect(isKeyInDoubt(stateIn(list))).toBe(true);
				expect(sendGrid.applied).toBe(0);
			}),
		);
	});

	it('that is in doubt and sent again stays in doubt until an item goes through', () => {
		const again = fc.array(tries(fc.constant('sendAgain')), { maxLength: 6 });
		fc.assert(
			fc.property(fc.constantFrom(questionOf(entries), [entries.open]), again, (kept, all) => {
				const list = new List(kept);
				for (const one of all) {
					if (tryOnce(list, { applied: 0 }, one) === 'sent') return;
					// An item that went through and died over it may be done already.
					if (one.fate !== 'applied') expect(isKeyInDoubt(stateIn(list))).toBe(true);
					expect(stateIn(list)).not.toBe('new');
				}
			}),
		);
	});

	it('that is in doubt is done once it is assumed to be', () => {
		const list = new List(questionOf(entries));
		const assume: Try = { mode: 'assumeDone', fate: 'applied', applied: true, steps: 9 };
		expect(tryOnce(list, { applied: 0 }, assume)).toBe('already done');
		expect(stateIn(list)).toBe('done');
	});

	it('that is in doubt looks done after forgetting only if an item died while it asked about half of it', () => {
		const notApplied = tries(fc.constantFrom('fail', 'sendAgain')).map((one) => ({
			...one,
			fate: one.fate === 'applied' ? ('unclear' as const) : one.fate,
		}));
		const event = fc.oneof(notApplied, fc.integer({ min: 0, max: 3 }));
		fc.assert(
			fc.property(fc.array(event, { maxLength: 12 }), (events) => {
				const list = new List();
				let diedOverHalf = false;
				for (const one of events) {
					if (typeof one === 'number') list.trim(one);
					else {
						const wasHalf = stateIn(list) === 'begin forgotten';
						tryOnce(list, { applied: 0 }, one);
						diedOverHalf ||= wasHalf && one.steps >= 1 && one.steps < 4;
					}
					if (!diedOverHalf) expect(stateIn(list)).not.toBe('done');
				}
			}),
			{ numRuns: 5000 },
		);
	});

	it('that is in doubt can look done in that case: docs/once-per-key.md says so', () => {
		const list = new List([entries.open]);
		tryOnce(list, { applied: 0 }, { mode: 'fail', fate: 'unclear', applied: false, steps: 1 });
		list.trim(1);
		expect(stateIn(list)).toBe('done');
	});
});
