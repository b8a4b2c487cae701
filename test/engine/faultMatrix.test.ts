import { logLines } from './log';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { resources } from '../../nodes/SendGridProvisioning/resources';
import { startEmulator } from '../../emulator';
import type { Emulator, Fault, Strikes } from '../../emulator';
import { runNode } from './engine';
import type { NodeRun } from './engine';
import { addNeeds, customerOperations, listOperations, requestFor } from './faultOperations';
import type { OperationUnderFault } from './faultOperations';
import { rowsByGroup } from './faultTable';
import type { FaultRow, Kind } from './faultTable';
import { matching } from './world';

jest.setTimeout(170_000);

const MODES = ['continueRegularOutput', 'stopWorkflow', 'continueErrorOutput'] as const;
type Mode = (typeof MODES)[number];

/** One execution: a fault strikes one request of an operation. */
interface Case {
	row: FaultRow;
	kind: Kind;
	under: OperationUnderFault;
	/** Which of the operation's requests is struck. */
	at: number;
	mode: Mode;
	emulator: Emulator;
}

interface Outcome {
	run: NodeRun;
	target: string;
	error: ItemError | undefined;
	/** What the node sent, as `METHOD /path`, without looks afterwards and lists that are read again. */
	sent: string[];
	/** How often the struck request was sent. */
	times: number;
	/** Whether the node looked in SendGrid afterwards. */
	looked: boolean;
	/** Whether the fault has struck. */
	struck: boolean;
	/** How often the write was applied; undefined if the operation only reads. */
	applied: number | undefined;
}

interface ItemError {
	message: string;
	description: string;
	/** Absent if this mode doesn't show it. */
	status?: unknown;
}

/** The words for a write that SendGrid may have applied. */
const DOUBT = /may have been (added|applied|created)/;
const SENTENCE = matching(/\w+ \w+/);

/** Nothing listens here. */
const CLOSED_PORT = 'http://127.0.0.1:9';

const countOf = (lines: string[], wanted: string | undefined) =>
	lines.filter((line) => line === wanted).length;
const requestsOf = ({ requests }: OperationUnderFault, target: string) =>
	requests.map(({ request }) => requestFor(request, target));

/** Lets the faults of a row strike one request of a run, and records what the node sends. */
function strike(
	{ row, under, at, emulator }: Case,
	{ target, key }: { target: string; key: string },
) {
	const { plan } = row;
	const requests = requestsOf(under, target);
	const request = requests[at] ?? '';
	const before = countOf(requests.slice(0, at), request);
	const times = plan.isLasting ? Infinity : 1;
	const fail = (match: string, after: number, fault: Fault) =>
		emulator.fail({ match, after, times, key, ...fault });
	const refusals: Strikes = { struck: 0 };
	const strikes = plan.strikes.map((fault) =>
		fault.kind === 'refusedConnection' ? refusals : fail(request, before, fault),
	);
	const look = under.look === undefined ? undefined : requestFor(under.look, target);
	if (plan.strikesLook && look) fail(look, countOf(requests, look), plan.strikesLook);

	const sent: string[] = [];
	const reroute = (options: IHttpRequestOptions): IHttpRequestOptions => {
		const { method, url } = options;
		sent.push(`${method} ${new URL(url).pathname}`);
		const isStruck = sent.at(-1) === request && countOf(sent, request) > before;
		if (!isStruck || !strikes.includes(refusals) || refusals.struck >= times) return options;
		refusals.struck += 1;
		return { ...options, url: url.replace(emulator.url, CLOSED_PORT) };
	};
	return { sent, reroute, first: strikes[0] };
}

let runs = 0;

