import { ReadFailed } from '../../../nodes/SendGridProvisioning/trigger/readEachCustomer';
import { TriggerStates } from '../../../nodes/SendGridProvisioning/trigger/triggerState';
import type { PollLock, PollStart } from '../../../nodes/SendGridProvisioning/trigger/triggerState';

const DAY_MS = 86_400_000;
const NOTHING = { items: [], memory: undefined };

/** By default, a poll on schedule with a new context. */
function start(more: Partial<PollStart> = {}): PollStart {
	const defaults = { activation: false, budgetMs: 1_000, pollTimes: ['every minute'], nowMs: 0 };
	return { context: {}, saved: undefined, ...defaults, ...more };
}

function started(poll: PollLock | undefined): PollLock {
	if (poll === undefined) throw new Error('The poll was ignored');
	return poll;
}

describe('the poll lock', () => {
	it('is held by one poll of a trigger at a time, until it ends', () => {
		const states = new TriggerStates();
		const poll = started(states.start('one', start()));
		expect(states.start('one', start({ nowMs: 1_999 }))).toBeUndefined();
		expect(states.start('other', start())).toBeDefined();
		poll.end(NOTHING);
		expect(states.start('one', start())).toBeDefined();
	});

	it('is released by a poll that fails', () => {
		const states = new TriggerStates();
		started(states.start('one', start())).end();
		expect(states.start('one', start())).toBeDefined();
	});

	it('is taken from a poll that has taken twice its time, which may never end', () => {
		const states = new TriggerStates();
		const stuck = started(states.start('one', start()));
		const next = started(states.start('one', start({ nowMs: 2_000 })));
		expect([stuck.superseded, next.superseded]).toEqual([true, false]);
		// If it ends after all, the next poll still holds the lock.
		stuck.end(NOTHING);
		expect(states.start('one', start({ nowMs: 2_001 }))).toBeUndefined();
	});

	it('is always taken by an activation', () => {
		const states = new TriggerStates();
		const before = started(states.start('one', start()));
		expect(states.start('one', start({ activation: true }))).toBeDefined();
		expect(before.superseded).toBe(true);
	});
});

describe('an older registration that n8n still polls with', () => {
	let [older, latest] = [{}, {}];

	beforeEach(() => {
		[older, latest] = [{}, {}];
	});

	function republished(more: { older?: string[]; latest?: string[] } = {}): TriggerStates {
		const states = new TriggerStates();
		const times = { older: ['every minute'], latest: ['every minute'], ...more };
		for (const [context, pollTimes] of [
			[{}, times.older],
			[older, times.older],
			[latest, times.latest],
		] as const) {
			started(states.start('one', start({ context, pollTimes, activation: true }))).end(NOTHING);
		}
		return states;
	}

	function polls(states: TriggerStates, context: object): boolean {
		const poll = states.start('one', start({ context }));
		poll?.end(NOTHING);
		return poll !== undefined;
	}

	it('is ignored while the latest one polls', () => {
		const states = republished();
		for (let minute = 0; minute < 20; minute += 1) {
			expect([polls(states, older), polls(states, latest)]).toEqual([false, true]);
		}
	});

	it('is ignored while polls of the latest one are ignored because another is running', () => {
		const states = republished();
		started(states.start('one', start({ context: latest, budgetMs: 60_000 })));
		for (let minute = 0; minute < 20; minute += 1) {
			expect(polls(states, older)).toBe(false);
			expect(polls(states, latest)).toBe(false);
		}
	});

	it('polls if n8n hasn’t scheduled the latest one, until the latest one polls', () => {
		const states = republished();
		const results = Array.from({ length: 5 }, () => polls(states, older));
		expect(results).toEqual([false, false, false, true, true]);
		expect(polls(states, latest)).toBe(true);
		expect(polls(states, older)).toBe(false);
	});

	it('never polls if the latest one has another poll time, so that n8n has certainly scheduled it', () => {
		const states = republished({ older: ['every minute'], latest: ['every hour'] });
		for (let minute = 0; minute < 60; minute += 1) expect(polls(states, older)).toBe(false);
	});

	it('continues if a later activation fails, because n8n drops that one', () => {
		const states = new TriggerStates();
		started(states.start('one', start({ context: older, activation: true }))).end(NOTHING);
		started(states.start('one', start({ activation: true }))).end();
		expect(polls(states, older)).toBe(true);
	});

	it('doesn’t affect another trigger', () => {
		const states = republished();
		expect(states.start('other', start({ context: older }))).toBeDefined();
	});
});

describe('contexts that n8n makes for one poll each', () => {
	it('can all poll', () => {
		const states = new TriggerStates();
		for (let poll = 0; poll < 10; poll += 1) started(states.start('one', start())).end(NOTHING);
	});
});

describe('notices about customers that can’t be read', () => {
	const failed = (value: string): ReadFailed =>
		new ReadFailed({ noun: 'subuser', key: 'username', value }, undefined);

	it('are due once a day for each trigger', () => {
		const states = new TriggerStates();
		const due = (trigger: string, unread: ReadFailed[], nowMs: number): ReadFailed[] => {
			const poll = started(states.start(trigger, start({ nowMs })));
			poll.end(NOTHING);
			return poll.dueNotices(unread);
		};
		const [a, b] = [failed('a'), failed('b')];
		expect(due('one', [a], 0)).toEqual([a]);
		expect(due('one', [a, b], 1_000)).toEqual([b]);
		expect(due('other', [a], 1_000)).toEqual([a]);
		expect(due('one', [], DAY_MS)).toEqual([]);
		expect(due('one', [a, b], DAY_MS)).toEqual([a]);
		expect(due('one', [a, b], DAY_MS + 1_000)).toEqual([b]);
	});
});

