import { randomUUID } from 'crypto';
import { outcomeOf } from '../domain/outcome';
import { changeAfter, questionOf } from '../domain/onceKey';
import type { KeyEntries, KeyState, EntryChange } from '../domain/onceKey';
import { clock } from '../transport/clock';
import { BoundedList } from './boundedList';
import { CallTimes } from './callTimes';
import { DoneKeys, NO_CHECK } from './doneKeys';
import { confirm, isFresh, UnconfirmedKeys } from './unconfirmedKeys';
import type { Group, Question } from './unconfirmedKeys';
import type { EntryList } from './entryList';

/** Most changes in one call: n8n searches the whole list for each entry that it removes. */
const MOST_CHANGES = 200;

/**
 * How long to rest after a call: as long as it took, within these bounds. In that time, more comes
 * together for the next one, which saves more where calls are slow.
 */
const REST_MS = { min: 5, max: 25 };

interface Change {
	change: EntryChange;
	resolve: (written: Written) => void;
	reject: (error: unknown) => void;
}

/** What came of a write: if the oldest keys were forgotten to make room, how many are remembered. */
export interface Written {
	remembered?: number | undefined;
}

/**
 * Asks and writes the keys of one node, for all executions of this process. Calls don't overlap, and
 * whatever waits goes into the next call: for a hundred keys it takes hardly longer than for one.
 *
 * Another process can replace the list by an older one that it has just read. So a key counts as new
 * only if, a while later, a receipt that was recorded with it is still in the list.
 */
export class OnceStore {
	private asked: Question[] = [];
	private readonly callTimes = new CallTimes();
	private readonly unconfirmed = new UnconfirmedKeys(() => this.callTimes.waitMs());
	private changes: Change[] = [];
	private isWorking = false;
	private readonly bounded = new BoundedList();
	private readonly doneKeys = new DoneKeys(() => this.callTimes.waitMs());
	/** Receipts that aren't needed any more. They are removed by the next call that removes something. */
	private garbage: string[] = [];
	/** Keys that were asked about, and whose change isn't written yet. */
	private inFlight = 0;
	private restMs = REST_MS.max;

	/**
	 * Returns the key's state and records that it has begun. Call `write` afterwards.
	 * @throws Refusal where n8n couldn't store it: don't send anything, and don't call `write`
	 */
	async ask(list: EntryList, entries: KeyEntries): Promise<KeyState> {
		this.inFlight += 1;
		const outcome = await outcomeOf(
			async () =>
				await new Promise<KeyState>((resolve, reject) => {
					this.asked.push({ entries, resolve, reject });
					this.work(list);
				}),
		);
		if ('value' in outcome) return outcome.value;
		this.inFlight -= 1;
		throw outcome.error;
	}

	/** Writes what became of a key. @throws Refusal where n8n couldn't store it: the key is in doubt */
	async write(list: EntryList, change: EntryChange): Promise<Written> {
		const outcome = await outcomeOf(async () => await this.enqueue(list, change));
		this.inFlight -= 1;
		if ('value' in outcome) return outcome.value;
		throw outcome.error;
	}

	private async enqueue(list: EntryList, change: EntryChange): Promise<Written> {
		return await new Promise<Written>((resolve, reject) => {
			this.changes.push({ change, resolve, reject });
			this.work(list);
		});
	}

	private work(list: EntryList): void {
		if (!this.isWorking) void this.workOff(list);
	}

	private async workOff(list: EntryList): Promise<void> {
		this.isWorking = true;
		// Items that start together ask together.
		await clock.sleep(0);
		for (let at = this.nextAt(); at !== Infinity; at = this.nextAt()) {
			if (clock.now() >= at) await this.turn(list);
			this.doneKeys.endTurn();
			await clock.sleep(this.restMs);
		}
		this.isWorking = false;
	}

