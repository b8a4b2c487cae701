import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { outcomeOf } from '../../../nodes/SendGridProvisioning/domain/outcome';
import type { LoggedRequest } from '../../../emulator';
import { PACKAGE } from '../customers';
import { ProcessedData } from '../processedData';
import { ProcessOfN8n } from '../processOfN8n';
import { byUsername } from '../world';
import { subusersWith } from './fates';
import { below, range } from './random';
import { here } from './sendGrid';

/** n8n's table in a database that fails now and then, before it has written something or after it. */
class FailingTable extends ProcessedData {
	isFailing = false;

	override async checkProcessedAndRecord(
		...call: Parameters<ProcessedData['checkProcessedAndRecord']>
	) {
		return await this.perhaps(async () => await super.checkProcessedAndRecord(...call));
	}

	override async removeProcessed(...call: Parameters<ProcessedData['removeProcessed']>) {
		await this.perhaps(async () => await super.removeProcessed(...call));
	}

	private async perhaps<T>(work: () => Promise<T>): Promise<T> {
		const chance = this.isFailing ? below(16) : Infinity;
		if (chance < 2) throw new Error('SQLITE_IOERR: disk I/O error');
		// Nothing was written, so the node tries again after this one.
		if (chance === 2) throw new Error('SQLITE_BUSY: database is locked');
		const result = await work();
		if (chance === 3) throw new Error('SQLITE_IOERR: disk I/O error');
		return result;
	}
}

type Kind = 'adjust' | 'subuser' | 'account';

/** Something that should happen once. The CRM sends it as often as it likes, with the same key. */
interface Event {
	kind: Kind;
	json: { key: string; target: string; by: number };
	/** How often SendGrid has applied it. */
	applied: () => number;
	/** How often SendGrid was asked for it. */
	sent: () => number;
	/** What its items have said. */
	said: Set<Said>;
	/** Whether its key may be in doubt, because of what its items said, or what n8n couldn't write. */
	mayBeInDoubt: boolean;
	/** How often SendGrid had been asked for it when an item said that it was done. */
	sentWhenDone?: number;
}

/** What an item says of its event. */
export type Said = 'done' | 'already done' | 'in doubt' | 'maybe' | 'not stored' | 'refused';

/** How often items have said this. */
export const keyedTally: Record<Said, number> = {
	done: 0,
	'already done': 0,
	'in doubt': 0,
	maybe: 0,
	'not stored': 0,
	refused: 0,
};

function saidBy({ error, already_done }: IDataObject): Said {
	if (typeof error !== 'string') return already_done === true ? 'already done' : 'done';
	if (error.includes('is in doubt now')) return 'maybe';
	if (error.includes('is in doubt')) return 'in doubt';
	return error.includes('couldn’t store this key') ? 'not stored' : 'refused';
}

const PARAMETERS: Record<Kind, INodeParameters> = {
	adjust: {
		resource: 'subuserCredit',
		operation: 'adjust',
		subuser: byUsername('={{ $json.target }}'),
		adjustment: '={{ $json.by }}',
	},
	subuser: {
		resource: 'subuser',
		operation: 'create',
		username: '={{ $json.target }}',
		email: '={{ $json.target }}@example.com',
		password: 'not-a-real-one',
		ips: '203.0.113.1',
	},
	account: {
		resource: 'account',
		operation: 'create',
		package: PACKAGE.name,
		profile: { companyName: '={{ $json.target }}' },
	},
};

const KINDS: Kind[] = ['adjust', 'subuser', 'account'];
/** How many events of a kind come up in each life of n8n, and how many of its items repeat one. */
const NEW_EVENTS = 12;
const REPLAYS = 16;
const PER_SUBUSER = 8;

/** The events of a kind; adjustments of a subuser are powers of four, which its sum shows one by one. */
function eventsOf(kind: Kind, count: number): Event[] {
	return range(count).map((index) => {
		const place = index % PER_SUBUSER;
		const target = `keyed-${kind}-${kind === 'adjust' ? Math.floor(index / PER_SUBUSER) : index}`;
		const by = 4 ** place;
		return {
			kind,
			// The same keys for each subuser, as a month's.
			json: { key: `event-${kind === 'adjust' ? place : index}`, target, by },
			applied: () => timesApplied(kind, target, by),
			sent: () => here.emulator.requests.filter(isFor(kind, target, by)).length,
			said: new Set<Said>(),
			mayBeInDoubt: false,
		};
	});
}

function timesApplied(kind: Kind, target: string, by: number): number {
	const { accounts, subusers } = here.emulator.state;
	if (kind === 'subuser') return subusers.has(target) ? 1 : 0;
	if (kind === 'account')
		return accounts.list().filter(({ profile }) => profile['company_name'] === target).length;
	return Math.floor((subusers.get(target)?.credits.remain ?? 0) / by) % 4;
}

/** Recognizes the requests that change something for an event. */
function isFor(kind: Kind, target: string, by: number) {
	return ({ method, path, params, body }: LoggedRequest): boolean => {
		const { allocation_update, username, profile } = (body ?? {}) as IDataObject;
		if (kind === 'adjust')
			return method === 'PATCH' && params['name'] === target && allocation_update === by;
		if (method !== 'POST') return false;
		if (kind === 'subuser') return path === '/v3/subusers' && username === target;
		return (profile as IDataObject | undefined)?.['company_name'] === target;
	};
}

