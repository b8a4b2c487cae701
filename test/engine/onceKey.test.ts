import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Fault } from '../../emulator';
import type { NodeRun, RunOptions } from './engine';
import { ProcessOfN8n, table, thisProcess } from './processOfN8n';
import {
	ACCOUNTS,
	byUsername,
	containing,
	matching,
	someWords,
	updateCredits,
	updateOfferings,
	world,
} from './world';

const here = world();

const NAME = 'orchard-lane';
const REMAINING = 'PATCH /v3/subusers/{name}/credits/remaining';
const READ = 'GET /v3/subusers/{name}/credits';
const CONTINUE: Partial<INode> = { onError: 'continueRegularOutput' };
const DOUBT = 'is in doubt: an earlier run began with it and didn’t finish';

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
	here.addSubuser(NAME);
});

afterEach(async () => {
	for (const process of started) process.bury();
	await Promise.all(killed);
	expect([thisProcess, ...started].flatMap(({ misuses }) => misuses)).toEqual([]);
});

/** Adds 5 credits for each item's key. */
function adjust(more: INodeParameters = {}): INodeParameters {
	return {
		resource: 'subuserCredit',
		operation: 'adjust',
		subuser: byUsername(NAME),
		adjustment: 5,
		onceKey: '={{ $json.key }}',
		...more,
	};
}

async function runKeys(
	keys: unknown[],
	more: INodeParameters = {},
	options: Partial<RunOptions> = {},
): Promise<NodeRun> {
	const items = keys.map((key) => ({ key })) as IDataObject[];
	return await here.run(adjust(more), { items, node: CONTINUE, ...options });
}

const remain = (name = NAME) => here.emulator.state.subusers.get(name)?.credits.remain;
const patches = () => here.sent().filter((call) => call.startsWith('PATCH'));
/** How often 5 were added to the 600 that every subuser has. */
const applied = (name = NAME) => (Number(remain(name)) - 600) / 5;

const alreadyDone = {
	username: NAME,
	summary: someWords,
	dry_run: false,
	changed: false,
	already_done: true,
};

describe('a key', () => {
	it('runs its item in the first execution only; the second one returns the credits as they are', async () => {
		const first = await runKeys(['inv-1']);
		const second = await runKeys(['inv-1']);

		expect(first.items).toEqual([expect.objectContaining({ username: NAME, remain: 605 })]);
		expect(first.items[0]).not.toHaveProperty('already_done');
		const credits = { type: 'recurring', reset_frequency: 'monthly', remain: 605, total: 1000 };
		expect(second.items).toEqual([{ ...alreadyDone, ...credits, used: 400 }]);
		expect(second.hints).toEqual(['1 already done with the same key, so nothing was sent']);
		expect(patches()).toHaveLength(1);
	});

	it('runs the first of two items in one execution', async () => {
		const { items, pairs } = await runKeys(['inv-1', 'inv-2', 'inv-1']);

		expect(items.map(({ already_done }) => already_done)).toEqual([undefined, undefined, true]);
		expect(pairs).toEqual([0, 1, 2]);
		expect(applied()).toBe(2);
	});

	it('is remembered after a restart', async () => {
		await runKeys(['inv-1']);
		const { items } = await runKeys(['inv-1'], {}, { process: startProcess() });

		expect(items).toEqual([expect.objectContaining(alreadyDone)]);
		expect(applied()).toBe(1);
	});

	it.each<[string, unknown, unknown, boolean]>([
		['with spaces around it is the same', 'inv-1', ' inv-1\n', true],
		['that is a number is the same as its text', 1234, '1234', true],
		['that is a decimal number is the same as its text', 12.5, '12.5', true],
		['in other letters’ case is another', 'inv-1', 'INV-1', false],
	])('%s', async (_how, first, second, isSame) => {
		await runKeys([first]);
		await runKeys([second]);
		expect(applied()).toBe(isSame ? 1 : 2);
	});

	it('belongs to an operation and a customer, whose case SendGrid ignores', async () => {
		here.addSubuser('another-one');
		await runKeys(['2026-03']);
		await runKeys(['2026-03'], { subuser: byUsername('another-one') });
		const other = await here.run(
			updateCredits(NAME, { creditType: 'nonrecurring', total: 900, onceKey: '2026-03' }),
		);
		const same = await runKeys(['2026-03'], { subuser: byUsername(NAME.toUpperCase()) });

		expect([applied('another-one'), other.items[0]?.['remain']]).toEqual([1, 900]);
		expect(same.items[0]).toMatchObject({ already_done: true });
	});

	it.each([['={{ $json.nothing }}'], ['={{ "  " }}'], ['=']])(
		'that is the expression %s fails the item',
		async (onceKey) => {
			const { items } = await runKeys(['inv-1'], { onceKey });

			expect(items[0]).toMatchObject({ error: containing('Run Once per Key'), username: NAME });
			expect(here.sent()).toEqual([]);
			expect(table.calls).toBe(0);
		},
	);

	it.each([[{ id: 1 }], [true], [1e300]])('that is %j fails the item', async (key) => {
		const { items } = await runKeys([key]);
		expect(items[0]).toMatchObject({ error: containing('Run Once per Key must be text') });
		expect(here.sent()).toEqual([]);
	});

	it.each([[''], ['  ']])('that is left empty (“%s”) runs the item every time', async (onceKey) => {
		await runKeys([1], { onceKey });
		await runKeys([1], { onceKey });
		expect(applied()).toBe(2);
		expect(table.calls).toBe(0);
	});

	it('is neither asked nor recorded in a dry run, but read', async () => {
		const parameters = { creditType: 'nonrecurring', total: 900, dryRun: true };
		const onceKey = '={{ $json.key }}';
		const items = [{ key: 'inv-1' }, {}];
		const { items: output } = await here.run(updateCredits(NAME, { ...parameters, onceKey }), {
			items,
			node: CONTINUE,
		});

		expect(output).toEqual([
			expect.objectContaining({ dry_run: true, changed: true }),
			expect.objectContaining({ error: containing('Run Once per Key') }),
		]);
		expect(table.calls).toBe(0);
	});
});