	/** When there is something to do, in ms since 1970. */
	private nextAt(): number {
		if (this.asked.length + this.changes.length > 0) return 0;
		// Checks can wait for a call that is made anyway.
		if (this.unconfirmed.nextAt < Infinity) return this.unconfirmed.nextAt;
		const isGarbageLeft = this.inFlight === 0 && this.garbage.length > 0;
		return this.doneKeys.nextAt === Infinity && isGarbageLeft ? 0 : this.doneKeys.nextAt;
	}

	/** One call that records, and one that removes. */
	private async turn(list: EntryList): Promise<void> {
		const begunAt = clock.now();
		const changes = this.changes.splice(0, MOST_CHANGES);
		const groups = this.unconfirmed.takeDue();
		const done = this.doneKeys.entriesFor(changes.map(({ change }) => change));
		const asked = this.takeAsked();
		const questions = [...groups.flatMap((group) => group.questions), ...asked];
		// Items wait for a call that only asks. It takes half as long if there is nothing to remove.
		const onlyAsks = questions.length > 0 && changes.length === 0;
		const check = onlyAsks ? NO_CHECK : this.doneKeys.takeDue();
		const askedReceipt = `asked ${randomUUID()}`;
		// n8n must not get an entry twice in one call.
		const entries = new Set([
			...[...groups.map(({ receipt }) => receipt), ...check.record, ...done.record],
			...changes.flatMap(({ change }) => change.record),
			...questions.flatMap(({ entries: own }) => questionOf(own)),
			...(questions.length === 0 ? [] : [askedReceipt]),
		]);
		const recorded = await outcomeOf(async () => await this.bounded.record(list, [...entries]));
		if ('error' in recorded) {
			for (const { reject } of [...asked, ...changes]) reject(recorded.error);
			for (const group of groups) this.giveUp(list, group, recorded.error);
			return;
		}
		const tookMs = clock.now() - begunAt;
		this.callTimes.add(tookMs);
		this.restMs = Math.min(REST_MS.max, Math.max(REST_MS.min, tookMs));
		const isNew = (entry: string): boolean => recorded.value.has(entry);
		const lostKeys = groups.flatMap((group) => confirm(group, isNew));
		const fresh = [...lostKeys, ...asked.filter((question) => isFresh(question, isNew))];
		if (fresh.length > 0) this.unconfirmed.add({ receipt: askedReceipt, questions: fresh });
		else if (questions.length > 0) this.garbage.push(askedReceipt);
		this.garbage.push(...groups.map(({ receipt }) => receipt));
		const { remove, lost } = check.after(isNew);
		await this.remove(list, changes, [...done.remove, ...remove]);
		for (const change of lost) void outcomeOf(async () => await this.enqueue(list, change));
	}

	/** What to ask the list. The other keys are done, though the list may have lost them. */
	private takeAsked(): Question[] {
		const { removed } = this.doneKeys;
		return this.asked.splice(0).filter(({ entries, resolve }) => {
			if (removed.has(entries.open)) resolve('done');
			return !removed.has(entries.open);
		});
	}

	private async remove(list: EntryList, changes: Change[], others: string[]): Promise<void> {
		const removed = [...changes.flatMap(({ change }) => change.remove), ...others];
		const outcome = await outcomeOf(async () => {
			if (removed.length > 0 || (this.inFlight === 0 && this.garbage.length > 0)) {
				await list.remove([...removed, ...this.garbage.splice(0)]);
			}
			if (changes.length === 0) return undefined;
			await this.bounded.trimAfter(list, changes.length, 2 * this.inFlight);
			return this.bounded.takeForgotten();
		});
		for (const { resolve, reject } of changes) {
			if ('value' in outcome) resolve({ remembered: outcome.value });
			else reject(outcome.error);
		}
	}

	/** Nothing may be sent for keys that can't be confirmed: they were new, and become new again. */
	private giveUp(list: EntryList, { receipt, questions }: Group, error: unknown): void {
		for (const { entries, reject } of questions) {
			const released = changeAfter(entries, 'new', 'no effect');
			const change = { ...released, remove: [...released.remove, receipt] };
			// Another item may ask about the key afterwards, not before.
			void outcomeOf(async () => await this.enqueue(list, change)).then(() => reject(error));
		}
	}
}
