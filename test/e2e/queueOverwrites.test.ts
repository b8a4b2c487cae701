import type { ExecutionSummary, Saved, Workflow } from '../../playground/n8nApi';
import { START_TIMEOUT_MS } from './instance';
import { startQueueInstance, type QueueInstance } from './queueInstance';
import { PACKAGE, workflowFor, type Order } from './queueOrders';

const WORKERS = 3;
const ACCOUNTS = 4;
const ADDONS_OF_EACH = 10;
const CONFIRM_AFTER_SECONDS = 5;
/** Each round of those that failed ends with fewer: at least one change of each account stays. */
const MOST_ROUNDS = ADDONS_OF_EACH;

type Merge = Extract<Order, { kind: 'merge' }>;

/**
 * SendGrid replaces a list of offerings whole and has no lock, so workers that change one account at the
 * same time overwrite each other's lists.
 */
describe('Three workers that add to the same accounts at the same time, with Confirm After', () => {
	let instance: QueueInstance;
	let workflow: Saved<Workflow>;
	let orders: Merge[];
	let failed: Merge[];
	/** What the orders had led to when all of them had ended. */
	let outcomes: unknown[];
	let executions: ExecutionSummary[];

	beforeAll(async () => {
		instance = await startQueueInstance(WORKERS);
		const { api, emulator, credential } = instance;
		orders = prepareOrders();
		workflow = await api.replaceWorkflow(
			workflowFor('merge', credential, { confirmAfterSeconds: CONFIRM_AFTER_SECONDS }),
		);
		await api.activate(workflow);
		emulator.setLatency(300);

		failed = await sendTogether(orders);
		outcomes = orders.map(outcomeOf);
		executions = await api.executions(workflow.id);
	}, START_TIMEOUT_MS);

	afterAll(async () => await instance?.stop());

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
			some.map(async (order) => (await instance.api.send('merge', order)).status),
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
