import { setTimeout as sleep } from 'node:timers/promises';
import { changeAfter, entriesOf } from '../../../nodes/SendGridProvisioning/domain/onceKey';
import type { Fate, KeyState } from '../../../nodes/SendGridProvisioning/domain/onceKey';
import type { EntryList } from '../../../nodes/SendGridProvisioning/runner/entryList';
import { OnceStore } from '../../../nodes/SendGridProvisioning/runner/onceStore';

const range = (count: number): number[] => [...Array(count).keys()];
const entries = (key: number) => entriesOf({ operation: 'test', customer: '', key: String(key) });

/** A list in a database, of which each call reads all and then writes all, as n8n's does. */
class SharedList implements EntryList {
	calls: string[][] = [];
	/** How often a write has replaced another one that it had not read. */
	losses = 0;
	/** What its next write fails with. */
	broken: Error | undefined;

	/** `delayMs` is how long a read or a write takes; another process's calls share `row`. */
	constructor(
		private readonly delayMs: () => number = () => 0,
		readonly row: { kept: string[]; version: number } = { kept: [], version: 0 },
	) {}

	get kept(): string[] {
		return this.row.kept;
	}

	async record(asked: string[]): Promise<Set<string>> {
		this.calls.push(asked);
		return await this.rewritten((kept) => {
			const fresh = asked.filter((entry) => !kept.includes(entry));
			return { kept: [...kept, ...fresh], result: new Set(fresh) };
		});
	}

	async remove(gone: string[]): Promise<void> {
		await this.rewritten((kept) => ({
			kept: kept.filter((entry) => !gone.includes(entry)),
			result: undefined,
		}));
	}

	async count(): Promise<number> {
		return this.row.kept.length;
	}

	async trim(most: number): Promise<void> {
		await this.rewritten((kept) => ({ kept: kept.slice(-most), result: undefined }));
	}

	private async rewritten<T>(change: (kept: string[]) => { kept: string[]; result: T }) {
		await sleep(this.delayMs());
		const { kept, version } = this.row;
		await sleep(this.delayMs());
		const { broken } = this;
		this.broken = undefined;
		if (broken !== undefined) throw broken;
		if (this.row.version > version) this.losses += 1;
		const { kept: changed, result } = change(kept);
		this.row.kept = changed;
		this.row.version += 1;
		return result;
	}
}

async function end(store: OnceStore, list: EntryList, key: number, state: KeyState, fate: Fate) {
	await store.write(list, changeAfter(entries(key), state, fate));
}

/** Resolves when a store has checked everything that it wrote. */
async function idle({ row }: SharedList): Promise<void> {
	for (let before = -1; before < row.version;) {
		before = row.version;
		await sleep(600);
	}
}

describe('a store of keys', () => {
	it('asks for keys that come together in one call, and confirms them in a second one', async () => {
		const [list, store] = [new SharedList(), new OnceStore()];
		const states = await Promise.all(
			range(50).map(async (key) => await store.ask(list, entries(key))),
		);

		expect(states).toEqual(range(50).map(() => 'new'));
		expect(list.calls.map((asked) => asked.length)).toEqual([101, 1]);
	});

	it('leaves nothing but the keys that are done', async () => {
		const [list, store] = [new SharedList(), new OnceStore()];
		const fates: Fate[] = ['applied', 'no effect', 'applied'];
		await Promise.all(
			fates.map(async (fate, key) => {
				await end(store, list, key, await store.ask(list, entries(key)), fate);
			}),
		);
		await idle(list);
		expect(list.kept).toEqual([entries(0).begun, entries(2).begun]);

		await end(store, list, 0, await store.ask(list, entries(0)), 'applied');
		await idle(list);
		expect(list.kept).toEqual([entries(0).begun, entries(2).begun]);
	});

	it('makes keys new again that it has recorded, but can’t confirm', async () => {
		const [list, store] = [new SharedList(), new OnceStore()];
		const asking = store.ask(list, entries(1));
		while (!list.kept.includes(entries(1).open)) await sleep(5);
		list.broken = new Error('The database is gone');
		await expect(asking).rejects.toThrow('The database is gone');

		expect(list.kept).toEqual([]);
	});

	it.each<[string, (before: string[], during: string[]) => string[]]>([
		['before its item began', (before) => before],
		['while its item ran', (_before, during) => during],
	])(
		'restores a key that is done after another process writes the list from %s',
		async (_when, older) => {
			const [list, store] = [new SharedList(), new OnceStore()];
			const before = list.kept;
			const state = await store.ask(list, entries(1));
			const during = list.kept;
			await end(store, list, 1, state, 'applied');
			list.row.kept = older(before, during);
			await idle(list);

			expect(await new OnceStore().ask(list, entries(1))).toBe('done');
		},
	);

	it('knows that a key is done here, though another process has just lost it', async () => {
		const [list, store] = [new SharedList(), new OnceStore()];
		await end(store, list, 1, await store.ask(list, entries(1)), 'applied');
		list.row.kept = [];

		expect(await store.ask(list, entries(1))).toBe('done');
	});

	it.each<[number, Fate, [KeyState, KeyState]]>([
		[100, 'applied', ['in doubt', 'new']],
		[600, 'applied', ['new', 'done']],
		[600, 'no effect', ['new', 'new']],
	])(
		'sends no key twice if another process writes %i ms after it has read (%s)',
		async (gapMs, fate, states) => {
			const list = new SharedList(() => 2);
			const slowList = new SharedList(() => gapMs, list.row);
			const askedSlowly = new OnceStore().ask(slowList, entries(1));
			// The slow process reads the list now, and writes it after this one has recorded the key.
			await sleep(gapMs + 20);
			const store = new OnceStore();
			const state = await store.ask(list, entries(1));
			if (state === 'new') await end(store, list, 1, state, fate);

			expect([state, await askedSlowly]).toEqual(states);
		},
	);

	it.each([2, 3])(
		'reports each key as new to one of %i processes, though they replace each other’s lists',
		async (processes) => {
			// A read and a write take 3 to 5 ms each here, less than the shortest rest of a store. Stores that
			// begin at the same moment all read before one of them writes, so at least one loss is certain.
			const list = new SharedList(() => 3 + Math.random() * 2);
			const stores = range(processes).map(() => new OnceStore());
			const sent = new Map<number, number>();
			await Promise.all(
				stores.map(async (store) => {
					await Promise.all(
						range(60).map(async (key) => {
							await sleep(key === 0 ? 0 : Math.random() * 120);
							const state = await store.ask(list, entries(key));
							if (state === 'new') sent.set(key, (sent.get(key) ?? 0) + 1);
							await end(store, list, key, state, state === 'new' ? 'applied' : 'no effect');
						}),
					);
				}),
			);

			expect(list.losses).toBeGreaterThan(0);
			expect([...sent.values()].filter((times) => times > 1)).toEqual([]);
			await idle(list);
			const later = new OnceStore();
			const states = await Promise.all(
				[...sent.keys()].map(async (key) => await later.ask(list, entries(key))),
			);
			expect(new Set(states)).toEqual(new Set(['done']));
			expect(sent.size).toBeGreaterThan(40);
		},
		60_000,
	);
});
