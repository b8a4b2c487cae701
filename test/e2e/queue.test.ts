import { setTimeout as sleep } from 'node:timers/promises';
import type { Counters } from '../../emulator';
import type { ExecutionSummary, Saved, Workflow } from '../../playground/n8nApi';
import type { Worker } from '../../playground/queueMode';
import { START_TIMEOUT_MS } from './instance';
import { begunBy, startQueueInstance, type QueueInstance } from './queueInstance';
import {
	CREDITS_BEFORE,
	PACKAGE,
	prepareLines,
	workflowFor,
	type Kind,
	type Order,
} from './queueOrders';

const WORKERS = 3;
const KINDS: Kind[] = ['merge', 'credits', 'adjustment'];
const ADJUST = 'PATCH /v3/subusers/{name}/credits/remaining';
/** So many adjustments are applied, but not yet answered, when a worker is killed. */
const UNANSWERED = 6;
const UNANSWERED_MS = 10_000;
const TIMEOUT_MS = 120_000;

type Adjustment = Extract<Order, { kind: 'adjustment' }>;

/** 150 orders come in by webhooks at once; in the middle of it one of the workers is killed. */
describe('Three workers that share a rate limit, one of which is killed', () => {
	let instance: QueueInstance;
	let lines: Order[][];
	let orders: Order[];
	let executions: ExecutionSummary[];
	let killed: Worker;
	/** The killed worker's adjustments that SendGrid had applied, but not answered. */
	let cut: Adjustment[];
	/** Orders whose sender was told that they failed. */
	let failed: Order[];
	let counters: Counters;
	const workflows = {} as Record<Kind, Saved<Workflow>>;

	beforeAll(async () => {
		instance = await startQueueInstance(WORKERS);
		const { api, emulator, credential } = instance;
		lines = prepareLines(emulator);
		orders = lines.flat();
		for (const kind of KINDS) {
			workflows[kind] = await api.replaceWorkflow(workflowFor(kind, credential));
			await api.activate(workflows[kind]);
		}
		emulator.setRateLimit({ limit: 10, windowMs: 2_000 });
		emulator.setLatency(20);
		const slow = { kind: 'slow', delayMs: UNANSWERED_MS } as const;
		emulator.fail({ match: ADJUST, ...slow, after: 10, times: UNANSWERED });

		const answers = Promise.all(lines.map(sendOneAfterTheOther));
		({ worker: killed, adjustments: cut } = await workerWithUnanswered());
		await killed.process.kill();
		failed = (await answers).flat();
		executions = await ended();
		counters = structuredClone(emulator.counters);
	}, START_TIMEOUT_MS);

	afterAll(async () => await instance?.stop());

	/** Gives the orders whose webhook didn’t answer that all went well. */
	async function sendOneAfterTheOther(line: Order[]): Promise<Order[]> {
		const failures: Order[] = [];
		for (const order of line) {
			const { status } = await instance.api.send(order.kind, order);
			if (status !== 200) failures.push(order);
		}
		return failures;
	}

	async function workerWithUnanswered(): Promise<{ worker: Worker; adjustments: Adjustment[] }> {
		const { api, emulator, n8n } = instance;
		const isUnanswered = ({ username }: Adjustment) =>
			emulator.requests.some(
				({ method, params, endedAt, at }) =>
					method === 'PATCH' &&
					params.name === username &&
					endedAt === undefined &&
					Date.now() - at > 500,
			);
		const found = await until(() => {
			const all = ordersOf('adjustment').filter(isUnanswered);
			return all.length === UNANSWERED ? all : undefined;
		});
		const running = (await api.executions(workflows.adjustment.id)).filter(
			({ status }) => status === 'running',
		);
		const kept = await Promise.all(
			running.map(async ({ id }) => ({ id, data: await api.storedDataOf(id) })),
		);
		const shares = n8n.workers.map((worker) => {
			const begun = begunBy(worker);
			const mine = kept.filter(({ id }) => begun.has(id));
			const adjustments = found.filter(({ username }) =>
				mine.some(({ data }) => data.includes(JSON.stringify(username))),
			);
			return { worker, adjustments };
		});
		const [most] = shares.sort((a, b) => b.adjustments.length - a.adjustments.length);
		if (!most) throw new Error('There are no workers.');
		return most;
	}

	/** All executions, when none is waiting or running any more. */
	async function ended(): Promise<ExecutionSummary[]> {
		return await until(async () => {
			const all = await Promise.all(
				KINDS.map(async (kind) => await instance.api.executions(workflows[kind].id)),
			);
			const open = all
				.flat()
				.some(({ status }) => !['success', 'error', 'crashed'].includes(status));
			return open ? undefined : all.flat();
		});
	}

	function ordersOf<K extends Kind>(kind: K, among = orders): Array<Extract<Order, { kind: K }>> {
		return among.filter((order): order is Extract<Order, { kind: K }> => order.kind === kind);
	}

	function remaining(username: string): number | null | undefined {
		return instance.emulator.state.subusers.get(username)?.credits.remain;
	}

	/** What these orders have led to, each in the place of its order. */
	function outcomesOf(some: Order[]) {
		const { accounts, subusers } = instance.emulator.state;
		return some.map((order) => {
			if (order.kind === 'adjustment') return { order, outcome: remaining(order.username) };
			if (order.kind === 'credits') {
				return { order, outcome: subusers.get(order.username)?.credits.total };
			}
			const offerings = accounts.get(order.account)?.offerings;
			return { order, outcome: offerings?.find(({ name }) => name === order.addon)?.quantity };
		});
	}

	function wanted(some: Order[]) {
		return some.map((order) => {
			if (order.kind === 'merge') return { order, outcome: order.quantity };
			if (order.kind === 'credits') return { order, outcome: order.total };
			return { order, outcome: CREDITS_BEFORE + order.adjustment };
		});
	}

	it('has begun one execution for each order, and ended all of them', async () => {
		const unsuccessful = executions.filter(({ status }) => status !== 'success');

		expect(executions).toHaveLength(orders.length);
		expect(unsuccessful.length).toBeGreaterThanOrEqual(cut.length);
		// A dead worker's execution is an error as soon as its lease on the job has run out. One that it
		// had only just taken stands in no log; those of the others went through.
		const others = instance.n8n.workers.filter((worker) => worker !== killed).map(begunBy);
		expect(unsuccessful.filter(({ id }) => others.some((begun) => begun.has(id)))).toEqual([]);
	});

	it('has told the senders of those orders, and of no others, that they failed', () => {
		const unsuccessful = executions.filter(({ status }) => status !== 'success');

		expect(failed).toHaveLength(unsuccessful.length);
		expect(failed).toEqual(expect.arrayContaining(cut));
	});

	it('has done what succeeded, each once, under a limit that bit', () => {
		const succeeded = orders.filter((order) => !failed.includes(order));

		expect(outcomesOf(succeeded)).toEqual(wanted(succeeded));
		const refused = Object.entries(counters.byAnswer)
			.filter(([answer]) => answer.endsWith(' 429'))
			.reduce((sum, [, count]) => sum + count, 0);
		console.info(
			`${refused} of ${counters.requests} requests (${((100 * refused) / counters.requests).toFixed(1)} %) ` +
				`were answered 429; ${failed.length} of ${orders.length} orders failed with their worker`,
		);
		expect(refused).toBeGreaterThan(0);
		expect(refused).toBeLessThan(counters.requests / 2);
	});

	/**
	 * n8n 2.40 keeps neither the input nor the progress of an execution whose worker died. Its button
	 * "Retry" runs no node, so it repairs nothing, and doubles nothing either.
	 */
	it('does nothing when n8n retries an execution whose worker died', async () => {
		const dead = executions.find(({ status }) => status !== 'success');
		const requestsBefore = instance.emulator.counters.requests;

		const { data } = await instance.api.retry(dead?.id ?? '');

		expect(data).toMatchObject({ data: { status: 'error', retryOf: dead?.id } });
		expect(instance.emulator.counters.requests).toBe(requestsBefore);
	});

	it('sets offerings and credits right when failed orders are sent again', async () => {
		const again = failed.filter(({ kind }) => kind !== 'adjustment');

		expect(await sendOneAfterTheOther(again)).toEqual([]);
		const all = orders.filter(({ kind }) => kind !== 'adjustment');
		expect(outcomesOf(all)).toEqual(wanted(all));
		for (const { account } of ordersOf('merge')) {
			expect(instance.emulator.state.accounts.get(account)?.offerings).toContainEqual(PACKAGE);
		}
	});

	/**
	 * Nothing in n8n tells whether an adjustment whose worker died was applied: the user sees a failed
	 * execution without data, and the sender an error. The subuser's credits tell, if it is known what
	 * they were before and no email was sent since. So the sender may not simply send it again.
	 */
	it('has applied a failed adjustment once or not at all, as the credits tell', async () => {
		const adjustments = ordersOf('adjustment', failed);
		const found = adjustments.map((order) => ({ order, remain: remaining(order.username) }));
		for (const { order, remain } of found) {
			expect([CREDITS_BEFORE, CREDITS_BEFORE + order.adjustment]).toContain(remain);
		}
		const applied = found.filter(({ remain }) => remain !== CREDITS_BEFORE);
		expect(applied.map(({ order }) => order)).toEqual(expect.arrayContaining(cut));
		expect(cut.length).toBeGreaterThan(0);

		const missing = found.filter(({ remain }) => remain === CREDITS_BEFORE);
		console.info(
			`Of ${found.length} failed adjustments ${applied.length} had been applied, ${missing.length} not`,
		);
		expect(await sendOneAfterTheOther(missing.map(({ order }) => order))).toEqual([]);
		expect(outcomesOf(ordersOf('adjustment'))).toEqual(wanted(ordersOf('adjustment')));
	});
});

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
	const giveUpAt = Date.now() + TIMEOUT_MS;
	while (Date.now() < giveUpAt) {
		const found = await look();
		if (found !== undefined) return found;
		await sleep(100);
	}
	throw new Error(`It did not come within ${TIMEOUT_MS / 1000} seconds.`);
}
