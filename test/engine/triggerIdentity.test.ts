import './log';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nonrecurringCredits } from '../../emulator';
import { triggerStates } from '../../nodes/SendGridProvisioning/trigger/triggerState';
import { TriggeredWorkflow } from './trigger';
import type { TriggerNode } from './trigger';
import { world } from './world';

const sendGrid = world({ subusers: 0, accounts: 0 });
const LOW = { event: 'creditsLow', threshold: 100, thresholdUnit: 'credits', filters: {} };

/** Adds 30 subusers, every tenth of them low. Returns the names of these. */
function addSubusers(): string[] {
	const names = Array.from({ length: 30 }, (_, index) => `customer-${1000 + index}`);
	for (const name of names) sendGrid.addSubuser(name);
	const low = names.filter((name) => name.endsWith('7'));
	setCredits(low, 5);
	return low;
}

/** Sets the credits of subusers, so that they recover or run low. */
function setCredits(names: string[], remain: number): void {
	for (const name of names) {
		const subuser = sendGrid.emulator.state.subusers.get(name);
		if (subuser !== undefined) subuser.credits = nonrecurringCredits(remain);
	}
}

function watching(
	parameters: INodeParameters,
	budget?: number | 'n8n 1',
	node?: TriggerNode,
): TriggeredWorkflow {
	return new TriggeredWorkflow(() => sendGrid.credential, parameters, budget, node);
}

function names(items: IDataObject[]): unknown[] {
	return items.map(({ username }) => username);
}

describe('polls of n8n 2’s scheduler, which makes a context for each', () => {
	it.each([36_000, 300_000, 400_000])(
		'are not mistaken for an activation, with %i ms: a poll is skipped while another is running',
		async (budgetMs) => {
			const low = addSubusers();
			const workflow = watching(LOW, budgetMs);
			workflow.scheduled = true;
			await workflow.activate();
			setCredits(low, 20);
			sendGrid.emulator.setLatency(50);
			const [first, second] = await Promise.all([workflow.poll(), workflow.poll()]);
			expect([names(first), second]).toEqual([low, []]);
		},
		60_000,
	);

	it.each([36_000, 300_000])(
		'fail if SendGrid’s rate limit leaves no request, with %i ms, unlike an activation',
		async (budgetMs) => {
			addSubusers();
			const workflow = watching(LOW, budgetMs);
			workflow.scheduled = true;
			await workflow.activate();
			const headers = { 'retry-after': '600' };
			sendGrid.fail({ match: 'GET /v3/subusers', kind: 'status', status: 429, headers });
			await expect(workflow.poll()).rejects.toThrow(/left no request for this poll/);
		},
	);
});

describe('publishing another version of a workflow', () => {
	it.each([300_000, 'n8n 1'] as const)(
		'is an activation, which succeeds even if SendGrid’s rate limit leaves no request: %s',
		async (budget) => {
			addSubusers();
			const workflow = watching(LOW, budget);
			workflow.activationMode = 'update';
			const headers = { 'retry-after': '600' };
			sendGrid.fail({ match: 'GET /v3/subusers', kind: 'status', status: 429, headers });
			expect(await workflow.activate()).toEqual([]);
		},
	);
});

describe('two triggers of one workflow with the same node ID', () => {
	it('both report, even when they poll at the same time', async () => {
		const low = addSubusers();
		const both = ['Trigger', 'Trigger1'].map((name) =>
			watching(LOW, 'n8n 1', { workflowId: 'imported', id: 'copied', name }),
		);
		for (const workflow of both) expect(names(await workflow.activate())).toEqual(low);
		setCredits(low, 200);
		for (const workflow of both) await workflow.poll();
		setCredits(low, 20);
		sendGrid.emulator.setLatency(50);
		const found = await Promise.all(both.map(async (workflow) => await workflow.poll()));
		expect(found.map(names)).toEqual([low, low]);
	}, 60_000);

	it('each tell the user about a subuser that can’t be read', async () => {
		addSubusers();
		const match = 'GET /v3/subusers/customer-1007/credits';
		sendGrid.fail({ match, kind: 'status', status: 403, times: Infinity });
		for (const name of ['Trigger', 'Trigger1']) {
			const workflow = watching(LOW, 'n8n 1', { workflowId: 'noticed', id: 'copied', name });
			await workflow.activate();
			expect(workflow.notices).toHaveLength(1);
		}
	}, 60_000);
});

