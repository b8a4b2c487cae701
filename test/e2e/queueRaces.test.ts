import { setTimeout as sleep } from 'node:timers/promises';
import { recurringCredits } from '../../emulator';
import type { ExecutionSummary, Json, Saved, Workflow } from '../../playground/n8nApi';
import { START_TIMEOUT_MS } from './instance';
import { startQueueInstance, type QueueInstance } from './queueInstance';
import { CREDITS_BEFORE, PACKAGE, workflowFor, type Order } from './queueOrders';

const WORKERS = 3;
const ACCOUNTS = 8;
const ADDONS_OF_EACH = 5;
const CONFIRM_AFTER_SECONDS = 5;
/** Each round of those that failed ends with fewer: at least one change of each account stays. */
const MOST_ROUNDS = ADDONS_OF_EACH;

const EVENTS = 40;
const EVENTS_AT_A_TIME = 8;
const COPIES = 3;
const ADJUSTMENT = 7;
/** An answer takes this long, so that what the workers do overlaps. */
const LATENCY_MS = 300;
const PATIENCE_MS = 60_000;

type Merge = Extract<Order, { kind: 'merge' }>;
type Adjustment = Extract<Order, { kind: 'adjustment' }>;

let instance: QueueInstance;

beforeAll(async () => {
	instance = await startQueueInstance(WORKERS);
	instance.emulator.setLatency(LATENCY_MS);
}, START_TIMEOUT_MS);

afterAll(async () => await instance?.stop());

/** Waits until n8n has stored how all executions of a workflow have ended, which can be a moment later. */
async function endedExecutions(
	{ id }: Saved<Workflow>,
	count: number,
): Promise<ExecutionSummary[]> {
	for (const giveUpAt = Date.now() + PATIENCE_MS; Date.now() < giveUpAt;) {
		const all = await instance.api.executions(id);
		const ended = all.filter(({ status }) => ['success', 'error', 'crashed'].includes(status));
		if (ended.length >= count) return ended;
		await sleep(200);
	}
	const statuses = (await instance.api.executions(id)).map(({ status }) => status);
	const counts = [...new Set(statuses)].map(
		(status) => `${statuses.filter((one) => one === status).length} ${status}`,
	);
	throw new Error(`Fewer than ${count} executions have ended: ${counts.join(', ')}.`);
}

/**
 * SendGrid replaces a list of offerings whole and has no lock, so workers that change one account at the
 * same time overwrite each other's lists.
 */
describe('Three workers that add to the same accounts at the same time, with Confirm After', () => {
	let workflow: Saved<Workflow>;
	let orders: Merge[];
	let failed: Merge[];
	/** What the orders had led to when all of them had ended. */
	let outcomes: unknown[];
	let executions: ExecutionSummary[];

	beforeAll(async () => {
		const { api, credential } = instance;
		orders = prepareOrders();
		const options = { confirmAfterSeconds: CONFIRM_AFTER_SECONDS };
		workflow = await api.replaceWorkflow(workflowFor('merge', credential, { options }));
		await api.activate(workflow);

		failed = await sendTogether(orders);
		outcomes = orders.map(outcomeOf);
		executions = await endedExecutions(workflow, orders.length);
	});

	/** Another add-on each, for a few accounts. */
	function prepareOrders(): Merge[] {
		const { accounts, catalog } = instance.emulator.state;
		const addons = Array.from({ length: ADDONS_OF_EACH }, (_, index) => `demo.x.extra-${index}.v1`);
		for (const name of addons) {
			catalog.push({ offering: { name, type: 'addon', quantity: 1 }, entitlements: {} });
		}
		let number = 0;
		return addons.flatMap((addon, index) =>
			accounts.list(0, ACCOUNTS).map((account): Merge => {
				account.offerings = [PACKAGE];
				return { number: number++, kind: 'merge', account: account.id, addon, quantity: 1 + index };
			}),
		);
	}

	/** Returns the orders whose webhook answered with an error. */
	async function sendTogether(some: Merge[]): Promise<Merge[]> {
		const statuses = await Promise.all(
			some.map(async (order) => (await instance.api.send('merge', order, PATIENCE_MS)).status),
		);
		return some.filter((_, index) => statuses[index] !== 200);
	}

	function outcomeOf({ account, addon }: Merge): number | undefined {
		const offerings = instance.emulator.state.accounts.get(account)?.offerings;
		return offerings?.find(({ name }) => name === addon)?.quantity;
	}

	it('keeps every change whose execution succeeded', () => {
		const succeeded = orders.filter((order) => !failed.includes(order));

		expect(succeeded.length).toBeGreaterThan(0);
		expect(succeeded.map((order) => outcomes[orders.indexOf(order)])).toEqual(
			succeeded.map(({ quantity }) => quantity),
		);
	});

	it('ends the others in an error that says that they were overwritten', async () => {
		const errors = executions.filter(({ status }) => status === 'error');
		const kept = await Promise.all(
			errors.map(async ({ id }) => await instance.api.storedDataOf(id)),
		);

		console.info(`${failed.length} of ${orders.length} changes were overwritten`);
		expect(executions).toHaveLength(orders.length);
		expect(errors).toHaveLength(failed.length);
		// Otherwise, nothing was tried.
		expect(failed.length).toBeGreaterThan(0);
		expect(kept.filter((data) => !data.includes('another process overwrote it'))).toEqual([]);
	});

	it('has all changes after those that failed are sent again', async () => {
		let left = failed;
		for (let rounds = 0; left.length > 0 && rounds < MOST_ROUNDS; rounds += 1) {
			left = await sendTogether(left);
		}

		expect(left).toEqual([]);
		expect(orders.map(outcomeOf)).toEqual(orders.map(({ quantity }) => quantity));
		for (const { account } of orders) {
			expect(instance.emulator.state.accounts.get(account)?.offerings).toContainEqual(PACKAGE);
		}
	});
});

