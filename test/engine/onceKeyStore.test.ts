import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { recurringCredits } from '../../emulator';
import { skippingClock } from './clock';
import type { NodeRun, RunOptions } from './engine';
import { ProcessOfN8n, table, thisProcess } from './processOfN8n';
import { byUsername, containing, matching, someWords, world } from './world';

const here = world({ subusers: 0, rateLimit: { limit: 1_000_000, windowMs: 60_000 } });

const REMAINING = 'PATCH /v3/subusers/{name}/credits/remaining';
const CONTINUE: Partial<INode> = { onError: 'continueRegularOutput' };

let started: ProcessOfN8n[] = [];
/** Runs of processes that were killed. */
let killed: Array<Promise<unknown>> = [];

/** A process of n8n that starts now, with nothing in memory. */
function startProcess(): ProcessOfN8n {
	const process = ProcessOfN8n.started(table);
	started.push(process);
	return process;
}

beforeEach(() => {
	table.reset();
	started = [];
	killed = [];
});

afterEach(async () => {
	for (const process of started) process.bury();
	await Promise.all(killed);
	expect([thisProcess, ...started].flatMap(({ misuses }) => misuses)).toEqual([]);
});

const range = (count: number): number[] => [...Array(count).keys()];
const named = (index: number): string => `subuser-${index}`;
const wait = async (ms: number) => await skippingClock.sleep(ms);

/** Resolves when the node has checked everything that it wrote. */
async function idle(): Promise<void> {
	for (let before = -1; before < table.calls;) {
		before = table.calls;
		await wait(600);
	}
}

/** Adds 5 credits to each of so many subusers, under one key. */
async function adjustAll(
	indices: number[],
	more: INodeParameters = {},
	options: Partial<RunOptions> = {},
): Promise<NodeRun> {
	const items = indices.map((index) => ({ name: named(index) }));
	const parameters = {
		resource: 'subuserCredit',
		operation: 'adjust',
		subuser: byUsername('={{ $json.name }}'),
		adjustment: 5,
		onceKey: '2026-03',
		...more,
	};
	return await here.run(parameters, { items, node: CONTINUE, ...options });
}

function addSubusers(count: number): void {
	for (const index of range(count)) {
		const credits = recurringCredits(1000, 'monthly', here.emulator.clock.now());
		here.addSubuser(named(index)).credits = { ...credits, remain: 600 };
	}
}

/** How often each subuser got its 5 credits. */
const times = (count: number) =>
	range(count).map(
		(index) => (Number(here.emulator.state.subusers.get(named(index))?.credits.remain) - 600) / 5,
	);
const doneBefore: unknown = expect.objectContaining({ already_done: true });
const isInDoubt = ({ error }: IDataObject): boolean =>
	typeof error === 'string' && error.includes('is in doubt');
const patches = () => here.sent().filter((call) => call.startsWith('PATCH'));

describe('n8n’s list of keys', () => {
	it('is written a few times for hundreds of items, and holds one entry for each that is done', async () => {
		addSubusers(400);
		table.readMs = 2;
		table.writeMs = 3;
		const { items } = await adjustAll(range(400));

		expect(items.filter(({ remain }) => remain === 605)).toHaveLength(400);
		// Each item alone would make at least three.
		expect(table.calls).toBeLessThan(200);
		await idle();
		expect(table.size()).toBe(400);
	});

	it('is left as it was by items that are done', async () => {
		addSubusers(50);
		await adjustAll(range(50));
		await adjustAll(range(50));
		await adjustAll(range(50));
		await idle();

		expect(table.size()).toBe(50);
		expect(times(50)).toEqual(range(50).map(() => 1));
	});

	it('forgets the oldest keys beyond 25,000, and a hint says so', async () => {
		addSubusers(3);
		const process = startProcess();
		table.fill(28_050);
		const { hints } = await adjustAll(range(3), {}, { process });

		expect(hints).toEqual([matching('forgotten the oldest keys.*last 25,000')]);
		expect(table.size()).toBeGreaterThanOrEqual(27_000);
		expect(table.size()).toBeLessThan(27_100);
		const again = await adjustAll(range(3), {}, { process });
		expect(again.items).toEqual(range(3).map(() => doneBefore));
		expect(again.hints).toEqual(['3 already done with the same key, so nothing was sent']);
	});

	it('keeps what it has while it is full and keys that are done come again', async () => {
		addSubusers(60);
		table.fill(27_940);
		for (const process of [startProcess(), startProcess(), startProcess()]) {
			await adjustAll(range(60), {}, { process });
			await idle();
		}

		expect(table.size()).toBe(28_000);
	});

	it('stays within the 64 KB that MySQL has for it, by forgetting earlier, and a hint says so', async () => {
		addSubusers(50);
		const process = startProcess();
		table.fill(2390);
		table.mostBytes = 65_535;
		const { items, hints } = await adjustAll(range(50), {}, { process });

		expect(items.filter(({ remain }) => remain === 605)).toHaveLength(50);
		expect(hints).toEqual([matching('forgotten the oldest keys.*last 1,500')]);
		for (const month of range(6)) {
			const run = await adjustAll(range(50), { onceKey: `month ${month}` }, { process });
			expect(run.items.filter((item) => 'error' in item)).toEqual([]);
		}
		const again = await adjustAll(range(50), { onceKey: 'month 5' }, { process });
		expect(again.items.filter(({ already_done }) => already_done === true)).toHaveLength(50);
	});
});