describe('an operation with a key returns, when the key is done,', () => {
	const common = { summary: someWords, dry_run: false, changed: false, already_done: true };
	const offering = { addons: { addon: [{ name: 'demo.x.ip.v1', quantity: 2 }] } };

	it.each<[string, INodeParameters, unknown]>([
		[
			'the account',
			updateOfferings(ACCOUNTS.birchwood, offering),
			{
				account_id: ACCOUNTS.birchwood,
				...common,
			},
		],
		[
			'no ID, for a new account',
			{ resource: 'account', operation: 'create', package: 'demo.ei.free.v1' },
			common,
		],
		[
			'the username, for a new subuser',
			{
				resource: 'subuser',
				operation: 'create',
				username: 'a-new-one',
				email: 'a@example.com',
				password: 'not-a-real-one',
			},
			{ username: 'a-new-one', ...common },
		],
		[
			'the credits, for an update of credits',
			updateCredits(NAME, { creditType: 'nonrecurring', total: 900 }),
			{
				username: NAME,
				...common,
				type: 'nonrecurring',
				reset_frequency: null,
				remain: 900,
				total: null,
				used: null,
			},
		],
	])('%s', async (_what, parameters, expected) => {
		const first = await here.run({ ...parameters, onceKey: 'in_1' });
		const writes = here.sent().filter((call) => !call.startsWith('GET'));
		const second = await here.run({ ...parameters, onceKey: 'in_1' });

		expect(first.error).toBeUndefined();
		expect(second.items).toEqual([expected]);
		expect(here.sent().filter((call) => !call.startsWith('GET'))).toEqual(writes);
		expect(writes).toHaveLength(1);
	});
});

