import './log';
import { setTimeout as wait } from 'node:timers/promises';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nonrecurringCredits } from '../../emulator';
import { triggerStates } from '../../nodes/SendGridProvisioning/events/triggerState';
import { TriggeredWorkflow } from './trigger';
import type { TriggerNode } from './trigger';
import { containing, matching, world } from './world';

const SUBUSERS = 300;
const sendGrid = world({ subusers: 0, accounts: 30 });
const LOW = { event: 'creditsLow', threshold: 100, thresholdUnit: 'credits', filters: {} };
const CREDITS = 'GET /v3/subusers/{name}/credits';
const WINDOW = { limit: 100, windowMs: 2_000 };
const LONG_WINDOW = { limit: 100, windowMs: 60_000 };

/** 300 subusers, every tenth of them low; the names of these. */
function addSubusers(): string[] {
	const names = Array.from({ length: SUBUSERS }, (_, index) => `customer-${1000 + index}`);
	const isLow = (name: string): boolean => name.endsWith('7');
	for (const name of names) {
		sendGrid.addSubuser(name).credits = nonrecurringCredits(isLow(name) ? 5 : 5_000);
	}
	return names.filter(isLow);
}

function watching(
	parameters: INodeParameters,
	budget?: number | 'n8n 1',
	node?: TriggerNode,
): TriggeredWorkflow {
	return new TriggeredWorkflow(() => sendGrid.credential, parameters, budget, node);
}

/** Lets the subusers that are low already recover, or run low. */
function setCredits(names: string[], remain: number): void {
	for (const name of names) {
		const subuser = sendGrid.emulator.state.subusers.get(name);
		if (subuser !== undefined) subuser.credits = nonrecurringCredits(remain);
	}
}

/** Whose credits SendGrid was asked for and gave. */
function answered(): string[] {
	return sendGrid.emulator.requests
		.filter(({ template, status }) => template === '/v3/subusers/{name}/credits' && status === 200)
		.map(({ params }) => params['name'] ?? '');
}

function names(items: IDataObject[]): unknown[] {
	return items.map(({ username }) => username);
}