describe('nothing is sent', () => {
	beforeEach(() => addSubusers(2));

	it.each<[string, Partial<RunOptions>, string]>([
		['where the workflow has no ID', { workflowId: '' }, 'the workflow isn’t saved'],
		[
			'where n8n doesn’t have the workflow',
			{ workflowId: 'from-elsewhere' },
			'it has no workflow with the ID from-elsewhere',
		],
	])('%s', async (_where, options, words) => {
		const { items } = await adjustAll(range(2), {}, options);

		for (const item of items) {
			expect(item).toEqual({
				error: matching(
					`^Subuser subuser-\\d: n8n can’t remember this key, because ${words}; nothing was sent`,
				),
				description: containing('saved in this n8n'),
				username: someWords,
			});
		}
		expect(here.sent()).toEqual([]);
	});

	it('where n8n can’t write to its database', async () => {
		table.broken = new Error('SQLITE_FULL: database or disk is full');
		const { items } = await adjustAll([0]);

		expect(items[0]).toMatchObject({
			error: containing(
				'couldn’t store this key in its database: SQLITE_FULL: database or disk is full',
			),
		});
		expect(here.sent()).toEqual([]);
		table.broken = undefined;
		expect((await adjustAll([0])).items[0]).toMatchObject({ remain: 605 });
	});

	it('twice where n8n can’t write that an item is done: its key is in doubt for others, and a hint says so', async () => {
		here.fail({ match: REMAINING, kind: 'slow', delayMs: 300 });
		const running = adjustAll([0]);
		while (patches().length === 0) await wait(20);
		table.broken = new Error('SQLITE_FULL: database or disk is full');
		const { items, hints } = await running;
		table.broken = undefined;
		const elsewhere = await adjustAll([0], {}, { process: startProcess() });
		const again = await adjustAll([0]);

		expect(items[0]).toMatchObject({ remain: 605 });
		expect(hints).toEqual([containing('couldn’t store what became of some keys')]);
		expect(elsewhere.items[0]).toMatchObject({ error: containing('is in doubt') });
		expect(again.items[0]).toEqual(doneBefore);
		expect(times(1)).toEqual([1]);
	});
});

describe('two processes', () => {
	beforeEach(() => {
		table.readMs = 3;
		table.writeMs = 3;
	});

	it('that both begin the list keep the keys of both', async () => {
		addSubusers(2);
		// So slow that both read it empty, even if one begins later.
		table.readMs = 100;
		const [one, other] = [startProcess(), startProcess()];
		await Promise.all([
			adjustAll([0], {}, { process: one }),
			adjustAll([1], {}, { process: other }),
		]);
		await idle();
		const again = await adjustAll([0, 1], {}, { process: startProcess() });

		expect(table.collisions).toBeGreaterThan(0);
		expect(again.items.map(({ already_done }) => already_done)).toEqual([true, true]);
		expect(times(2)).toEqual([1, 1]);
	});

	it('with one key at the same moment send once; the other one is told that it is in doubt', async () => {
		addSubusers(20);
		const [one, other] = [startProcess(), startProcess()];
		for (const index of range(20)) {
			const later = async (ms: number, process: ProcessOfN8n) => {
				await wait(ms);
				return await adjustAll([index], {}, { process });
			};
			const runs = await Promise.all([later(0, one), later(index % 10, other)]);
			const errors = runs.flatMap(({ items }) => items.flatMap(({ error }) => error ?? []));
			for (const error of errors) expect(error).toContain('is in doubt');
		}
		expect(times(20)).toEqual(range(20).map(() => 1));
	});

	it('with many keys lose none, though each replaces the list of the other', async () => {
		addSubusers(160);
		const processes = [startProcess(), startProcess()];
		await Promise.all(
			processes.map(async (process, own) => {
				const indices = range(160).filter((index) => index % 2 === own);
				for (const turn of range(4)) {
					await adjustAll(
						indices.filter((index) => (index >> 1) % 4 === turn),
						{},
						{ process },
					);
				}
			}),
		);
		expect(times(160)).toEqual(range(160).map(() => 1));
		await idle();
		const again = await adjustAll(range(160), {}, { process: startProcess() });

		expect(times(160)).toEqual(range(160).map(() => 1));
		expect(again.items).toEqual(range(160).map(() => doneBefore));
	});
});

describe('a monthly reset that is killed', () => {
	it('and run again adds credits to no subuser twice, and says which it can’t vouch for', async () => {
		const count = 600;
		addSubusers(count);
		table.readMs = 1;
		table.writeMs = 2;
		const process = startProcess();
		killed.push(adjustAll(range(count), {}, { process }));
		while (patches().length < count / 2) await wait(5);
		process.dieAfter(0);
		let before = -1;
		// The process has died when nothing is sent any more.
		while (patches().length > before) {
			before = patches().length;
			await wait(1500);
		}
		expect(before).toBeLessThan(count);

		const { items } = await adjustAll(range(count), {}, { process: startProcess() });
		const inDoubt = items.filter(isInDoubt).map(({ username }) => username);
		const missing = range(count).filter((index) => times(count)[index] === 0);

		expect(Math.max(...times(count))).toBe(1);
		expect(inDoubt).toEqual(expect.arrayContaining(missing.map(named)));
		// Those in flight, and those that were done since the last write.
		expect(inDoubt.length).toBeLessThan(450);
		expect(items.filter(({ already_done }) => already_done === true).length).toBeGreaterThan(20);
		expect(items.filter((item) => 'error' in item)).toHaveLength(inDoubt.length);
	}, 120_000);
});
