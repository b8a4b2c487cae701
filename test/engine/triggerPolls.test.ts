import './log';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nonrecurringCredits } from '../../emulator';
import { skippingClock } from './clock';
import { TriggeredWorkflow } from './trigger';
import { containing, matching, world } from './world';

const SUBUSERS = 300;
const sendGrid = world({ subusers: 0, accounts: 30 });
const LOW = { event: 'creditsLow', threshold: 100, thresholdUnit: 'credits', filters: {} };
const CREDITS = 'GET /v3/subusers/{name}/credits';
const WINDOW = { limit: 100, windowMs: 2_000 };
const LONG_WINDOW = { limit: 100, windowMs: 60_000 };

/** Adds 300 subusers, every tenth of them low. Returns the names of these. */
function addSubusers(): string[] {
	const names = Array.from({ length: SUBUSERS }, (_, index) => `customer-${1000 + index}`);
	const isLow = (name: string): boolean => name.endsWith('7');
	for (const name of names) {
		sendGrid.addSubuser(name).credits = nonrecurringCredits(isLow(name) ? 5 : 5_000);
	}
	return names.filter(isLow);
}

function watching(parameters: INodeParameters, budget?: number | 'n8n 1'): TriggeredWorkflow {
	return new TriggeredWorkflow(() => sendGrid.credential, parameters, budget);
}

/** Sets the credits of subusers, so that they recover or run low. */
function setCredits(names: string[], remain: number): void {
	for (const name of names) {
		const subuser = sendGrid.emulator.state.subusers.get(name);
		if (subuser !== undefined) subuser.credits = nonrecurringCredits(remain);
	}
}

/** The subusers whose credits SendGrid has returned. */
function answered(): string[] {
	return sendGrid.emulator.requests
		.filter(({ template, status }) => template === '/v3/subusers/{name}/credits' && status === 200)
		.map(({ params }) => params['name'] ?? '');
}

function names(items: IDataObject[]): unknown[] {
	return items.map(({ username }) => username);
}

