import { changeAfter, entriesOf } from '../../../nodes/SendGridProvisioning/domain/onceKey';
import type { Fate, KeyState } from '../../../nodes/SendGridProvisioning/domain/onceKey';
import type { EntryList } from '../../../nodes/SendGridProvisioning/runner/entryList';
import { OnceStore } from '../../../nodes/SendGridProvisioning/runner/onceStore';
import { clock } from '../../../nodes/SendGridProvisioning/transport/clock';
import { randomFrom } from '../../random';
import { SimulatedClock } from '../simulatedClock';

const { now, sleep } = clock;
let time: SimulatedClock;

beforeEach(() => {
	time = new SimulatedClock(0);
	Object.assign(clock, { now: time.now, sleep: time.sleep });
});

afterEach(() => Object.assign(clock, { now, sleep }));

/** A test in simulated time. */
const simulated =
	<Args extends unknown[]>(test: (...args: Args) => Promise<void>) =>
	async (...args: Args): Promise<void> =>
		await time.run(test(...args));

/** How many events come to several processes. */
const EVENTS = 500;

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
		await clock.sleep(this.delayMs());
		const { kept, version } = this.row;
		await clock.sleep(this.delayMs());
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
		await clock.sleep(600);
	}
}

describe('a store of keys', () => {
	it(
		'asks for keys that come together in one call, and confirms them in a second one',
		simulated(async () => {
			const [list, store] = [new SharedList(), new OnceStore()];
			const states = await Promise.all(
				range(50).map(async (key) => await store.ask(list, entries(key))),
			);

			expect(states).toEqual(range(50).map(() => 'new'));
			expect(list.calls.map((asked) => asked.length)).toEqual([101, 102]);
		}),
	);

	it(
		'leaves nothing but the keys that are done',
		simulated(async () => {
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
		}),
	);

	it(
		'makes keys new again that it has recorded, but can’t confirm',
		simulated(async () => {
			const [list, store] = [new SharedList(), new OnceStore()];
			const asking = store.ask(list, entries(1));
			while (!list.kept.includes(entries(1).open)) await clock.sleep(5);
			list.broken = new Error('The database is gone');
			await expect(asking).rejects.toThrow('The database is gone');

			expect(list.kept).toEqual([]);
		}),
	);

	it.each([
		['before its item began', (before: string[]) => before],
		['while its item ran', (_before: string[], during: string[]) => during],
	])(
		'restores a key that is done after another process writes the list from %s',
		simulated(async (_when: string, older: (before: string[], during: string[]) => string[]) => {
			const [list, store] = [new SharedList(), new OnceStore()];
			const before = list.kept;
			const state = await store.ask(list, entries(1));
			const during = list.kept;
			await end(store, list, 1, state, 'applied');
			list.row.kept = older(before, during);
			await idle(list);

			expect(await new OnceStore().ask(list, entries(1))).toBe('done');
		}),
	);

	it(
		'knows that a key is done here, though another process has just lost it',
		simulated(async () => {
			const [list, store] = [new SharedList(), new OnceStore()];
			await end(store, list, 1, await store.ask(list, entries(1)), 'applied');
			list.row.kept = [];

			expect(await store.ask(list, entries(1))).toBe('done');
		}),
	);

	it.each<[number, Fate, [KeyState, KeyState]]>([
		[100, 'applied', ['in doubt', 'new']],
		[600, 'applied', ['new', 'done']],
		[600, 'no effect', ['new', 'new']],
	])(
		'sends no key twice if another process writes %i ms after it has read (%s)',
		simulated(async (gapMs: number, fate: Fate, states: [KeyState, KeyState]) => {
			const list = new SharedList(() => 2);
			const slowList = new SharedList(() => gapMs, list.row);
			const askedSlowly = new OnceStore().ask(slowList, entries(1));
			// The slow process reads the list now, and writes it after this one has recorded the key.
			await clock.sleep(gapMs + 20);
			const store = new OnceStore();
			const state = await store.ask(list, entries(1));
			if (state === 'new') await end(store, list, 1, state, fate);

			expect([state, await askedSlowly]).toEqual(states);
		}),
	);

	it.each([
		['a fast database', 2, 0],
		['a fast database', 3, 0],
		['a database that is slow now and then', 3, 0.05],
	])(
		'reports events that come to several processes as new to one of them: %s, %i processes',
		simulated(async (_database: string, processes: number, slowShare: number) => {
			const random = randomFrom(1);
			const delayMs = (): number =>
				random() < slowShare ? 100 + 500 * random() : 1 + 20 * random();
			const row = { kept: [], version: 0 };
			const lists = range(processes).map(() => new SharedList(delayMs, row));
			const stores = lists.map(() => new OnceStore());
			const sent = new Map<number, number>();
			const handle = async (key: number, process: number): Promise<void> => {
				const [list, store] = [lists[process], stores[process]];
				if (!list || !store) throw new Error('There is no such process.');
				await clock.sleep(random() < 0.3 ? 800 * random() : 40 * random());
				const state = await store.ask(list, entries(key));
				if (state === 'new') {
					sent.set(key, (sent.get(key) ?? 0) + 1);
					await clock.sleep(300 + 500 * random());
				}
				await end(store, list, key, state, state === 'new' ? 'applied' : 'no effect');
			};
			const streams = 8;
			const handleAll = async (first: number): Promise<void> => {
				for (let key = first; key < EVENTS; key += streams)
					await Promise.all(range(processes).map(async (process) => await handle(key, process)));
			};
			await Promise.all(range(streams).map(handleAll));

			// Otherwise, nothing was tried.
			expect(lists.reduce((sum, { losses }) => sum + losses, 0)).toBeGreaterThan(EVENTS / 10);
			expect([...sent].filter(([, times]) => times > 1)).toEqual([]);
			// The others are in doubt.
			expect(sent.size).toBeGreaterThan(0.98 * EVENTS);
			const [list] = lists;
			if (!list) return;
			await idle(list);
			const later = new OnceStore();
			const states = await Promise.all(
				[...sent.keys()].map(async (key) => await later.ask(list, entries(key))),
			);
			expect(new Set(states)).toEqual(new Set(['done']));
		}),
		60_000,
	);
});
