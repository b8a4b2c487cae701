import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { accountStateChanged } from '../../../nodes/SendGridProvisioning/trigger/events/accountStateChanged';
import { creditsLow } from '../../../nodes/SendGridProvisioning/trigger/events/creditsLow';
import type { TriggerEvent } from '../../../nodes/SendGridProvisioning/trigger/event';
import { pollEvent } from '../../../nodes/SendGridProvisioning/trigger/poll';
import { ReadFailed } from '../../../nodes/SendGridProvisioning/trigger/readEachCustomer';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import type { Failure } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import type { SendGridApi } from '../../../nodes/SendGridProvisioning/transport/client';
import { sendGridStatus } from '../transport/errors/answers';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const broken: Failure = sendGridStatus(500);
const late: Failure = { kind: 'wait', waitMs: 60_000 };

/** Stops a poll in the middle. */
class Stopped extends Error {}

/** SendGrid's lists of subusers and accounts, in one page each. */
const listApi = {
	send: async <Result>({ path, query, read }: Call<Result>): Promise<Result | undefined> => {
		const offset = query?.['offset'];
		const start = typeof offset === 'number' ? offset : NAMES.indexOf(String(offset)) + 1;
		const rows = NAMES.slice(start).map((name) => ({ id: name, username: name }));
		const body = path.encoded.endsWith('/accounts') ? { accounts: rows } : rows;
		return await Promise.resolve(read(body, undefined, 0));
	},
} as SendGridApi;

/** An event that polls a simulated SendGrid, in an n8n that may forget what polls remember. */
class WatchedEvent {
	/** Customers that can't be read. */
	readonly broken = new Set<string>();
	readonly items: IDataObject[] = [];
	/** What the last poll left in n8n's static data, and what n8n has saved. */
	private memory: IDataObject | undefined;
	private database: IDataObject | undefined;

	constructor(
		private readonly event: TriggerEvent,
		/** What SendGrid returns about a customer. */
		private readonly answer: (name: string) => object,
		private readonly savesEveryPoll: boolean,
	) {}

	/** A poll that ends or fails after this many requests. Returns the customers that it read. */
	async poll(requests: number, fails = false): Promise<string[]> {
		const read: string[] = [];
		let left = requests;
		const send = async <Result>({ path, read: parse }: Call<Result>): Promise<Result> => {
			await Promise.resolve();
			const name = path.encoded.split('/').at(-2) ?? '';
			if (left === 0) throw fails ? new Stopped() : new SendGridError(late);
			left -= 1;
			if (this.broken.has(name)) throw new SendGridError(broken);
			const result = parse(this.answer(name), undefined, 0);
			if (result === undefined) throw new Error('The answer has another shape');
			read.push(name);
			return result;
		};
		const api = { send } as SendGridApi;
		const settings: IDataObject = { threshold: 100, thresholdUnit: 'credits', filters: {} };
		try {
			const { items, memory } = await pollEvent(this.event, {
				api,
				listApi,
				timeIsUp: () => false,
				param: (name) => settings[name],
				stored: JSON.parse(JSON.stringify(this.memory ?? null)) as unknown,
				credential: 'key',
				manual: false,
			});
			this.memory = memory;
			this.items.push(...items);
			if (items.length > 0 || this.savesEveryPoll) this.database = memory;
			return read;
		} catch (error) {
			// Only SendGrid, or the test, may make a poll fail.
			const cause = error instanceof ReadFailed ? error.cause : error;
			if (!(fails && cause instanceof Stopped)) expect(cause).toBeInstanceOf(SendGridError);
			return [];
		}
	}

	/** n8n is killed, starts again, polls immediately, and saves what that poll remembers. */
	async restart(requests: number): Promise<string[]> {
		this.memory = this.database;
		const read = await this.poll(requests);
		this.database = this.memory;
		return read;
	}
}

const name = fc.constantFrom(...NAMES);
/** Enough for all customers, or for fewer. */
const requests = fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 4 }));
const pollSteps = [
	fc.record({ kind: fc.constant('break' as const), name }),
	fc.record({ kind: fc.constant('repair' as const), name }),
	fc.record({ kind: fc.constant('poll' as const), requests }),
	fc.record({ kind: fc.constant('failedPoll' as const), requests: fc.integer({ min: 0, max: 4 }) }),
	fc.record({ kind: fc.constant('restart' as const), requests }),
];