describe('more subusers than a poll has time for', () => {
	it('take several polls, each going on where the last one stopped; each that is low is reported once', async () => {
		const low = addSubusers();
		sendGrid.emulator.setRateLimit(WINDOW);
		// So little that no poll can wait for a second window.
		const workflow = watching(LOW, 3_000);
		const found: unknown[] = [];
		const polls: number[] = [];
		do {
			const before = answered().length;
			found.push(...names(await (polls.length === 0 ? workflow.activate() : workflow.poll())));
			polls.push(answered().length - before);
			await wait(WINDOW.windowMs + 100);
		} while (workflow.remembered.includes('"next"'));

		expect(found).toEqual(low);
		expect(new Set(answered()).size).toBe(SUBUSERS);
		expect(polls.length).toBeGreaterThanOrEqual(3);
		for (const count of polls) expect(count).toBeLessThanOrEqual(WINDOW.limit);
		// Those that were under way when time was up are asked again.
		expect(answered().length).toBeLessThan(SUBUSERS * 1.1);
	}, 60_000);

	it('leave nobody out although others come and go in the middle of a round', async () => {
		addSubusers();
		sendGrid.emulator.setRateLimit(WINDOW);
		const workflow = watching(LOW, 3_000);
		await workflow.activate();
		const { subusers } = sendGrid.emulator.state;
		for (let index = 0; index < 40; index += 1) subusers.delete(`customer-${1000 + index}`);
		sendGrid.addSubuser('aaa').credits = nonrecurringCredits(5);
		sendGrid.addSubuser('zzz').credits = nonrecurringCredits(5);
		const left = subusers.list().map(({ username }) => username);
		const found: unknown[] = [];
		while (workflow.remembered.includes('"next"')) {
			await wait(WINDOW.windowMs + 100);
			found.push(...names(await workflow.poll()));
		}
		expect(left.filter((name) => !answered().includes(name))).toEqual(['aaa']);
		expect(found).toContain('zzz');
		await wait(WINDOW.windowMs + 100);
		expect(names(await workflow.poll())).toEqual(['aaa']);
	}, 60_000);

	it('do not keep a workflow from being switched on, which takes 20 seconds at most', async () => {
		const low = addSubusers();
		sendGrid.emulator.setRateLimit(LONG_WINDOW);
		for (const budget of [300_000, 'n8n 1'] as const) {
			const startedAt = Date.now();
			sendGrid.emulator.setRateLimit(LONG_WINDOW);
			const found = names(await watching(LOW, budget).activate());
			expect(Date.now() - startedAt).toBeLessThan(20_000);
			expect(found.length).toBeLessThan(low.length);
		}
	}, 60_000);

	it('are recorded over several polls without any report, where the memory was unreadable', async () => {
		addSubusers();
		sendGrid.emulator.setRateLimit(WINDOW);
		const workflow = watching(LOW, 3_000);
		workflow.database = { 'node:SendGrid Provisioning Trigger': { memory: { version: 99 } } };
		const found: IDataObject[] = await workflow.activate();
		while (workflow.remembered.includes('"next"')) {
			await wait(WINDOW.windowMs + 100);
			found.push(...(await workflow.poll()));
		}
		expect(found).toEqual([]);
		sendGrid.addSubuser('zzz').credits = nonrecurringCredits(5);
		while (found.length === 0) {
			await wait(WINDOW.windowMs + 100);
			found.push(...(await workflow.poll()));
		}
		expect(names(found)).toEqual(['zzz']);
	}, 60_000);

	it('make a test by hand say how long a round takes', async () => {
		addSubusers();
		sendGrid.emulator.setRateLimit(LONG_WINDOW);
		const [item] = await watching(LOW).test();
		expect(item).toMatchObject({
			username: 'customer-1007',
			note: matching(
				/^This test has looked at \d+ of 300 subusers\. .* a full round takes about 2 minutes;/,
			),
		});

		const filters = { username: 'customer-11' };
		const none = { ...LOW, threshold: 1, filters };
		sendGrid.emulator.setRateLimit({ limit: 20, windowMs: 60_000 });
		const apiKey = sendGrid.emulator.addKey();
		const test = new TriggeredWorkflow(() => ({ ...sendGrid.credential, apiKey }), none).test();
		await expect(test).rejects.toMatchObject({
			message: containing('No subuser is below the threshold'),
			description: matching(/20 of 100 subusers.* about 4 minutes/),
		});
	}, 60_000);
});