/** A life of n8n: until its executions have ended, or until it's killed. */
interface Life {
	process: ProcessOfN8n;
	/** The executions in it; those of a killed process end when it's buried. */
	runs: Array<Promise<unknown>>;
}

/** Runs these events in one execution; each of its items must say something that can be true. */
async function runEvents(
	process: ProcessOfN8n,
	events: Event[],
	hear: (event: Event, said: Said) => void,
): Promise<void> {
	const [first] = events;
	if (first === undefined) return;
	const run = await here.run(
		{ ...PARAMETERS[first.kind], onceKey: '={{ $json.key }}', options: { timeoutSeconds: 4 } },
		{ items: events.map(({ json }) => json), node: { onError: 'continueRegularOutput' }, process },
	);
	expect(run.error).toBeUndefined();
	expect(run.pairs).toEqual(range(events.length));
	events.forEach((event, index) => hear(event, saidBy(run.items[index] ?? {})));
}

/** What can't be true of an event, after its items have said this. */
function problemOf(event: Event, now: Said[]): string | undefined {
	const applied = event.applied();
	const isDone = now.includes('done') || now.includes('already done');
	if (applied > 1) return `was applied ${applied} times`;
	if (isDone && applied === 0) return 'is said to be done, but was never applied';
	if (now.filter((said) => said === 'done').length > 1) return 'was done twice';
	if (isDone && (now.includes('maybe') || event.said.has('maybe')))
		return 'may have been applied, and was done then';
	if (now.includes('in doubt') && !event.mayBeInDoubt) return 'is in doubt for no reason';
	if (event.sentWhenDone === undefined) return undefined;
	if (now.includes('done')) return 'was done again';
	return event.sent() === event.sentWhenDone ? undefined : 'was sent after it was done';
}

/**
 * Sends new events and earlier ones again, in two executions of each kind at the same time: in several
 * lives of n8n, which end well, by a kill, or with a database that fails. At the end, everything works
 * and all events are sent once more.
 */
export async function keyedLives(spoilAll: (requests: number) => void): Promise<void> {
	const table = new FailingTable();
	const lives: Life[] = [];
	const ways = [
		'well',
		'failing',
		'killed',
		'well',
		'killed',
		'failing',
		'killed',
		'well',
	] as const;
	const all = KINDS.map((kind) => eventsOf(kind, NEW_EVENTS * ways.length));
	const sums = new Set(
		all.flat().flatMap(({ kind, json }) => (kind === 'adjust' ? json.target : [])),
	);
	subusersWith([...sums], 0);

	const live = async (way: 'well' | 'failing' | 'killed', executions: Event[][]) => {
		const process = ProcessOfN8n.started(table);
		table.isFailing = way === 'failing';
		if (way === 'killed') process.dieAfter(2 + below(14));
		const now = new Map<Event, Said[]>();
		for (const event of executions.flat()) {
			now.set(event, []);
			if (way !== 'well') event.mayBeInDoubt = true;
		}
		const hear = (event: Event, said: Said): void => {
			now.get(event)?.push(said);
			keyedTally[said] += 1;
			if (said === 'maybe') event.mayBeInDoubt = true;
		};
		let isOver = false;
		const runs = executions.map(
			async (events) =>
				await runEvents(process, events, (event, said) => {
					// No one hears what a killed process says.
					if (!isOver) hear(event, said);
				}),
		);
		lives.push({ process, runs: runs.map(async (run) => await outcomeOf(async () => await run)) });
		await Promise.race([Promise.all(runs), process.death]);
		isOver = true;
		// What it would still check is left out, as when n8n is stopped.
		process.dieAfter(0);
		table.isFailing = false;
		const problems: string[] = [];
		for (const [event, said] of now) {
			const problem = problemOf(event, said);
			if (problem !== undefined) {
				problems.push(`${event.kind} ${event.json.target}${event.json.key} ${problem}`);
			}
			for (const one of said) event.said.add(one);
			if (said.includes('done') || said.includes('already done')) {
				event.sentWhenDone ??= event.sent();
			}
		}
		expect(problems).toEqual([]);
		return now;
	};

	try {
		for (const [index, way] of ways.entries()) {
			spoilAll(NEW_EVENTS);
			await live(
				way,
				all.flatMap((events) => {
					const known = events.slice(0, (index + 1) * NEW_EVENTS);
					const again = range(REPLAYS).flatMap(() => known[below(known.length)] ?? []);
					const items = [...known.slice(-NEW_EVENTS), ...again];
					const isInFirst = new Set(items.map((_, index) => index).filter(() => below(2) === 0));
					return [true, false].map((first) =>
						items.filter((_, index) => isInFirst.has(index) === first),
					);
				}),
			);
		}
		here.emulator.clearFaults();
		const last = await live('well', all);
		for (const [event, said] of last) {
			expect([event.json, said]).toEqual([event.json, [expect.stringMatching(/done|in doubt/)]]);
		}
	} finally {
		for (const { process } of lives) process.bury();
		await Promise.all(lives.flatMap(({ runs }) => runs));
	}
	expect(all.flat().filter((event) => event.applied() > 1)).toEqual([]);
	expect(lives.flatMap(({ process }) => process.misuses)).toEqual([]);
}
