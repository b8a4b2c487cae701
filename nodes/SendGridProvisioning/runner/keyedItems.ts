import type { IExecuteFunctions } from 'n8n-workflow';
import { changeAfter, entriesOf, isKeyInDoubt } from '../domain/onceKey';
import type { Fate, KeyState, OnceKey } from '../domain/onceKey';
import { outcomeOf } from '../domain/outcome';
import type { Outcome } from '../domain/outcome';
import { Refusal } from '../domain/refusal';
import { KEY_IN_DOUBT } from '../fields/onceKey';
import type { KeyInDoubt } from '../fields/onceKey';
import type { SendGridApi } from '../transport/client';
import { clock } from '../transport/clock';
import { SendGridError } from '../transport/errors/failure';
import { CANCEL_CHECK_MS } from '../transport/limit/requestQueue';
import { watched } from '../transport/watchedApi';
import { entryListOf } from './entryList';
import type { EntryList } from './entryList';
import { OnceStore } from './onceStore';
import { Pace } from './pace';
import { settlesWithin, runExclusive } from './parallel';
import type { RunReport } from './runReport';

/** An item that runs at most once for its key. */
export interface KeyedItem<Result> {
	key: OnceKey;
	/** What to do if an earlier item of this key may have been applied. */
	inDoubt: KeyInDoubt;
	api: SendGridApi;
	shouldStop: () => boolean;
	/** Does the item's work with an api that is watched. */
	act: (api: SendGridApi) => Promise<Result>;
	/** Whether what it did lasts, which can be known much later. If not, the key may run again. */
	lasts: () => Promise<boolean>;
	/** The result of an item whose key is done. */
	alreadyDone: () => Promise<Result>;
}

/** What came of it, and whether its key is in doubt now: SendGrid may have applied the item. */
export interface KeyedOutcome<Result> {
	outcome: Outcome<Result>;
	leavesDoubt: boolean;
}

/** An item that waits for an answer about its key. */
interface Asking {
	shouldStop: () => boolean;
	giveUp: (error: unknown) => void;
}

/** The keyed items of an execution. They may run in parallel. */
export class KeyedItems {
	private readonly unwritten = new Set<Promise<void>>();
	private readonly asking = new Set<Asking>();
	/** Whether `giveUpWhenCancelled` runs. */
	private isWatching = false;
	private readonly pace = new Pace();

	/** How many items wait for an answer about their key, and so for nothing of SendGrid's. */
	get waiting(): number {
		return this.asking.size;
	}

	constructor(
		private readonly node: {
			id: string;
			list: EntryList;
			store: () => Pick<OnceStore, 'ask' | 'write'>;
		},
		private readonly report: RunReport,
	) {}

	/**
	 * Runs the item, unless its key is done or in doubt. Items of the same key wait for each other, in
	 * all executions of this process, until what became of the key is written.
	 */
	async run<Result>(item: KeyedItem<Result>): Promise<KeyedOutcome<Result>> {
		const { shouldStop } = item;
		const entries = entriesOf(item.key);
		return await new Promise((resolve) => {
			const fail = (error: unknown): void => resolve({ outcome: { error }, leavesDoubt: false });
			const turn = outcomeOf(async () => {
				await runExclusive(
					{ key: `once ${this.node.id} ${entries.begun}`, shouldStop },
					async () => {
						const state = await this.ask(item.key, { shouldStop, giveUp: fail });
						const write = async (fate: Fate): Promise<void> =>
							await this.write(changeAfter(entries, state, fate));
						await this.runAs(state, item, { resolve, write });
					},
				);
			}).then((outcome) => {
				if ('error' in outcome) fail(outcome.error);
			});
			this.unwritten.add(turn);
			void turn.then(() => this.unwritten.delete(turn));
		});
	}

	/** Resolves when everything is written, or when no one waits for it any longer. */
	async written(cancelled: () => boolean): Promise<void> {
		while (this.unwritten.size > 0) {
			const all = Promise.all(this.unwritten);
			if (!(await settlesWithin(all, CANCEL_CHECK_MS)) && cancelled()) return;
		}
	}

