import { setTimeout as sleep } from 'node:timers/promises';
import { recurringCredits } from '../../emulator';
import { credentialType } from '../../playground/examples';
import {
	outputOf,
	type Execution,
	type Json,
	type Saved,
	type Workflow,
	type WorkflowNode,
} from '../../playground/n8nApi';
import { linesUnderTest } from '../../playground/paths';
import { START_TIMEOUT_MS, startInstance, type Instance } from './instance';
import { nodeType, TRIGGER, workflowOf } from './workflows';

const SUBUSERS = 2000;
/** Up to 550 that run when n8n is killed, and those that were done since the last write. */
const MOST_IN_DOUBT = 750;
const ADJUST = 'PATCH /v3/subusers/{name}/credits/remaining';
const IN_DOUBT = /is in doubt: an earlier run began with it/;
const PATIENCE_MS = 60_000;

const subuser = { __rl: true, mode: 'username', value: '={{ $json.username }}' };
const adjust = {
	resource: 'subuserCredit',
	operation: 'adjust',
	subuser,
	adjustment: 5,
	onceKey: '={{ $json.key }}',
};
const refill = {
	resource: 'subuserCredit',
	operation: 'update',
	subuser,
	total: 1000,
	refill: true,
	onceKey: '2026-03',
};

describe.each(linesUnderTest)('Run Once per Key in n8n $version', (line) => {
	let instance: Instance;
	let names: string[];

	beforeAll(async () => {
		instance = await startInstance(line, { subusers: SUBUSERS });
		names = instance.emulator.state.subusers.list(0, SUBUSERS).map(({ username }) => username);
	}, START_TIMEOUT_MS);

	afterAll(async () => await instance?.stop());

	beforeEach(() => {
		instance.emulator.reset();
		const { state, clock } = instance.emulator;
		instance.emulator.setRateLimit({ limit: 1_000_000, windowMs: 60_000 });
		for (const one of state.subusers.list(0, SUBUSERS)) {
			one.credits = recurringCredits(1000, 'monthly', clock.now());
		}
	});

	const name = (index: number) => names[index] ?? '';
	const remain = (of: string) => instance.emulator.state.subusers.get(of)?.credits.remain;
	const outputs = (execution: Execution) =>
		['SendGrid', 'Renamed'].flatMap((node) => outputOf(execution, node).map(({ json }) => json));

	async function save(
		items: Json[],
		parameters: Json,
		workflowName = 'Under test',
	): Promise<Saved<Workflow>> {
		const workflow = workflowOf(instance, items, {
			parameters,
			onError: 'continueRegularOutput',
		});
		return await instance.api.replaceWorkflow({ ...workflow, name: workflowName });
	}

	async function run(workflow: Saved<Workflow>): Promise<Json[]> {
		const execution = await instance.api.runManually(workflow, TRIGGER);
		return outputs(execution);
	}

	/** Changes our node in the saved workflow. */
	async function change(id: string, changes: Json): Promise<Saved<Workflow>> {
		const saved = await instance.api.workflow(id);
		const ours = saved.nodes.find(({ type }) => type === nodeType);
		const changed = { ...ours, ...changes } as WorkflowNode;
		const connections = JSON.stringify(saved.connections).replaceAll(
			JSON.stringify(ours?.name),
			JSON.stringify(changed.name),
		);
		return await instance.api.updateWorkflow({
			...saved,
			nodes: saved.nodes.map((node) => (node === ours ? changed : node)),
			connections: JSON.parse(connections) as Workflow['connections'],
		});
	}

	async function until(isSo: () => boolean): Promise<void> {
		const end = Date.now() + PATIENCE_MS;
		while (!isSo()) {
			if (Date.now() > end) throw new Error('What was waited for did not happen.');
			await sleep(20);
		}
	}

	it('runs an item once, also after the node was renamed, and forgets when it is pasted', async () => {
		const before = Number(remain(name(0)));
		const workflow = await save([{ username: name(0), key: 'inv-1' }], adjust);
		const [first] = await run(workflow);
		const [second] = await run(workflow);

		expect(first).toMatchObject({ remain: before + 5 });
		expect(second).toMatchObject({ username: name(0), already_done: true, remain: before + 5 });

		const [renamed] = await run(await change(workflow.id, { name: 'Renamed' }));
		expect(renamed).toMatchObject({ already_done: true });

		const [pasted] = await run(await change(workflow.id, { id: 'pasted' }));
		expect(pasted).toMatchObject({ remain: before + 10 });
	});

	it('runs one of two items with a key, again after a refusal, but not after a lost response', async () => {
		const { emulator } = instance;
		const before = Number(remain(name(6)));
		const twice = (key: string) => [1, 2].map(() => ({ username: name(6), key }));
		emulator.fail({ match: ADJUST, kind: 'status', status: 400 });
		const [refused, sent] = await run(await save(twice('inv-1'), adjust));
		emulator.fail({ match: ADJUST, kind: 'appliedThenLost' });
		const [lost, inDoubt] = await run(await save(twice('inv-2'), adjust));

		expect(refused).toMatchObject({ error: expect.stringContaining('400') as unknown });
		expect(sent).toMatchObject({ remain: before + 5 });
		expect(lost).toMatchObject({
			error: expect.stringContaining('may have been applied') as unknown,
		});
		expect(inDoubt).toMatchObject({ error: expect.stringMatching(IN_DOUBT) as unknown });
		expect(remain(name(6))).toBe(before + 10);
	});

	it('runs each item once, although “Retry On Fail” runs all of them again', async () => {
		const { emulator } = instance;
		const items = [7, 8].map((index) => ({ username: name(index), key: 'inv-1' }));
		const before = [7, 8].map((index) => Number(remain(name(index))));
		const { id } = await save(items, adjust);
		const retry = {
			onError: 'stopWorkflow',
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 100,
		};
		const workflow = await change(id, retry);
		emulator.fail({ match: ADJUST, after: 1, kind: 'status', status: 400 });

		const output = await run(workflow);

		expect(output.filter(({ already_done }) => already_done)).toHaveLength(1);
		expect(output.map((item) => item.remain)).toEqual(before.map((was) => was + 5));
		expect([7, 8].map((index) => remain(name(index)))).toEqual(before.map((was) => was + 5));
	});

	it('knows after n8n was killed what was done, and what was under way is in doubt', async () => {
		const { emulator, api } = instance;
		const slow = [1, 2, 3].map((index) => ({ username: name(index), key: 'inv-1' }));
		const few = await save(slow, { ...adjust, options: { concurrency: 1 } });
		const many = names.slice(10).map((username) => ({ username }));
		const refills = () => emulator.requests.filter(({ method }) => method === 'PUT');
		const refilling = await save(many, refill, 'Refill');
		const before = [1, 2, 3].map((index) => Number(remain(name(index))));
		emulator.fail({ match: ADJUST, after: 1, kind: 'slow', delayMs: 60_000 });
		await api.startManually(few, TRIGGER);
		await until(() => remain(name(2)) === Number(before[1]) + 5);
		// What was done is written a moment later.
		await sleep(1000);
		emulator.setLatency(20);
		await api.startManually(refilling, TRIGGER);
		await until(() => refills().length > SUBUSERS / 2);
		await instance.kill();
		const sent = refills().length;
		expect(sent).toBeLessThan(many.length);
		emulator.clearFaults();
		await instance.restart();
		await api.logIn(instance.owner);

		const [one, two, three] = await run(few);

		expect(one).toMatchObject({ already_done: true });
		expect(two).toMatchObject({ error: expect.stringMatching(IN_DOUBT) as unknown });
		expect(three).toMatchObject({ remain: Number(before[2]) + 5 });
		expect([1, 2, 3].map((index) => remain(name(index)))).toEqual(before.map((was) => was + 5));

		const assumed = await run(
			await change(few.id, {
				parameters: { ...adjust, options: { onceKeyInDoubt: 'assumeDone' } },
			}),
		);
		expect(assumed.map(({ already_done }) => already_done)).toEqual([true, true, true]);
		expect([1, 2, 3].map((index) => remain(name(index)))).toEqual(before.map((was) => was + 5));

		const items = await run(refilling);

		const times = new Map<string, number>();
		for (const { params } of refills()) {
			times.set(String(params.name), (times.get(String(params.name)) ?? 0) + 1);
		}
		const inDoubt = items.filter(({ error }) => IN_DOUBT.test(String(error)));
		expect(items).toHaveLength(many.length);
		expect(Math.max(...times.values())).toBe(1);
		// Subusers that got nothing are among those in doubt.
		const missing = many.map(({ username }) => username).filter((one) => !times.has(one));
		expect(inDoubt.map(({ username }) => username)).toEqual(expect.arrayContaining(missing));
		// The others in doubt are among the last that were sent.
		const sentBefore = refills()
			.slice(0, sent)
			.map(({ params }) => params.name);
		const last = [...missing, ...sentBefore.slice(-MOST_IN_DOUBT)];
		expect(last).toEqual(expect.arrayContaining(inDoubt.map(({ username }) => username)));
		expect(inDoubt.length).toBeLessThan(MOST_IN_DOUBT);
		expect(items.filter((item) => 'error' in item)).toHaveLength(inDoubt.length);
		const done = items.filter(({ already_done }) => already_done);
		expect(done.length).toBeGreaterThan(sent - MOST_IN_DOUBT);
	});

	it.each([2, 3])('sends in one of %i executions at the same moment', async (count) => {
		const { api, emulator } = instance;
		const item = { username: name(4), key: 'event-1' };
		const workflow = workflowOf(instance, [item], {
			parameters: {
				...adjust,
				subuser: { ...subuser, value: '={{ ($json.body ?? $json).username }}' },
				onceKey: '={{ ($json.body ?? $json).key }}',
			},
		});
		workflow.nodes.push({
			id: 'webhook',
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: [0, 200],
			webhookId: 'once',
			parameters: { httpMethod: 'POST', path: 'once', responseMode: 'lastNode', options: {} },
		});
		workflow.connections.Webhook = { main: [[{ node: 'SendGrid', type: 'main', index: 0 }]] };
		const saved = await api.replaceWorkflow(workflow);
		await api.activate(saved);
		emulator.fail({ match: ADJUST, kind: 'slow', delayMs: 500 });
		const before = Number(remain(name(4)));
		const answers = await Promise.all(
			Array.from({ length: count }, async () => await api.send('once', item)),
		);

		expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
		const flags = answers.map(({ data }) => (data as Json).already_done);
		expect(flags.filter((flag) => flag === true)).toHaveLength(count - 1);
		// Manual executions share the keys.
		expect(await run(saved)).toEqual([expect.objectContaining({ already_done: true })]);
		expect(remain(name(4))).toBe(before + 5);
		await api.deactivate(saved);
	});

	describe('as a sub-workflow given as JSON', () => {
		/** Runs our node in a sub-workflow, which has this ID. */
		async function runInside(id: string | undefined): Promise<Json[]> {
			const inner = {
				...(id === undefined ? {} : { id }),
				name: 'Inner',
				nodes: [
					{
						id: 'start',
						name: 'Start',
						type: 'n8n-nodes-base.executeWorkflowTrigger',
						typeVersion: 1,
						position: [0, 0],
						parameters: {},
					},
					{ ...nodeFor(adjust), onError: 'continueRegularOutput' },
				],
				connections: { Start: { main: [[{ node: 'SendGrid', type: 'main', index: 0 }]] } },
			};
			const outer = workflowOf(instance, [{ username: name(5), key: 'inv-1' }], {
				parameters: { source: 'parameter', workflowJson: JSON.stringify(inner), options: {} },
			});
			outer.nodes = outer.nodes.map((node) =>
				node.type === nodeType
					? {
							id: 'outer',
							name: 'SendGrid',
							type: 'n8n-nodes-base.executeWorkflow',
							typeVersion: 1.1,
							position: [600, 0],
							parameters: node.parameters,
						}
					: node,
			);
			const saved = await instance.api.replaceWorkflow(outer);
			const twice = [await run(saved), await run(saved)];
			return twice.flat();
		}

		it('uses the memory of the workflow around it', async () => {
			const [first, second] = await runInside(undefined);
			expect(first).toMatchObject({ remain: expect.any(Number) as unknown });
			expect(second).toMatchObject({ already_done: true });
		});

		it('sends nothing where the JSON has the ID of a workflow that n8n doesn’t have', async () => {
			// n8n itself refuses to run it.
			expect(await runInside('from-elsewhere')).toEqual([]);
			expect(instance.emulator.requests).toEqual([]);
		});
	});

	function nodeFor(parameters: Json) {
		const { id, name: credentialName } = instance.credential;
		return {
			id: 'sendgrid',
			name: 'SendGrid',
			type: nodeType,
			typeVersion: 1,
			position: [200, 0],
			parameters,
			credentials: { [credentialType]: { id, name: credentialName } },
		};
	}
});