/** Each event comes three times at the same moment, so usually to two or three workers. */
describe('Three workers that get the same events, with Run Once per Key', () => {
	let events: Adjustment[];
	let answers: Array<{ event: Adjustment; status: number; data: unknown }>;
	/** How often each event had been applied when all copies had ended. */
	let times: number[];
	let executions: ExecutionSummary[];

	beforeAll(async () => {
		const { api, emulator, credential } = instance;
		const subusers = emulator.state.subusers.list(0, EVENTS);
		events = subusers.map((subuser, number) => {
			subuser.credits = recurringCredits(CREDITS_BEFORE, 'monthly', emulator.clock.now());
			const { username } = subuser;
			return { number, kind: 'adjustment', username, adjustment: ADJUSTMENT };
		});
		const onceKey = '={{ $json.body.number }}';
		const workflow = await api.replaceWorkflow(workflowFor('adjustment', credential, { onceKey }));
		await api.activate(workflow);

		const sequences = Array.from({ length: EVENTS_AT_A_TIME }, (_, start) =>
			events.filter((event) => event.number % EVENTS_AT_A_TIME === start),
		);
		answers = (await Promise.all(sequences.map(sendInOrder))).flat();
		times = events.map(timesApplied);
		executions = await endedExecutions(workflow, answers.length);
	});

	/** Sends the copies of an event together, and the next event after that. */
	async function sendInOrder(sequence: Adjustment[]): Promise<typeof answers> {
		const all: typeof answers = [];
		for (const event of sequence)
			all.push(...(await Promise.all(Array(COPIES).fill(event).map(send))));
		return all;
	}

	async function send(event: Adjustment): Promise<(typeof answers)[number]> {
		const { status, data } = await instance.api.send('adjustment', event, PATIENCE_MS);
		return { event, status, data };
	}

	function timesApplied({ username }: Adjustment): number {
		const remain = instance.emulator.state.subusers.get(username)?.credits.remain;
		return (Number(remain) - CREDITS_BEFORE) / ADJUSTMENT;
	}

	const isAlreadyDone = ({ data }: { data: unknown }) => (data as Json).already_done === true;

	it('applies none twice', () => {
		expect(times.filter((one) => one > 1)).toEqual([]);
	});

	it('reports copies as already done, or in doubt, and nothing else', async () => {
		const succeeded = answers.filter(({ status }) => status === 200);
		const errors = executions.filter(({ status }) => status === 'error');
		const kept = await Promise.all(
			errors.map(async ({ id }) => await instance.api.storedDataOf(id)),
		);

		const done = succeeded.filter(isAlreadyDone);
		console.info(
			`${EVENTS} events, ${answers.length} copies: ${succeeded.length - done.length} applied, ` +
				`${done.length} already done, ${errors.length} in doubt`,
		);
		expect(executions).toHaveLength(EVENTS * COPIES);
		expect(succeeded).toHaveLength(executions.length - errors.length);
		expect(kept.filter((data) => !data.includes('is in doubt: an earlier run began'))).toEqual([]);
		// Copies in one process wait for each other, so this shows that others had them, too.
		expect(errors.length).toBeGreaterThan(0);
		// One that was applied says so, and no other one does.
		const applied = succeeded.filter((answer) => !isAlreadyDone(answer));
		expect(applied.map(({ event }) => event.number).sort((a, b) => a - b)).toEqual(
			events.filter((_, index) => times[index] === 1).map(({ number }) => number),
		);
	});

	it('applies nothing when all events come again later', async () => {
		const again = await Promise.all(events.map(send));

		const done = again.filter(isAlreadyDone);
		console.info(`${done.length} of ${EVENTS} events are done, the others are in doubt`);
		expect(events.map(timesApplied)).toEqual(times);
		expect(done.length).toBeGreaterThan(EVENTS / 2);
	});
});