describe('an older registration that n8n 1 still polls with after a new activation', () => {
	const custom = [{ mode: 'custom', cronExpression: '0 * * * * *' }];

	it.each([
		['n8n 1', 'activate'],
		['n8n 1', 'update'],
		[300_000, 'update'],
	] as const)(
		'reports nothing and changes nothing: %s, %s',
		async (budget, mode) => {
			const low = addSubusers();
			const workflow = watching(LOW, budget);
			workflow.activationMode = mode;
			expect(names(await workflow.activate())).toEqual(low);
			const older = workflow.registration;
			expect(await workflow.activate()).toEqual([]);
			setCredits(low, 200);
			await workflow.poll();
			const before = JSON.stringify([older.workflow.staticData, workflow.database]);
			const sent = sendGrid.sent().length;
			setCredits(low, 20);
			for (let polls = 0; polls < 2; polls += 1) {
				expect(await workflow.pollWith(older)).toEqual([]);
			}
			expect(sendGrid.sent()).toHaveLength(sent);
			expect(JSON.stringify([older.workflow.staticData, workflow.database])).toBe(before);
			expect(names(await workflow.poll())).toEqual(low);
			expect(await workflow.pollWith(older)).toEqual([]);
		},
		60_000,
	);

	it('reports nothing although it polls more often than the latest one', async () => {
		const low = addSubusers();
		const workflow = watching(LOW, 'n8n 1', { workflowId: 'hourly' });
		await workflow.activate();
		const older = workflow.registration;
		const hourly = { workflowId: 'hourly', pollTimes: [{ mode: 'everyHour', minute: 0 }] };
		const latest = watching(LOW, 'n8n 1', hourly);
		latest.database = workflow.database;
		await latest.activate();
		setCredits(low, 200);
		await latest.poll();
		setCredits(low, 20);
		for (let polls = 0; polls < 10; polls += 1) {
			expect(await workflow.pollWith(older)).toEqual([]);
		}
		expect(names(await latest.poll())).toEqual(low);
	}, 60_000);

	it('reports if n8n hasn’t scheduled the latest one, because its times are scheduled already', async () => {
		const low = addSubusers();
		const workflow = watching(LOW, 'n8n 1', { pollTimes: custom });
		await workflow.activate();
		const older = workflow.registration;
		await workflow.activate();
		setCredits(low, 200);
		const found: unknown[] = [];
		for (let polls = 0; polls < 6; polls += 1) {
			if (polls === 4) setCredits(low, 20);
			found.push(...names(await workflow.pollWith(older)));
		}
		expect(found).toEqual(low);
	}, 60_000);
});

describe('manual tests', () => {
	it('all show what is there, even at the same time and in unsaved workflows', async () => {
		const low = addSubusers();
		sendGrid.emulator.setLatency(20);
		const unsaved = (): TriggeredWorkflow => watching(LOW, 'n8n 1', { workflowId: '' });
		const found = await Promise.all([unsaved().test(), unsaved().test()]);
		expect(found.map(names)).toEqual([low, low]);
	}, 60_000);
});

describe('the state of triggers that no longer poll', () => {
	afterEach(() => jest.restoreAllMocks());

	it('is dropped after a month, and the state of others is kept', async () => {
		addSubusers();
		const [removed, kept] = [watching(LOW), watching(LOW)];
		await removed.activate();
		await kept.activate();
		const before = triggerStates.size;
		expect(before).toBeGreaterThanOrEqual(2);
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 33 * 86_400_000);
		await kept.poll();
		expect(triggerStates.size).toBe(1);
	}, 60_000);
});