async function outcomeOf(one: Case): Promise<Outcome> {
	const { row, kind, under, at, mode, emulator } = one;
	runs += 1;
	const target = `case-${runs}`;
	under.prepare?.(emulator, target);
	// The node remembers rate limits by key, and faults strike only requests with this key.
	const key = emulator.addKey();
	const { sent, reroute, first } = strike(one, { target, key });
	const run = await runNode({
		credential: { apiKey: key, region: 'custom', baseUrl: emulator.url },
		parameters: { ...under.parameters(target), options: { ...row.plan.options } },
		node: { onError: mode },
		reroute,
	});
	expect(run.stored).not.toContain(key);

	const error = errorOf(run, mode);
	const requests = requestsOf(under, target);
	const request = requests[at] ?? '';
	// A list is read with several equal requests.
	const others = requests.filter((_, index) => index < at || (index > at && error === undefined));
	const last = sent.lastIndexOf(request);
	const lookAfter = kind === 'read' ? under.requests[at]?.lookIfDenied : under.look;
	const look = lookAfter === undefined ? undefined : requestFor(lookAfter, target);
	const isLook = (line: string, index: number) => index > last && line === look;
	const isReadAgain = (line: string, index: number) =>
		under.readsAgain === true &&
		index > sent.indexOf(request) &&
		index < last &&
		requests.slice(0, at).includes(line);
	return {
		run,
		target,
		error,
		sent: sent.filter((line, index) => !isLook(line, index) && !isReadAgain(line, index)),
		times: countOf(sent.slice(0, last + 1), request) - countOf(others, request),
		looked: kind !== 'read' && sent.some(isLook),
		struck: first === undefined || first.struck > 0,
		applied: under.applied?.(emulator, target),
	};
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** The error of the item, from the place where this mode puts it. */
function errorOf({ error, items, failed }: NodeRun, mode: Mode): ItemError | undefined {
	if (mode === 'stopWorkflow') {
		if (error === undefined) return undefined;
		const { message, description, httpCode } = error;
		const status = httpCode ? Number(httpCode) : undefined;
		return { message, description: textOf(description), status };
	}
	const [item] = mode === 'continueErrorOutput' ? failed : items;
	if (item === undefined || !('error' in item)) return undefined;
	const message = textOf(item['error']);
	if (mode === 'continueErrorOutput') return { message, description: textOf(item['message']) };
	return { message, description: textOf(item['description']), status: item['http_code'] };
}

/** The outcome, written like a cell of the table. */
function cellOf({ times, looked, struck, applied, error }: Outcome, expected: string): string {
	if (!struck) return 'the fault didn’t strike';
	const word = error === undefined ? 'done' : DOUBT.test(error.message) ? 'doubt' : 'fails';
	const look = looked ? '*' : '';
	const sent = `${timesLike(expected, times)} ${word}`;
	if (word === 'doubt' && applied === 1) return `${sent}!${look}`;
	const usually = word === 'done' ? 1 : 0;
	const surprise = (applied ?? usually) === usually ? '' : `, applied ${applied} times`;
	return `${sent}${look}${surprise}`;
}

/** The number, or the expected cell's range if the number is in it. */
function timesLike(expected: string, times: number): string {
	const [range = ''] = expected.split(' ');
	const [, least, most = Infinity] = /^(\d+)(?:\+|-(\d+))$/.exec(range) ?? [];
	return times >= Number(least) && times <= Number(most) ? range : String(times);
}

/** The parts of an outcome that a cell doesn't show. */
function detailsOf({ under, mode }: Case, { run, target, sent, error }: Outcome): unknown {
	if (error === undefined) return { sent, output: run.items };
	const { message, description } = error;
	const namesTarget =
		under.key === undefined ||
		(mode === 'continueRegularOutput'
			? run.items[0]?.[under.key] === target
			: message.includes(target));
	return {
		sent,
		error,
		namesTarget,
		differ: message !== description,
		ends: run.items.length + run.failed.length + (run.error === undefined ? 0 : 1),
	};
}

/** What these parts must be. */
function expectedDetails({ row, under, at, emulator }: Case, outcome: Outcome): unknown {
	const { target, times, error } = outcome;
	const requests = requestsOf(under, target);
	const sent = [...requests.slice(0, at), ...Array<string>(times).fill(requests[at] ?? '')];
	if (error === undefined) {
		const isForbidden = row.fault.includes('403');
		return {
			sent: [...sent, ...requests.slice(at + 1)],
			output: under.output(target, emulator, isForbidden),
		};
	}
	const success = under.requests[at]?.success ?? 200;
	const statuses = row.statuses.map((status) => (status === 'own' ? success : status));
	const isKnown = statuses.some((status) => status === error.status);
	const shown = 'status' in error ? { status: isKnown ? error.status : statuses[0] } : {};
	const words = { message: SENTENCE, description: SENTENCE };
	return { sent, error: { ...words, ...shown }, namesTarget: true, differ: true, ends: 1 };
}

/** If a timer is later than this, the machine is too busy to answer requests in time. */
const BUSY_MS = 100;

/** Starts an execution every so many milliseconds, but none while the machine is busy. */
async function outcomesOf(cases: Case[], everyMs: number): Promise<Outcome[]> {
	const outcomes: Array<Promise<Outcome>> = [];
	for (const one of cases) {
		outcomes.push(outcomeOf(one));
		let dueAt: number;
		do {
			dueAt = Date.now() + everyMs;
			await new Promise((resolve) => setTimeout(resolve, everyMs));
		} while (Date.now() > dueAt + BUSY_MS);
	}
	return await Promise.all(outcomes);
}

function isAsExpected(one: Case, outcome: Outcome): boolean {
	if (cellOf(outcome, expectedCell(one)) !== expectedCell(one)) return false;
	try {
		expect(detailsOf(one, outcome)).toEqual(expectedDetails(one, outcome));
		return true;
	} catch {
		return false;
	}
}

/** On a busy machine, a request can time out, and a list can get old, but hardly twice. */
async function repeatUnexpected(cases: Case[], outcomes: Outcome[]): Promise<void> {
	const places = [...cases.keys()].filter((place) => {
		const [one, outcome] = [cases[place] as Case, outcomes[place] as Outcome];
		return !isAsExpected(one, outcome);
	});
	const repeated = await outcomesOf(
		places.map((place) => cases[place] as Case),
		60,
	);
	places.forEach((place, index) => (outcomes[place] = repeated[index] as Outcome));
}

/** Names row and column, and the request that is struck. */
function nameOf({ row, kind, under, at, mode }: Case): string {
	const request = `${under.requests[at]?.request}${at > 0 ? `, request ${at + 1}` : ''}`;
	return `${row.fault} | ${kind} | ${under.operation}: ${request} (${mode})`;
}

function expectedCell({ row, kind }: Case): string {
	return row.cells[kind] ?? '';
}

/** Puts the name of a case before the difference that it has. */
function withName(name: string, check: () => void): void {
	try {
		check();
	} catch (error) {
		throw new Error(`${name}\n\n${(error as Error).message}`, { cause: error });
	}
}

const operations = [...customerOperations, ...listOperations];

describe('a fault at any request of any operation', () => {
	let customers: Emulator;
	let lists: Emulator;

	beforeAll(async () => {
		customers = await startEmulator({ log: false });
		lists = await startEmulator({ accounts: 150, subusers: 620, log: false });
		for (const emulator of [customers, lists])
			emulator.setRateLimit({ limit: 100_000, windowMs: 600_000 });
		addNeeds(customers);
	});

	afterAll(async () => {
		await Promise.all([customers, lists].map(async (emulator) => await emulator.close()));
	});

	function casesOf(row: FaultRow, index: number): Case[] {
		const cases = operations.flatMap((under) => {
			const emulator = listOperations.includes(under) ? lists : customers;
			return under.requests.flatMap(({ kind }, at) =>
				kind === undefined || row.cells[kind] === undefined
					? []
					: [{ row, kind, under, at, emulator }],
			);
		});
		return cases.map((one, at) => ({ ...one, mode: MODES[(at + index) % MODES.length] as Mode }));
	}

	it.each(rowsByGroup())('ends as the table says: $group', async ({ rows }) => {
		const cases = rows.flatMap(casesOf);
		const isTimed = rows.some(({ plan }) => plan.options?.timeoutSeconds !== undefined);
		const outcomes = await outcomesOf(cases, isTimed ? 60 : 10);
		await repeatUnexpected(cases, outcomes);
		const ended = cases.map((one, index) => {
			const outcome = outcomes[index] as Outcome;
			return { one, outcome, name: nameOf(one), cell: cellOf(outcome, expectedCell(one)) };
		});
		expect(Object.fromEntries(ended.map(({ name, cell }) => [name, cell]))).toEqual(
			Object.fromEntries(cases.map((one) => [nameOf(one), expectedCell(one)])),
		);
		for (const { name, one, outcome } of ended) {
			withName(name, () => expect(detailsOf(one, outcome)).toEqual(expectedDetails(one, outcome)));
		}
	});

	it('is tried for each operation of the node', () => {
		const all = resources.flatMap(({ option, operations: some }) =>
			some.map((operation) => `${option.value} ${operation.option.value}`),
		);
		const here = new Set(operations.map(({ operation }) => operation.split(',')[0]));
		expect([...here].sort()).toEqual([...all].sort());
	});

	it('leaves no API key in n8n’s log', () => {
		expect(logLines.join('\n')).not.toMatch(/SG\.[\w-]{10,}/);
	});
});