describe('the memory of a poll without items', () => {
	const saved = { recorded: 1 };
	const left = { recorded: 1, next: 'birchwood' };

	/** Polls with what n8n has saved, and ends with new memory. Returns the memory it started with. */
	function poll(
		states: TriggerStates,
		savedNow: unknown,
		memory?: object,
		items: unknown[] = [],
	): unknown {
		const running = started(states.start('one', start({ saved: savedNow })));
		running.end({ items, memory });
		return running.memory;
	}

	it('is used by the next poll while what n8n has saved stays the same', () => {
		const states = new TriggerStates();
		const later = { recorded: 1, next: 'saltmarsh' };
		expect(poll(states, saved, left)).toEqual(saved);
		expect(poll(states, { recorded: 1 }, later)).toEqual(left);
		expect(poll(states, { recorded: 1 })).toEqual(later);
		expect(started(states.start('other', start({ saved }))).memory).toEqual(saved);
	});

	it('is dropped when n8n has saved something else since', () => {
		const states = new TriggerStates();
		poll(states, undefined, left);
		expect(poll(states, undefined)).toEqual(left);
		expect(poll(states, { recorded: 2 })).toEqual({ recorded: 2 });
	});

	it('is dropped when a poll has items, because they can be lost before n8n saves them', () => {
		const states = new TriggerStates();
		poll(states, saved, left);
		poll(states, saved, { recorded: 2 }, [{}]);
		expect(poll(states, saved)).toEqual(saved);
	});

	it('is kept when a poll remembers nothing, and when a poll fails', () => {
		const states = new TriggerStates();
		poll(states, saved, left);
		poll(states, saved, undefined);
		started(states.start('one', start({ saved }))).end();
		expect(poll(states, saved)).toEqual(left);
	});

	it('is not taken from a superseded poll', () => {
		const states = new TriggerStates();
		const slow = started(states.start('one', start({ saved })));
		started(states.start('one', start({ saved, activation: true }))).end(NOTHING);
		slow.end({ items: [], memory: left });
		expect(poll(states, saved)).toEqual(saved);
	});

	/** Saved memory that counts how often it's serialized. */
	function counted(): { memory: object; count: () => number } {
		let count = 0;
		const toJSON = (): object => {
			count += 1;
			return saved;
		};
		return { memory: { toJSON }, count: () => count };
	}

	it('is serialized once per poll if n8n makes a context for each poll', () => {
		const states = new TriggerStates();
		for (let polls = 0; polls < 5; polls += 1) {
			const { memory, count } = counted();
			const known = poll(states, memory, left);
			expect(known).toBe(polls === 0 ? memory : left);
			expect(count()).toBe(1);
		}
	});

	it('isn’t serialized if a context polls again, or if n8n has the same object', () => {
		const states = new TriggerStates();
		const context = {};
		poll(states, undefined, left);
		const { memory, count } = counted();
		started(states.start('one', start({ saved: memory }))).end({ items: [{}], memory: memory });
		expect(count()).toBe(1);
		started(states.start('one', start({ context }))).end({ items: [], memory: memory });
		for (let polls = 0; polls < 5; polls += 1) {
			const again = started(states.start('one', start({ context, saved: memory })));
			expect(again.memory).toBe(memory);
			again.end({ items: [], memory: memory });
		}
		expect(count()).toBe(1);

		const other = new TriggerStates();
		poll(other, undefined, memory);
		expect(poll(other, memory, memory)).toBe(memory);
		expect(count()).toBe(1);
	});
});

describe('the state of triggers that were removed', () => {
	it('is dropped after a month without polls, and not before', () => {
		const states = new TriggerStates();
		const left = { next: 'birchwood' };
		started(states.start('monthly', start())).end({ items: [], memory: left });
		const removed = started(states.start('removed', start()));
		const monthly = started(states.start('monthly', start({ nowMs: 31 * DAY_MS })));
		expect(monthly.memory).toEqual(left);
		expect(states.size).toBe(2);
		expect(removed.superseded).toBe(false);
		started(states.start('other', start({ nowMs: 32 * DAY_MS })));
		expect(states.size).toBe(2);
		expect(removed.superseded).toBe(true);
	});

	it('is kept for the thousand triggers that polled most recently', () => {
		const states = new TriggerStates();
		const left = { next: 'birchwood' };
		const poll = (trigger: string): unknown => {
			const running = started(states.start(trigger, start()));
			running.end({ items: [], memory: left });
			return running.memory;
		};
		for (let index = 0; index < 1_000; index += 1) poll(`trigger ${index}`);
		poll('trigger 0');
		for (let index = 0; index < 500; index += 1) poll(`new ${index}`);
		expect(states.size).toBe(1_000);
		expect(poll('trigger 0')).toBe(left);
		expect(poll('trigger 1')).toBeUndefined();
	});
});
