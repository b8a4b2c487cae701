import { createHash } from 'crypto';
import type { ReadFailed } from './readEachCustomer';
import { hasPolled, isReplaced, latestAfter, registrationOf } from './registrations';
import type { Latest, Registration } from './registrations';

const DAY_MS = 86_400_000;
/** The longest interval in n8n's Poll Times is a month. A trigger that polls less often starts over. */
const IDLE_MS = 32 * DAY_MS;
/** Far more triggers than one n8n has; beyond it, the one that polled least recently is dropped. */
const MOST_TRIGGERS = 1_000;

/** One poll, as n8n starts it. */
export interface PollStart {
	context: object;
	/** Whether this poll is part of publishing the workflow. */
	activation: boolean;
	/** How long the poll may take. */
	budgetMs: number;
	/** When n8n polls, one entry per time in the node's Poll Times. */
	pollTimes: string[];
	/** What n8n's static data holds. */
	saved: unknown;
	nowMs: number;
}

/** What came of a poll that didn't fail. */
export interface PollEnd {
	items: unknown[];
	/** Undefined where the memory stays as it is. */
	remember: object | undefined;
}

/** A poll that holds its trigger's lock until it ends. */
export interface Poll {
	/** What the trigger remembers. */
	readonly memory: unknown;
	/** Whether a later poll has taken the lock: then the result must be dropped. */
	readonly superseded: boolean;
	/** Customers without a notice within a day; from now on, one counts as sent. */
	dueNotices(unread: ReadFailed[]): ReadFailed[];
	/** Releases the lock. Without a result, the poll failed and changes nothing else. */
	end(result?: PollEnd): void;
}

interface TriggerState {
	polledAt: number;
	running: { poll: LockedPoll; expiresAt: number } | undefined;
	latest: Latest | undefined;
	unsaved: UnsavedMemory | undefined;
	/** When a notice about a customer that can't be read was last sent, by name. */
	noticedAt: Map<string, number>;
}

/**
 * Memory that a poll without items left. n8n 2's scheduler doesn't save it and makes a new context for
 * each poll, so a reading that takes several polls would never end.
 */
interface UnsavedMemory {
	/** Hash of the saved memory that it continues. */
	savedHash: string;
	memory: object;
}

/**
 * What this process keeps for each trigger between polls. The key is the workflow's ID and the node's
 * name, as for n8n's static data: node IDs aren't unique in n8n 1.
 */
export class TriggerStates {
	private readonly states = new Map<string, TriggerState>();

	/** How many triggers have state. */
	get size(): number {
		return this.states.size;
	}

	/**
	 * Starts a poll. Returns undefined if it must not run: another poll of the trigger is running, or the
	 * context belongs to an older registration. An activation takes the lock from a running poll, and so
	 * does any poll from one that has taken twice its time, which may never end.
	 */
	start(trigger: string, start: PollStart): Poll | undefined {
		const { context, activation, budgetMs, nowMs } = start;
		const isReused = hasPolled(context);
		const registration = registrationOf(context, start.pollTimes);
		const state = this.stateOf(trigger, nowMs);
		if (isReplaced(registration, state.latest)) return undefined;
		const { running } = state;
		if (running !== undefined && !activation && nowMs < running.expiresAt) return undefined;
		supersede(state);
		const poll = new LockedPoll(state, registration, { ...start, isReused });
		state.running = { poll, expiresAt: nowMs + 2 * budgetMs };
		return poll;
	}

	/** The trigger's state, moved to the end of the map. What is idle or too much is at its start. */
	private stateOf(trigger: string, nowMs: number): TriggerState {
		const known = this.states.get(trigger);
		const state: TriggerState = known ?? {
			polledAt: nowMs,
			running: undefined,
			latest: undefined,
			unsaved: undefined,
			noticedAt: new Map(),
		};
		state.polledAt = nowMs;
		this.states.delete(trigger);
		this.states.set(trigger, state);
		for (const [key, other] of this.states) {
			if (nowMs - other.polledAt < IDLE_MS && this.states.size <= MOST_TRIGGERS) break;
			supersede(other);
			this.states.delete(key);
		}
		return state;
	}
}

/** The state of all triggers in this process. */
export const triggerStates = new TriggerStates();

function supersede({ running }: TriggerState): void {
	if (running !== undefined) running.poll.superseded = true;
}

class LockedPoll implements Poll {
	superseded = false;
	readonly memory: unknown;
	private savedHash: string | undefined;

	constructor(
		private readonly state: TriggerState,
		private readonly registration: Registration,
		private readonly start: PollStart & { isReused: boolean },
	) {
		// A context that n8n uses again hands back the very object that its last poll left.
		if (start.isReused) state.unsaved = undefined;
		const { unsaved } = state;
		if (unsaved?.memory === start.saved) this.savedHash = unsaved?.savedHash;
		const continues = unsaved !== undefined && unsaved.savedHash === this.hashOfSaved();
		this.memory = continues ? unsaved.memory : start.saved;
	}

	dueNotices(unread: ReadFailed[]): ReadFailed[] {
		const { noticedAt } = this.state;
		const { nowMs } = this.start;
		for (const [name, at] of noticedAt) if (nowMs - at >= DAY_MS) noticedAt.delete(name);
		const due = unread.filter(({ subject }) => !noticedAt.has(subject.value));
		for (const { subject } of due) noticedAt.set(subject.value, nowMs);
		return due;
	}

	end(result?: PollEnd): void {
		if (this.superseded) return;
		const { state } = this;
		state.running = undefined;
		if (result === undefined) return;
		state.latest = latestAfter(state.latest, this.registration);
		const { items, remember } = result;
		// Items can get lost on their way; memory that counts them as reported must not outlive them.
		if (items.length > 0) state.unsaved = undefined;
		else if (remember !== undefined && !this.start.isReused) {
			state.unsaved = { savedHash: this.hashOfSaved(), memory: remember };
		}
	}

	/** Computed at most once per poll: the memory can take a megabyte. */
	private hashOfSaved(): string {
		this.savedHash ??= createHash('sha256')
			.update(JSON.stringify(this.start.saved ?? null))
			.digest('base64');
		return this.savedHash;
	}
}
