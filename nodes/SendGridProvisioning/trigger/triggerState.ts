import { createHash } from 'crypto';
import type { ReadFailed } from './readEachCustomer';
import { hasPolled, isReplaced, latestAfter, registrationOf } from './registrations';
import type { Latest, Registration } from './registrations';

const DAY_MS = 86_400_000;
/** A trigger that hasn't polled for this long counts as removed: n8n's longest interval is a month. */
const IDLE_MS = 32 * DAY_MS;
/** Far more triggers than one n8n has. Of more, those that polled least recently count as removed. */
const MOST_TRIGGERS = 1_000;

/** One poll, as n8n starts it. */
export interface PollStart {
	context: object;
	/** Whether the workflow is being published. */
	activation: boolean;
	/** How long the poll may take. */
	budgetMs: number;
	/** When n8n polls, one entry per time in the node's Poll Times. */
	pollTimes: string[];
	/** The memory in n8n's static data. */
	saved: unknown;
	nowMs: number;
}

/** All that this process keeps about a trigger between polls. */
class TriggerState {
	polledAt = 0;
	/** The poll that holds the lock. */
	running: { lock: PollLock; expiresAt: number } | undefined;
	latest: Latest | undefined;
	unsaved: UnsavedMemory | undefined;
	/** When the user was last told that a customer can't be read, by the customer's name. */
	readonly noticedAt = new Map<string, number>();
}

/**
 * Memory of a poll without items. n8n 2's scheduler doesn't save it, and makes a new context for each
 * poll. Without this copy, a round that takes several polls would start again with each of them.
 */
interface UnsavedMemory {
	/** Hash of the saved memory that it continues. */
	savedHash: string;
	memory: object;
}

/**
 * The state of each trigger, by workflow ID and node name, as for n8n's static data: node IDs aren't
 * unique in n8n 1.
 *
 * n8n doesn't tell a polling node that it was removed or unpublished. So the state of a trigger that no
 * longer polls is dropped when others poll.
 */
export class TriggerStates {
	private readonly states = new Map<string, TriggerState>();

	/** How many triggers have state. */
	get size(): number {
		return this.states.size;
	}

	/**
	 * Starts a poll. Returns undefined if it must not run: another poll of the trigger is running, or the
	 * context belongs to an older registration. An activation takes the lock from a running poll. So does
	 * any poll once the running one has taken twice its time: that one may never end.
	 */
	start(trigger: string, start: PollStart): PollLock | undefined {
		const { context, activation, budgetMs, nowMs } = start;
		const isReused = hasPolled(context);
		const registration = registrationOf(context, start.pollTimes);
		const state = this.stateOf(trigger, nowMs);
		if (isReplaced(registration, state.latest)) return undefined;
		const { running } = state;
		if (running !== undefined && !activation && nowMs < running.expiresAt) return undefined;
		supersede(state);
		const lock = new PollLock(state, registration, { ...start, isReused });
		state.running = { lock, expiresAt: nowMs + 2 * budgetMs };
		return lock;
	}

	/** The trigger's state, moved to the end of the map: the triggers that polled first come first. */
	private stateOf(trigger: string, nowMs: number): TriggerState {
		const state = this.states.get(trigger) ?? new TriggerState();
		state.polledAt = nowMs;
		this.states.delete(trigger);
		this.states.set(trigger, state);
		this.evict(nowMs);
		return state;
	}

	private evict(nowMs: number): void {
		for (const [trigger, state] of this.states) {
			const isIdle = nowMs - state.polledAt >= IDLE_MS;
			if (!isIdle && this.states.size <= MOST_TRIGGERS) break;
			supersede(state);
			this.states.delete(trigger);
		}
	}
}

/** The state of all triggers in this process. */
export const triggerStates = new TriggerStates();

function supersede({ running }: TriggerState): void {
	if (running !== undefined) running.lock.superseded = true;
}

/** A poll's lock on its trigger, which the poll holds until it ends. */
export class PollLock {
	/** Whether a later poll has taken the lock. This poll's result must then be dropped. */
	superseded = false;
	/** What the trigger remembers, as unchecked data. */
	readonly memory: unknown;
	private savedHash: string | undefined;

	constructor(
		private readonly state: TriggerState,
		private readonly registration: Registration,
		private readonly start: PollStart & { isReused: boolean },
	) {
		// A context that polls again still has the memory that its last poll left in it.
		if (start.isReused) state.unsaved = undefined;
		const { unsaved } = state;
		if (unsaved?.memory === start.saved) this.savedHash = unsaved?.savedHash;
		const continues = unsaved !== undefined && unsaved.savedHash === this.hashOfSaved();
		this.memory = continues ? unsaved.memory : start.saved;
	}

	/**
	 * Releases the lock. Without a result, the poll failed, and nothing else changes. Without memory, the
	 * trigger remembers what it did before.
	 */
	end(result?: { items: unknown[]; memory?: object | undefined }): void {
		if (this.superseded) return;
		const { state } = this;
		state.running = undefined;
		if (result === undefined) return;
		state.latest = latestAfter(state.latest, this.registration);
		const { items, memory } = result;
		// Items can be lost before n8n saves them. Memory in which they are reported must not outlive them.
		if (items.length > 0) state.unsaved = undefined;
		else if (memory !== undefined && !this.start.isReused) {
			state.unsaved = { savedHash: this.hashOfSaved(), memory };
		}
	}

	/** The customers without a notice in the last 24 hours. Counts their notices as sent now. */
	dueNotices(unread: ReadFailed[]): ReadFailed[] {
		const { noticedAt } = this.state;
		const { nowMs } = this.start;
		for (const [name, at] of noticedAt) if (nowMs - at >= DAY_MS) noticedAt.delete(name);
		const due = unread.filter(({ subject }) => !noticedAt.has(subject.value));
		for (const { subject } of due) noticedAt.set(subject.value, nowMs);
		return due;
	}

	/** Computed at most once per poll, because the memory can take a megabyte. */
	private hashOfSaved(): string {
		this.savedHash ??= createHash('sha256')
			.update(JSON.stringify(this.start.saved ?? null))
			.digest('base64');
		return this.savedHash;
	}
}