/** How a write goes wrong, whether SendGrid has applied it, and whether its key may run again. */
const FAULTS: Array<[string, Fault, { applies: boolean; releases: boolean }]> = [
	['a refusal', { kind: 'status', status: 400 }, { applies: false, releases: true }],
	['a refused key', { kind: 'status', status: 401 }, { applies: false, releases: true }],
	[
		'a rate limit that lasts too long',
		{ kind: 'status', status: 429, headers: { 'retry-after': '1' } },
		{ applies: false, releases: true },
	],
	['status 408', { kind: 'status', status: 408 }, { applies: false, releases: false }],
	['status 500', { kind: 'status', status: 500 }, { applies: false, releases: false }],
	['a gateway’s page', { kind: 'html' }, { applies: false, releases: false }],
	[
		'a redirect',
		{ kind: 'redirect', location: 'http://elsewhere.example/' },
		{ applies: false, releases: false },
	],
	['a lost response', { kind: 'appliedThenLost' }, { applies: true, releases: false }],
	['an empty response', { kind: 'emptyBody' }, { applies: true, releases: false }],
	[
		'a status 502 after it was applied',
		{ kind: 'appliedThenStatus', status: 502, html: true },
		{ applies: true, releases: false },
	],
];

describe.each(FAULTS)('after %s, a key', (_fault, fault, { applies, releases }) => {
	it(releases ? 'may run again' : 'is in doubt', async () => {
		here.fail({ match: REMAINING, ...fault });
		const first = await runKeys(['inv-1'], { options: { maxWaitSeconds: 0 } });
		expect(first.items[0]).toMatchObject({ error: someWords, username: NAME });
		const sent = patches().length;

		const second = await runKeys(['inv-1']);

		if (releases) {
			expect(second.items[0]).toMatchObject({ remain: 605 });
			expect(applied()).toBe(1);
			return;
		}
		expect(second.items).toEqual([
			{
				error: matching(`^Subuser ${NAME}: Key “inv-1” ${DOUBT}.*may have been applied`),
				description: containing('Key in Doubt'),
				username: NAME,
			},
		]);
		expect(first.items[0]?.['error']).toContain('key “inv-1” is in doubt now');
		expect(patches()).toHaveLength(sent);
		expect(applied()).toBe(applies ? 1 : 0);
	});
});

describe('a key', () => {
	it('may run again after a request that never left', async () => {
		const nowhere = { ...here.credential, baseUrl: 'http://127.0.0.1:9' };
		const unsent = await runKeys(['inv-1'], {}, { credential: nowhere });
		const again = await runKeys(['inv-1']);

		expect(unsent.items[0]).toMatchObject({ error: containing('nothing was sent') });
		expect(again.items[0]).toMatchObject({ remain: 605 });
	});

	it('may run again where a read before the change has failed', async () => {
		here.fail({ match: READ, times: 4, kind: 'appliedThenLost' });
		const failed = await runKeys(['inv-1']);
		const again = await runKeys(['inv-1']);

		expect(failed.items[0]).toHaveProperty('error');
		expect(again.items[0]).toMatchObject({ remain: 605 });
	});

	it('is in doubt after a response that doesn’t match the request', async () => {
		here.fail({
			match: REMAINING,
			kind: 'status',
			status: 200,
			body: { type: 'recurring', reset_frequency: 'monthly', remain: 600, total: 1000, used: 400 },
		});
		const first = await runKeys(['inv-1']);
		const second = await runKeys(['inv-1']);

		expect(first.items[0]).toMatchObject({ error: containing('doesn’t match the request') });
		expect(second.items[0]).toMatchObject({ error: containing(DOUBT) });
	});

	it('may run again after input that is refused', async () => {
		const refused = await runKeys(['inv-1'], { adjustment: 0 });
		const again = await runKeys(['inv-1']);

		expect(refused.items[0]).toHaveProperty('error');
		expect(again.items[0]).toMatchObject({ remain: 605 });
	});

	it('may run again where another item’s failure has stopped it', async () => {
		here.fail({ match: READ, kind: 'status', status: 400 });
		const keys = [...Array(8).keys()].map((index) => `inv-${index}`);
		const stopped = await runKeys(keys, {}, { node: {} });
		const again = await runKeys(keys);

		expect(stopped.error).toBeDefined();
		expect(again.items.filter((item) => 'error' in item)).toEqual([]);
		expect(applied()).toBe(8);
	});
});