/** Plays a step. Returns the customers that it read. */
async function play(
	watched: WatchedEvent,
	step: { kind: string; name?: string; requests?: number },
): Promise<string[]> {
	if (step.kind === 'break') watched.broken.add(step.name ?? '');
	if (step.kind === 'repair') watched.broken.delete(step.name ?? '');
	if (step.kind === 'poll') return await watched.poll(step.requests ?? 0);
	if (step.kind === 'failedPoll') return await watched.poll(step.requests ?? 0, true);
	if (step.kind === 'restart') return await watched.restart(step.requests ?? 0);
	return [];
}

function countsOf(names: unknown[]): Record<string, number> {
	const counts = Object.fromEntries(NAMES.map((entry) => [entry, 0]));
	for (const entry of names) counts[String(entry)] = (counts[String(entry)] ?? 0) + 1;
	return counts;
}

describe.each([
	['saves only polls with items', false],
	['saves every poll', true],
])(
	'with customers that can’t be read, rounds of several polls, and an n8n that %s,',
	(_what, saves) => {
		it('a customer is reported as low once for each crossing that a poll sees', async () => {
			const step = fc.oneof(
				...pollSteps,
				fc.record({
					kind: fc.constant('send' as const),
					name,
					count: fc.integer({ min: 1, max: 400 }),
				}),
				fc.record({
					kind: fc.constant('add' as const),
					name,
					count: fc.integer({ min: 100, max: 900 }),
				}),
			);
			await fc.assert(
				fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
					const remain = new Map(NAMES.map((entry) => [entry, 500]));
					const used = new Map(NAMES.map((entry) => [entry, 500]));
					const recovered = new Set(NAMES);
					const crossed: string[] = [];
					const watched = new WatchedEvent(
						creditsLow,
						(entry) => ({
							type: 'recurring',
							reset_frequency: 'monthly',
							total: 1_000,
							remain: remain.get(entry),
							used: used.get(entry),
						}),
						saves,
					);
					const noteCrossings = (read: string[]): void => {
						for (const entry of read) {
							if ((remain.get(entry) ?? 0) < 100 && recovered.delete(entry)) crossed.push(entry);
						}
					};
					for (const next of steps) {
						if (next.kind === 'send' || next.kind === 'add') {
							const present = remain.get(next.name) ?? 0;
							const spent = next.kind === 'add' ? 0 : Math.min(next.count, present);
							remain.set(next.name, next.kind === 'add' ? present + next.count : present - spent);
							used.set(next.name, (used.get(next.name) ?? 0) + spent);
							if ((remain.get(next.name) ?? 0) >= 100) recovered.add(next.name);
						} else noteCrossings(await play(watched, next));
					}
					// The first of these polls ends the round, and the second reads all customers.
					const last = [...(await watched.poll(Infinity)), ...(await watched.poll(Infinity))];
					noteCrossings(last);
					expect(countsOf(watched.items.map(({ username }) => username))).toEqual(
						countsOf(crossed),
					);
					expect(new Set([...last, ...watched.broken])).toEqual(new Set(NAMES));
				}),
				{ numRuns: 500 },
			);
		});

		it('an account is reported as changed only if it has changed', async () => {
			const step = fc.oneof(
				...pollSteps,
				fc.record({
					kind: fc.constant('set' as const),
					name,
					to: fc.constantFrom('activated', 'suspended', 'banned'),
				}),
			);
			await fc.assert(
				fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
					// Two accounts are suspended when the workflow is published.
					const states = new Map(
						NAMES.map((entry) => [entry, 'cd'.includes(entry) ? 'suspended' : 'activated']),
					);
					const read = new Map<string, string>();
					const changed: string[] = [];
					const touched = new Set<string>();
					const watched = new WatchedEvent(
						accountStateChanged,
						(entry) => ({ state: states.get(entry) }),
						saves,
					);
					for (const next of steps) {
						if (next.kind === 'set') {
							if (states.get(next.name) !== next.to) touched.add(next.name);
							states.set(next.name, next.to);
							continue;
						}
						for (const entry of await play(watched, next)) {
							const state = states.get(entry) ?? '';
							if (read.has(entry) && read.get(entry) !== state) changed.push(`${entry} ${state}`);
							read.set(entry, state);
						}
					}
					const reported = watched.items.map(({ id, to }) => `${id as string} ${to as string}`);
					expect(watched.items.filter(({ id }) => !touched.has(id as string))).toEqual([]);
					// An n8n that forgets polls may also forget the states that they recorded.
					if (saves) expect(reported).toEqual(changed);
				}),
				{ numRuns: 500 },
			);
		});
	},
);