describe('a subuser for whom SendGrid never answers', () => {
	const match = 'GET /v3/subusers/customer-1007/credits';

	it('keeps nobody else from being reported, however short polls are', async () => {
		const low = addSubusers();
		sendGrid.fail({ match, kind: 'hang', times: Infinity });
		const workflow = watching(LOW, 4_000);
		const found = names(await workflow.activate());
		expect(found).toEqual(low.slice(1));
		// Now it is the one to go on with, and has a whole poll's time.
		expect(await workflow.poll()).toEqual([]);
		expect(workflow.remembered).not.toContain('"next"');
		expect(workflow.notices).toMatchObject([
			{ message: matching(/^Subuser customer-1007: SendGrid did not answer \(E/) },
		]);
		sendGrid.emulator.clearFaults();
		expect(names(await workflow.poll())).toEqual(['customer-1007']);
	}, 60_000);

	it('does not keep a workflow from being switched on', async () => {
		const low = addSubusers();
		sendGrid.fail({ match, kind: 'hang', times: Infinity });
		const startedAt = Date.now();
		expect(names(await watching(LOW).activate())).toEqual(low.slice(1));
		expect(Date.now() - startedAt).toBeLessThan(21_000);
	}, 60_000);
});

describe('a list too long for a test by hand', () => {
	it('is read in part: the test shows what it found, and how long a round takes at least', async () => {
		for (let index = 0; index < 2_400; index += 1) {
			sendGrid.addSubuser(`customer-${1000 + index}`).credits = nonrecurringCredits(5);
		}
		sendGrid.emulator.setLatency(400);
		const [item] = await watching(LOW, 4_000).test();
		expect(item).toMatchObject({
			note: matching(
				/^This test has looked at \d+ of at least [\d,]+ subusers\. .* takes at least about \d+ /,
			),
		});
	}, 60_000);

	it('says so where there was no time for anything', async () => {
		const headers = { 'retry-after': '600' };
		sendGrid.fail({ match: 'GET /v3/subusers', kind: 'status', status: 429, headers });
		await expect(watching(LOW).test()).rejects.toMatchObject({
			message: containing('no request for this test'),
			description: containing('Test again in a minute'),
		});
	});
});

describe('polls of n8n 2’s scheduler, which each have a context of their own', () => {
	it.each([36_000, 300_000, 400_000])(
		'are not taken for an activation, with %i ms: one that comes while another is running is left out',
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
		'fail where SendGrid leaves no request, with %i ms, unlike an activation',
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
		'is an activation, which SendGrid’s rate limit doesn’t keep from going through: %s',
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
	it('both report, also when they poll at the same time', async () => {
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

	it('each get the notice about a subuser that can’t be read', async () => {
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

	it('reports where n8n has scheduled no other, as for times that are scheduled already', async () => {
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

describe('tests of one step', () => {
	it('all show what is there, also at the same time and in unsaved workflows', async () => {
		const low = addSubusers();
		sendGrid.emulator.setLatency(20);
		const unsaved = (): TriggeredWorkflow => watching(LOW, 'n8n 1', { workflowId: '' });
		const found = await Promise.all([unsaved().test(), unsaved().test()]);
		expect(found.map(names)).toEqual([low, low]);
	}, 60_000);
});

describe('state of triggers that no longer poll', () => {
	afterEach(() => jest.restoreAllMocks());

	it('is dropped after a month, while that of others is kept', async () => {
		addSubusers();
		const [gone, kept] = [watching(LOW), watching(LOW)];
		await gone.activate();
		await kept.activate();
		const before = triggerStates.size;
		expect(before).toBeGreaterThanOrEqual(2);
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 33 * 86_400_000);
		await kept.poll();
		expect(triggerStates.size).toBe(1);
	}, 60_000);
});

describe('polls of which n8n keeps nothing unless they had items', () => {
	it('go on where the last one stopped, to the end of a round', async () => {
		addSubusers();
		const all = sendGrid.emulator.state.subusers.list();
		for (const subuser of all) subuser.credits = nonrecurringCredits(5_000);
		const workflow = watching(LOW, 3_000);
		await workflow.activate();
		workflow.scheduled = true;
		const last = all.at(-1);
		if (last !== undefined) last.credits = nonrecurringCredits(5);
		sendGrid.emulator.setRateLimit(WINDOW);
		const found: IDataObject[] = [];
		for (let polls = 0; polls < 10 && found.length === 0; polls += 1) {
			await wait(WINDOW.windowMs + 100);
			found.push(...(await workflow.poll()));
		}
		expect(names(found)).toEqual([last?.username]);
		await wait(WINDOW.windowMs + 100);
		expect(await workflow.poll()).toEqual([]);
	}, 60_000);
});

describe('the states of more accounts than a poll has time for', () => {
	it('are recorded in several polls before the first change is reported', async () => {
		sendGrid.emulator.setRateLimit({ limit: 12, windowMs: 2_000 });
		const workflow = watching({ event: 'accountStateChanged' }, 3_000);
		const found: IDataObject[] = await workflow.activate();
		const round = async (): Promise<void> => {
			do {
				await wait(2_100);
				found.push(...(await workflow.poll()));
			} while (workflow.remembered.includes('"next"'));
		};
		await round();
		expect(found).toEqual([]);
		const [first] = sendGrid.emulator.state.accounts.list();
		if (first !== undefined) first.state = 'banned';
		await round();
		expect(found).toMatchObject([{ account_id: first?.id, from: 'activated', to: 'banned' }]);
	}, 60_000);
});

describe('a rate limit that leaves no request', () => {
	it('lets the workflow be switched on, and shows as a failed poll on schedule', async () => {
		addSubusers();
		const headers = { 'retry-after': '600' };
		sendGrid.fail({ match: 'GET /v3/subusers', kind: 'status', status: 429, headers });
		const workflow = watching(LOW);
		expect(await workflow.activate()).toEqual([]);
		expect(workflow.remembered).not.toContain('memory');
		await expect(workflow.poll()).rejects.toMatchObject({
			message: containing('left no request for this poll'),
			description: containing('the next poll tries again'),
		});
	});
});

describe('polls of one trigger', () => {
	it('never overlap: the one that comes while another is going on is left out', async () => {
		const low = addSubusers();
		const workflow = watching(LOW);
		sendGrid.emulator.setLatency(100);
		await workflow.activate();
		const before = sendGrid.sent().length;
		setCredits(low, 20);
		const [first, second] = await Promise.all([workflow.poll(), workflow.poll()]);
		expect(names(first)).toEqual(low);
		expect(second).toEqual([]);
		expect(sendGrid.sent().length - before).toBe(SUBUSERS + 1);
		expect(await workflow.poll()).toEqual([]);
	}, 60_000);

	it('do not hold up those of another trigger', async () => {
		const low = addSubusers();
		sendGrid.emulator.setLatency(50);
		const [one, other] = await Promise.all([watching(LOW).activate(), watching(LOW).activate()]);
		expect(names(one)).toEqual(low);
		expect(names(other)).toEqual(low);
	}, 60_000);

	it('end when the workflow is switched on anew, which finds what they would have', async () => {
		const low = addSubusers();
		sendGrid.emulator.setLatency(100);
		const workflow = watching(LOW);
		const superseded = workflow.activate();
		await wait(500);
		const fresh = await workflow.activate();
		expect(names(fresh)).toEqual(low);
		expect(await superseded).toEqual([]);
		expect(await workflow.poll()).toEqual([]);
	}, 60_000);

	it('begin again after one has failed', async () => {
		addSubusers();
		const workflow = watching(LOW);
		await workflow.activate();
		sendGrid.fail({ match: CREDITS, kind: 'status', status: 401, times: Infinity });
		await expect(workflow.poll()).rejects.toThrow(/does not accept/);
		sendGrid.emulator.clearFaults();
		expect(await workflow.poll()).toEqual([]);
	});
});

describe('subusers that can’t be read', () => {
	const failing = (names: string[], status: number): void => {
		for (const name of names) {
			const match = `GET /v3/subusers/${name}/credits`;
			sendGrid.fail({ match, kind: 'status', status, times: Infinity });
		}
	};
	const customers = (count: number): string[] =>
		Array.from({ length: count }, (_, index) => `customer-${1000 + index}`);

	it.each([11, 30])(
		'in a row at the beginning of the list: %i don’t stop the others',
		async (count) => {
			const low = addSubusers();
			const unread = customers(count);
			failing(unread, 403);
			const workflow = watching(LOW);
			const found = names(await workflow.activate());
			expect(found).toEqual(low.filter((name) => !unread.includes(name)));
			expect(workflow.notices).toHaveLength(1);
			expect(workflow.remembered).not.toContain('"next"');
		},
		60_000,
	);

	it('fail the poll after few requests if no one can be read', async () => {
		addSubusers();
		const workflow = watching(LOW);
		await workflow.activate();
		const before = workflow.remembered;
		const sent = sendGrid.sent().length;
		sendGrid.fail({ match: CREDITS, kind: 'status', status: 401, times: Infinity });
		await expect(workflow.poll()).rejects.toThrow(/does not accept/);
		expect(sendGrid.sent().length - sent).toBeLessThan(65);
		expect(workflow.remembered).toBe(before);
	}, 60_000);
});
