import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { accountStateChanged } from '../../../nodes/SendGridProvisioning/trigger/events/accountStateChanged';
import { creditsLow } from '../../../nodes/SendGridProvisioning/trigger/events/creditsLow';
import type { EventContext, TriggerEvent } from '../../../nodes/SendGridProvisioning/trigger/event';
import {
	ReadFailed,
	readEachCustomer,
} from '../../../nodes/SendGridProvisioning/trigger/readEachCustomer';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import type { Failure } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import type { SendGridApi } from '../../../nodes/SendGridProvisioning/transport/client';
import { sendGridStatus } from '../transport/errors/answers';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const broken: Failure = sendGridStatus(500);
const late: Failure = { kind: 'wait', waitMs: 60_000 };

/** Stops a poll in the middle, no matter how many customers are left. */
class Stopped extends Error {}

/** An event with SendGrid and n8n around it: what polls are handed, and what is left of them. */
class Watched {
	/** Customers for whom SendGrid always fails. */
	readonly broken = new Set<string>();
	readonly items: IDataObject[] = [];
	private memory: IDataObject | undefined;
	private database: IDataObject | undefined;

	constructor(
		private readonly event: TriggerEvent,
		/** What SendGrid answers about a customer. */
		private readonly answer: (name: string) => object,
		private readonly keepsQuietPolls: boolean,
	) {}

	/** A poll with time for so many requests, or one that fails at the last; whom it has read. */
	async poll(requests: number, fails = false): Promise<string[]> {
		const before = JSON.stringify(this.memory);
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
		const rows: unknown[] = NAMES.map((name) => ({ id: name, username: name }));
		const context: EventContext = {
			api,
			param: (name) => ({ threshold: 100, thresholdUnit: 'credits', filters: {} })[name],
			memory: before === undefined ? undefined : JSON.parse(before),
			credential: 'key',
			manual: false,
			list: async <Row>() => await Promise.resolve({ rows: rows as Row[], complete: true }),
			readEach: async (plan) => await readEachCustomer(plan, () => false),
		};
		try {
			const { items, remember } = await this.event.poll(context);
			this.memory = remember;
			this.items.push(...items);
			if (items.length > 0 || this.keepsQuietPolls) this.database = remember;
			return read;
		} catch (error) {
			// Only SendGrid, or the test, may make a poll fail.
			const cause = error instanceof ReadFailed ? error.cause : error;
			if (!(fails && cause instanceof Stopped)) expect(cause).toBeInstanceOf(SendGridError);
			return [];
		}
	}

	/** n8n dies, starts again, polls at once and keeps what that poll leaves. */
	async restart(requests: number): Promise<string[]> {
		this.memory = this.database;
		const read = await this.poll(requests);
		this.database = this.memory;
		return read;
	}
}

const name = fc.constantFrom(...NAMES);
/** Everybody, or too few for a round. */
const requests = fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 4 }));
const around = [
	fc.record({ kind: fc.constant('break' as const), name }),
	fc.record({ kind: fc.constant('mend' as const), name }),
	fc.record({ kind: fc.constant('poll' as const), requests }),
	fc.record({ kind: fc.constant('failedPoll' as const), requests: fc.integer({ min: 0, max: 4 }) }),
	fc.record({ kind: fc.constant('restart' as const), requests }),
];

/** What happens to n8n and to SendGrid's answers; whom the step has read. */
async function take(
	watched: Watched,
	step: { kind: string; name?: string; requests?: number },
): Promise<string[]> {
	if (step.kind === 'break') watched.broken.add(step.name ?? '');
	if (step.kind === 'mend') watched.broken.delete(step.name ?? '');
	if (step.kind === 'poll') return await watched.poll(step.requests ?? 0);
	if (step.kind === 'failedPoll') return await watched.poll(step.requests ?? 0, true);
	if (step.kind === 'restart') return await watched.restart(step.requests ?? 0);
	return [];
}

function counted(names: unknown[]): Record<string, number> {
	const counts = Object.fromEntries(NAMES.map((entry) => [entry, 0]));
	for (const entry of names) counts[String(entry)] = (counts[String(entry)] ?? 0) + 1;
	return counts;
}

describe.each([
	['keeps only polls that reported something', false],
	['keeps every poll', true],
])(
	'customers of whom some cannot be read, in rounds of several polls, where n8n %s',
	(_what, keeps) => {
		it('are reported as low once for each crossing that a poll sees', async () => {
			const step = fc.oneof(
				...around,
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
					const had = new Set(NAMES);
					const crossed: string[] = [];
					const watched = new Watched(
						creditsLow,
						(entry) => ({
							type: 'recurring',
							reset_frequency: 'monthly',
							total: 1_000,
							remain: remain.get(entry),
							used: used.get(entry),
						}),
						keeps,
					);
					const see = (read: string[]): void => {
						for (const entry of read) {
							if ((remain.get(entry) ?? 0) < 100 && had.delete(entry)) crossed.push(entry);
						}
					};
					for (const next of steps) {
						if (next.kind === 'send' || next.kind === 'add') {
							const present = remain.get(next.name) ?? 0;
							const spent = next.kind === 'add' ? 0 : Math.min(next.count, present);
							remain.set(next.name, next.kind === 'add' ? present + next.count : present - spent);
							used.set(next.name, (used.get(next.name) ?? 0) + spent);
							if ((remain.get(next.name) ?? 0) >= 100) had.add(next.name);
						} else see(await take(watched, next));
					}
					// One ends the round, and one goes through all.
					const last = [...(await watched.poll(Infinity)), ...(await watched.poll(Infinity))];
					see(last);
					expect(counted(watched.items.map(({ username }) => username))).toEqual(counted(crossed));
					expect(new Set([...last, ...watched.broken])).toEqual(new Set(NAMES));
				}),
				{ numRuns: 500 },
			);
		});

		it('are reported as changed only when they have', async () => {
			const step = fc.oneof(
				...around,
				fc.record({
					kind: fc.constant('set' as const),
					name,
					to: fc.constantFrom('activated', 'suspended', 'banned'),
				}),
			);
			await fc.assert(
				fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
					// Two are suspended from the start.
					const states = new Map(
						NAMES.map((entry) => [entry, 'cd'.includes(entry) ? 'suspended' : 'activated']),
					);
					const read = new Map<string, string>();
					const seen: string[] = [];
					const touched = new Set<string>();
					const watched = new Watched(
						accountStateChanged,
						(entry) => ({ state: states.get(entry) }),
						keeps,
					);
					for (const next of steps) {
						if (next.kind === 'set') {
							if (states.get(next.name) !== next.to) touched.add(next.name);
							states.set(next.name, next.to);
							continue;
						}
						for (const entry of await take(watched, next)) {
							const state = states.get(entry) ?? '';
							if (read.has(entry) && read.get(entry) !== state) seen.push(`${entry} ${state}`);
							read.set(entry, state);
						}
					}
					const reported = watched.items.map(({ id, to }) => `${id as string} ${to as string}`);
					expect(watched.items.filter(({ id }) => !touched.has(id as string))).toEqual([]);
					// Where n8n forgets polls, it may forget what they recorded, too.
					if (keeps) expect(reported).toEqual(seen);
				}),
				{ numRuns: 500 },
			);
		});
	},
);