describe('more subusers than a poll has time for', () => {
	it('take several polls that continue where the last one stopped, and are reported once', async () => {
		const low = addSubusers();
		sendGrid.emulator.setRateLimit(WINDOW);
		// Too short to wait for a second window.
		const workflow = watching(LOW, 3_000);
		const found: unknown[] = [];
		const polls: number[] = [];
		do {
			const before = answered().length;
			found.push(...names(await (polls.length === 0 ? workflow.activate() : workflow.poll())));
			polls.push(answered().length - before);
			await skippingClock.sleep(WINDOW.windowMs + 100);
		} while (workflow.remembered.includes('"next"'));

		expect(found).toEqual(low);
		expect(new Set(answered()).size).toBe(SUBUSERS);
		expect(polls.length).toBeGreaterThanOrEqual(3);
		for (const count of polls) expect(count).toBeLessThanOrEqual(WINDOW.limit);
		// Requests that were in flight when time was up are sent again.
		expect(answered().length).toBeLessThan(SUBUSERS * 1.1);
	}, 60_000);

	it('are all read although others are added and deleted in the middle of a round', async () => {
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
			await skippingClock.sleep(WINDOW.windowMs + 100);
			found.push(...names(await workflow.poll()));
		}
		expect(left.filter((name) => !answered().includes(name))).toEqual(['aaa']);
		expect(found).toContain('zzz');
		await skippingClock.sleep(WINDOW.windowMs + 100);
		expect(names(await workflow.poll())).toEqual(['aaa']);
	}, 60_000);

	it('don’t keep a workflow from being published, which takes 20 seconds at most', async () => {
		const low = addSubusers();
		sendGrid.emulator.setRateLimit(LONG_WINDOW);
		for (const budget of [300_000, 'n8n 1'] as const) {
			const startedAt = skippingClock.now();
			sendGrid.emulator.setRateLimit(LONG_WINDOW);
			const found = names(await watching(LOW, budget).activate());
			expect(skippingClock.now() - startedAt).toBeLessThan(20_000);
			expect(found.length).toBeLessThan(low.length);
		}
	}, 60_000);

	it('are recorded in several polls without being reported, if the memory was unreadable', async () => {
		addSubusers();
		sendGrid.emulator.setRateLimit(WINDOW);
		const workflow = watching(LOW, 3_000);
		workflow.database = { 'node:SendGrid Provisioning Trigger': { memory: { version: 99 } } };
		const found: IDataObject[] = await workflow.activate();
		while (workflow.remembered.includes('"next"')) {
			await skippingClock.sleep(WINDOW.windowMs + 100);
			found.push(...(await workflow.poll()));
		}
		expect(found).toEqual([]);
		sendGrid.addSubuser('zzz').credits = nonrecurringCredits(5);
		while (found.length === 0) {
			await skippingClock.sleep(WINDOW.windowMs + 100);
			found.push(...(await workflow.poll()));
		}
		expect(names(found)).toEqual(['zzz']);
	}, 60_000);

	it('make a manual test say how long a round takes', async () => {
		addSubusers();
		sendGrid.emulator.setRateLimit(LONG_WINDOW);
		const [item] = await watching(LOW).test();
		expect(item).toMatchObject({
			username: 'customer-1007',
			note: matching(
				/^This test checked \d+ of 300 subusers\. .* a full round takes about 2 minutes\./,
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

	it('doesn’t keep others from being reported, even in short polls', async () => {
		const low = addSubusers();
		sendGrid.fail({ match, kind: 'hang', times: Infinity });
		const workflow = watching(LOW, 8_000);
		const found = names(await workflow.activate());
		expect(found).toEqual(low.slice(1));
		// The next poll starts with it, so it has the whole poll's time.
		expect(await workflow.poll()).toEqual([]);
		expect(workflow.remembered).not.toContain('"next"');
		expect(workflow.notices).toMatchObject([
			{ message: matching(/^Subuser customer-1007: SendGrid didn’t answer \(no response/) },
		]);
		sendGrid.emulator.clearFaults();
		expect(names(await workflow.poll())).toEqual(['customer-1007']);
	}, 60_000);

	it('doesn’t keep a workflow from being published', async () => {
		const low = addSubusers();
		sendGrid.fail({ match, kind: 'hang', times: Infinity });
		const startedAt = skippingClock.now();
		expect(names(await watching(LOW).activate())).toEqual(low.slice(1));
		expect(skippingClock.now() - startedAt).toBeLessThan(21_000);
	}, 60_000);
});

describe('a list too long for a manual test', () => {
	it('is read in part: the test shows what it found, and the minimum time of a round', async () => {
		for (let index = 0; index < 2_400; index += 1) {
			sendGrid.addSubuser(`customer-${1000 + index}`).credits = nonrecurringCredits(5);
		}
		sendGrid.emulator.setLatency(400);
		const [item] = await watching(LOW, 4_000).test();
		expect(item).toMatchObject({
			note: matching(
				/^This test checked \d+ of at least [\d,]+ subusers\. .* takes at least about \d+ /,
			),
		});
	}, 60_000);

	it('fails the test if there was no time to read anything', async () => {
		const headers = { 'retry-after': '600' };
		sendGrid.fail({ match: 'GET /v3/subusers', kind: 'status', status: 429, headers });
		await expect(watching(LOW).test()).rejects.toMatchObject({
			message: containing('no request for this test'),
			description: containing('Test again in a minute'),
		});
	});
});

describe('polls without items, which n8n doesn’t save', () => {
	it('continue where the last one stopped, until the round ends', async () => {
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
			await skippingClock.sleep(WINDOW.windowMs + 100);
			found.push(...(await workflow.poll()));
		}
		expect(names(found)).toEqual([last?.username]);
		await skippingClock.sleep(WINDOW.windowMs + 100);
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
				await skippingClock.sleep(2_100);
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
	it('doesn’t keep the workflow from being published, and fails polls on schedule', async () => {
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
	it('never overlap: a poll is skipped while another is running', async () => {
		const low = addSubusers();
		const workflow = watching(LOW);
		sendGrid.emulator.setLatency(100);
		await workflow.activate();
		const before = sendGrid.sent().length;
		setCredits(low, 20);
		const [first, second] = await Promise.all([workflow.poll(), workflow.poll()]);
		expect(names(first)).toEqual(low);
		expect(second).toEqual([]);
		// The list is one page with rows, and one without new rows.
		expect(sendGrid.sent().length - before).toBe(SUBUSERS + 2);
		expect(await workflow.poll()).toEqual([]);
	}, 60_000);

	it('don’t wait for polls of another trigger', async () => {
		const low = addSubusers();
		sendGrid.emulator.setLatency(50);
		const [one, other] = await Promise.all([watching(LOW).activate(), watching(LOW).activate()]);
		expect(names(one)).toEqual(low);
		expect(names(other)).toEqual(low);
	}, 60_000);

	it('end when the workflow is published again, which reports what they would have', async () => {
		const low = addSubusers();
		sendGrid.emulator.setLatency(100);
		const workflow = watching(LOW);
		const superseded = workflow.activate();
		await skippingClock.sleep(500);
		const found = await workflow.activate();
		expect(names(found)).toEqual(low);
		expect(await superseded).toEqual([]);
		expect(await workflow.poll()).toEqual([]);
	}, 60_000);

	it('continue after one has failed', async () => {
		addSubusers();
		const workflow = watching(LOW);
		await workflow.activate();
		sendGrid.fail({ match: CREDITS, kind: 'status', status: 401, times: Infinity });
		await expect(workflow.poll()).rejects.toThrow(/doesn’t accept/);
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
		'don’t stop the others: %i in a row at the beginning of the list',
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
		await expect(workflow.poll()).rejects.toThrow(/doesn’t accept/);
		expect(sendGrid.sent().length - sent).toBeLessThan(65);
		expect(workflow.remembered).toBe(before);
	}, 60_000);
});