	private async ask(key: OnceKey, asking: Asking): Promise<KeyState> {
		const { store, list } = this.node;
		this.asking.add(asking);
		if (!this.isWatching) void this.giveUpWhenCancelled();
		const asked = await outcomeOf(async () => await store().ask(list, entriesOf(key)));
		// Many are answered at the same time.
		await this.pace.nextStep();
		this.asking.delete(asking);
		if ('value' in asked) return asked.value;
		throw asked.error;
	}

	/** One timer for all items: thousands would slow n8n down. */
	private async giveUpWhenCancelled(): Promise<void> {
		this.isWatching = true;
		while (this.asking.size > 0) {
			await clock.sleep(CANCEL_CHECK_MS);
			const cancelled = [...this.asking].filter(({ shouldStop }) => shouldStop());
			for (const asking of cancelled) {
				this.asking.delete(asking);
				asking.giveUp(new SendGridError({ kind: 'cancelled' }));
			}
		}
		this.isWatching = false;
	}

	private async runAs<Result>(
		state: KeyState,
		{ key, inDoubt, api, act, lasts, alreadyDone }: KeyedItem<Result>,
		{
			resolve,
			write,
		}: {
			resolve: (outcome: KeyedOutcome<Result>) => void;
			write: (fate: Fate) => Promise<void>;
		},
	): Promise<void> {
		const wasInDoubt = isKeyInDoubt(state);
		if (state === 'done' || (wasInDoubt && inDoubt === 'assumeDone')) {
			// Before the result is read: until it's written, the key looks in doubt.
			const writing = write('applied');
			resolve({ outcome: await outcomeOf(alreadyDone), leavesDoubt: false });
			return await writing;
		}
		if (wasInDoubt && inDoubt === 'fail') {
			resolve({ outcome: { error: keyInDoubt(key) }, leavesDoubt: false });
			return await write('no effect');
		}
		const watching = watched(api);
		const outcome = await outcomeOf(async () => await act(watching.api));
		const fate =
			'value' in outcome ? 'applied' : watching.mayHaveChanged() ? 'unclear' : 'no effect';
		resolve({ outcome, leavesDoubt: fate === 'unclear' });
		await write(fate === 'applied' && !(await lasts()) ? 'no effect' : fate);
	}

	private async write(change: ReturnType<typeof changeAfter>): Promise<void> {
		const { store, list } = this.node;
		const outcome = await outcomeOf(async () => await store().write(list, change));
		if ('error' in outcome) {
			this.report.notes.add(
				'n8n couldn’t store what became of some keys. They may be in doubt: then items with these keys fail.',
			);
			return;
		}
		const { remembered } = outcome.value;
		if (remembered !== undefined) this.report.notes.add(forgotten(remembered));
	}
}

function forgotten(remembered: number): string {
	return `n8n has forgotten the oldest keys of this node. It remembers the last ${remembered.toLocaleString('en-US')}; an item with an older key would run again.`;
}

function keyInDoubt({ key }: OnceKey): Refusal {
	return new Refusal(
		`Key “${key}” is in doubt: an earlier run began with it and didn’t finish, so the change may have been applied; nothing was sent now`,
		`In queue mode, another worker may still be running the earlier item, so run this one again first. If the key is still in doubt, check in SendGrid whether the change was applied. Then run the item once with the option ${KEY_IN_DOUBT} set to Assume Done if it was, or to Send Again if it wasn’t.`,
	);
}

const stores = new Map<string, OnceStore>();

/** The store of a workflow's node, shared by all executions of this process. It holds next to nothing while idle. */
function onceStoreOf(id: string): OnceStore {
	const store = stores.get(id) ?? new OnceStore();
	stores.set(id, store);
	return store;
}

/** For the execution and the node of this context. */
export function keyedItemsOf(context: IExecuteFunctions, report: RunReport): KeyedItems {
	const id = `${context.getWorkflow().id ?? ''} ${context.getNode().id}`;
	return new KeyedItems({ id, list: entryListOf(context), store: () => onceStoreOf(id) }, report);
}