describe('a key in doubt', () => {
	const option = (onceKeyInDoubt: string): INodeParameters => ({ options: { onceKeyInDoubt } });

	beforeEach(async () => {
		here.fail({ match: REMAINING, kind: 'appliedThenLost' });
		await runKeys(['inv-1']);
		expect(applied()).toBe(1);
	});

	it('fails as often as it’s tried', async () => {
		await runKeys(['inv-1']);
		const { items } = await runKeys(['inv-1'], option('fail'));
		expect(items[0]).toMatchObject({ error: containing(DOUBT) });
		expect(patches()).toHaveLength(1);
	});

	it('is done for good once it is assumed to be', async () => {
		const assumed = await runKeys(['inv-1'], option('assumeDone'));
		const later = await runKeys(['inv-1']);

		for (const { items } of [assumed, later]) {
			expect(items[0]).toMatchObject({ ...alreadyDone, remain: 605 });
		}
		expect(patches()).toHaveLength(1);
	});

	it('is sent again where that is chosen, and then done', async () => {
		const sent = await runKeys(['inv-1'], option('sendAgain'));
		const later = await runKeys(['inv-1'], option('sendAgain'));

		expect(sent.items[0]).toMatchObject({ remain: 610 });
		expect(later.items[0]).toMatchObject({ already_done: true });
		expect(applied()).toBe(2);
	});

	it('stays in doubt if it is sent again and refused: the first request may have been applied', async () => {
		here.fail({ match: REMAINING, kind: 'status', status: 400 });
		await runKeys(['inv-1'], option('sendAgain'));
		const { items } = await runKeys(['inv-1']);

		expect(items[0]).toMatchObject({ error: containing(DOUBT) });
	});

	it('must be decided by a known option', async () => {
		const { items } = await runKeys(['inv-2'], option('ask'));
		expect(items[0]).toMatchObject({ error: containing('Key in Doubt must be one of') });
	});
});

describe('while “Retry On Fail” is on', () => {
	const retry: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };
	const subuser = {
		resource: 'subuser',
		operation: 'create',
		username: '={{ $json.key }}',
		email: 'a@example.com',
		password: 'not-a-real-one',
		onceKey: '={{ $json.key }}',
	};

	it('runs each key once, although n8n runs all items again', async () => {
		here.addSubuser('another-one');
		here.fail({ match: REMAINING, after: 1, kind: 'status', status: 400 });
		const items = [
			{ key: 'a', name: NAME },
			{ key: 'b', name: 'another-one' },
			{ key: 'c', name: NAME },
		];
		const run = await here.run(adjust({ subuser: byUsername('={{ $json.name }}') }), {
			items,
			node: retry,
		});

		expect(run.error).toBeUndefined();
		expect([applied(), applied('another-one')]).toEqual([2, 1]);
	});

	it('creates each subuser once', async () => {
		here.fail({ match: 'POST /v3/subusers', after: 1, kind: 'status', status: 400 });
		const { error, items } = await here.run(subuser, {
			items: [{ key: 'new-one' }, { key: 'new-two' }],
			node: retry,
		});

		expect(error).toBeUndefined();
		expect(items).toEqual([
			expect.objectContaining({ username: 'new-one', already_done: true }),
			expect.objectContaining({ username: 'new-two' }),
		]);
	});

	it.each<[string, INodeParameters]>([
		['adjust without a key', adjust({ onceKey: '' })],
		['create a subuser without a key', { ...subuser, onceKey: ' ' }],
		[
			'create an account, even with a key',
			{ resource: 'account', operation: 'create', package: 'demo.ei.free.v1', onceKey: 'in_1' },
		],
	])('refuses to %s', async (_what, parameters) => {
		const { error } = await here.run(parameters, { items: [{ key: 'a-new-one' }], node: retry });

		expect(error?.message).toContain('doesn’t run while “Retry On Fail” is on');
		expect(here.sent()).toEqual([]);
		expect(table.calls).toBe(0);
	});

	it('says nothing of resets that would add up if there is a key', async () => {
		const update = updateCredits(NAME, { creditType: 'nonrecurring', total: 900 });
		const keyed = await here.run({ ...update, onceKey: 'inv-1' }, { node: retry });
		const bare = await here.run(update, { node: retry });

		expect(keyed.hints).toEqual([]);
		expect(bare.hints).toEqual([containing('Retry On Fail is on')]);
	});
});

describe('three executions with one key at the same moment', () => {
	const three = async (more: Partial<RunOptions> = {}) =>
		await Promise.all([1, 2, 3].map(async () => await runKeys(['inv-1'], {}, more)));

	it('send once, and the others report it when that is done', async () => {
		here.fail({ match: REMAINING, kind: 'slow', delayMs: 300 });
		const runs = await three();

		const done = runs.map(({ items }) => items[0]?.['already_done']);
		expect(done.filter((flag) => flag === true)).toHaveLength(2);
		for (const { items } of runs) expect(items[0]).toMatchObject({ remain: 605 });
		expect(patches()).toHaveLength(1);
	});

	it('all fail if the response is lost', async () => {
		here.fail({ match: REMAINING, kind: 'appliedThenLost' });
		const runs = await three();

		for (const { items } of runs)
			expect(items[0]).toMatchObject({ error: containing('may have been applied') });
		expect(patches()).toHaveLength(1);
	});

	it('try in turn while SendGrid refuses', async () => {
		here.fail({ match: REMAINING, times: 2, kind: 'status', status: 400 });
		const runs = await three();

		expect(runs.filter(({ items }) => 'error' in (items[0] ?? {}))).toHaveLength(2);
		expect(applied()).toBe(1);
	});

	it('wait for each other without a customer, too', async () => {
		here.fail({ match: 'POST /v3/partners/accounts', kind: 'slow', delayMs: 200 });
		const parameters = {
			resource: 'account',
			operation: 'create',
			package: 'demo.ei.free.v1',
			onceKey: 'in_1',
		};
		const runs = await Promise.all([1, 2, 3].map(async () => await here.run(parameters)));

		expect(runs.filter(({ items }) => items[0]?.['already_done'])).toHaveLength(2);
		expect(here.sent().filter((call) => call.startsWith('POST'))).toHaveLength(1);
	});

	it('end within half a second of a cancel while they wait', async () => {
		here.fail({ match: REMAINING, kind: 'slow', delayMs: 3000 });
		const first = runKeys(['inv-1']);
		await new Promise((resolve) => setTimeout(resolve, 100));
		const second = await runKeys(['inv-1'], {}, { cancelAfterMs: 100 });

		expect(second.stoppedAfterMs).toBeLessThan(700);
		await first;
		expect(applied()).toBe(1);
	});
});

describe('a process that is killed', () => {
	/** Kills a process after so many calls of n8n's helper while it runs an item. */
	async function killedAfter(calls: number): Promise<void> {
		const process = startProcess();
		process.dieAfter(calls);
		killed.push(runKeys(['inv-1'], {}, { process }));
		await process.dead;
	}

	it.each<[string, number, { sent: number; then: 'runs' | 'is in doubt' | 'is done' }]>([
		['before it could ask', 0, { sent: 0, then: 'runs' }],
		['before it knew the answer for certain', 1, { sent: 0, then: 'is in doubt' }],
		['before it could record that the item went through', 2, { sent: 1, then: 'is in doubt' }],
		['between recording that and removing what is open', 3, { sent: 1, then: 'is in doubt' }],
		['after that, before it could check that', 4, { sent: 1, then: 'is done' }],
		['between checking that and removing what the check has left', 5, { sent: 1, then: 'is done' }],
	])('%s: the key then', async (_when, calls, { sent, then }) => {
		await killedAfter(calls);
		expect(patches()).toHaveLength(sent);

		const { items } = await runKeys(['inv-1'], {}, { process: startProcess() });

		const expected = {
			runs: { remain: 605 },
			'is in doubt': { error: containing(DOUBT) },
			'is done': { already_done: true },
		};
		expect(items[0]).toMatchObject(expected[then]);
		expect(applied()).toBe(then === 'runs' ? 1 : sent);
	});

	it('while a request is under way leaves the key in doubt', async () => {
		here.fail({ match: REMAINING, kind: 'slow', delayMs: 600 });
		const process = startProcess();
		killed.push(runKeys(['inv-1'], {}, { process }));
		while (patches().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
		process.dieAfter(0);
		await process.dead;

		const { items } = await runKeys(['inv-1'], {}, { process: startProcess() });
		expect(items[0]).toMatchObject({ error: containing(DOUBT) });
		expect(applied()).toBe(1);
	});
});
