import { logLines } from './log';
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { resources } from '../../nodes/SendGridProvisioning/resources';
import { startEmulator } from '../../emulator';
import type { Emulator, Fault, Strikes } from '../../emulator';
import { runNode } from './engine';
import type { NodeRun } from './engine';
import { addAccount, PACKAGE } from './customers';
import { ADDON, customerRows, IP, listRows, PATTERN } from './faultRows';
import type { Row, Step } from './faultRows';

jest.setTimeout(180_000);

/** What a fault does to a request, however it looks: */
type Effect =
	/** SendGrid said no. */
	| 'refuses'
	/** SendGrid said "later". */
	| 'delays'
	/** No clear answer came. */
	| 'hides'
	/** A success came whose body says nothing. */
	| 'garbles'
	/** A success came, but somebody else's. */
	| 'replaces'
	/** Nothing that matters. */
	| 'spares';

interface Trouble {
	fault: Fault;
	effect: Effect;
	/** Whether SendGrid has done what it was asked to. */
	applies?: true;
	status?: number;
	/** Whether it takes a request of the node's longer than it waits for. */
	late?: true;
	/** Whether it is also tried as a fault that never ends: it takes the node all of its patience. */
	lasting?: true;
}

const elsewhere = 'http://elsewhere.example/';
const TROUBLES: Trouble[] = [
	...[400, 401, 403, 404].map((status): Trouble => ({
		fault: { kind: 'status', status },
		effect: 'refuses',
		status,
	})),
	{ fault: { kind: 'redirect', location: elsewhere }, effect: 'refuses', status: 302 },
	{ fault: { kind: 'stranger', status: 403, form: 'html' }, effect: 'refuses', status: 403 },
	{ fault: { kind: 'stranger', status: 404, form: 'json' }, effect: 'refuses', status: 404 },
	{
		fault: { kind: 'status', status: 429, headers: { 'retry-after': '0.05' } },
		effect: 'delays',
		status: 429,
		lasting: true,
	},
	{ fault: { kind: 'status', status: 429, gateway: true }, effect: 'delays', status: 429 },
	{ fault: { kind: 'status', status: 503 }, effect: 'hides', status: 503, lasting: true },
	...[408, 500].map((status): Trouble => ({
		fault: { kind: 'status', status },
		effect: 'hides',
		status,
	})),
	{ fault: { kind: 'status', status: 500, gateway: true }, effect: 'hides', status: 500 },
	{ fault: { kind: 'html', gateway: true }, effect: 'hides', status: 502 },
	{ fault: { kind: 'reset' }, effect: 'hides' },
	{ fault: { kind: 'hang' }, effect: 'hides', late: true, lasting: true },
	{ fault: { kind: 'trickle' }, effect: 'hides', applies: true, late: true },
	{ fault: { kind: 'appliedThenLost' }, effect: 'hides', applies: true, lasting: true },
	{ fault: { kind: 'appliedThenStatus' }, effect: 'hides', applies: true, status: 500 },
	{
		fault: { kind: 'appliedThenStatus', status: 504, html: true, gateway: true },
		effect: 'hides',
		applies: true,
		status: 504,
	},
	{
		fault: { kind: 'slow', delayMs: 4000 },
		effect: 'hides',
		applies: true,
		late: true,
	},
	{ fault: { kind: 'slow', delayMs: 50 }, effect: 'spares', applies: true },
	{ fault: { kind: 'emptyBody' }, effect: 'garbles', applies: true },
	{ fault: { kind: 'truncated' }, effect: 'garbles', applies: true },
	{ fault: { kind: 'html', status: 200, gateway: true }, effect: 'replaces', status: 200 },
	{
		fault: { kind: 'status', status: 200, body: { message: 'In maintenance' }, gateway: true },
		effect: 'replaces',
		status: 200,
	},
];

/** One execution: this row, this fault at this step, once or for ever. */
interface Case {
	row: Row;
	step: Step;
	trouble: Trouble;
	lasts: boolean;
	mode: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	emulator: Emulator;
}

/** What must come of a case. */
interface Expected {
	done: boolean;
	/** Whether the error must say that SendGrid may have done it. */
	doubt: boolean;
	applied: number;
	/** How often the step's request is sent; at least so often where SendGrid asks to wait. */
	tries: number;
}

const RETRIED = 4;

function expectedOf({ step, trouble, lasts }: Pick<Case, 'step' | 'trouble' | 'lasts'>): Expected {
	const writes = step.kind !== 'read';
	const applied = writes && trouble.applies ? 1 : 0;
	const done = { done: true, doubt: false, applied: 1 };
	const failed = { done: false, doubt: false, applied: 0 };
	const doubted = step.looks && applied === 1 ? done : { done: false, doubt: writes, applied };
	switch (trouble.effect) {
		case 'refuses':
			if (step.takes403 && trouble.fault.kind === 'status' && trouble.status === 403) {
				return { ...done, tries: 1 };
			}
			return { ...failed, tries: 1 };
		case 'delays':
			return lasts ? { ...failed, tries: 2 } : { ...done, tries: 2 };
		case 'hides':
			if (step.kind === 'once') return { ...doubted, tries: 1 };
			return lasts ? { ...doubted, tries: RETRIED } : { ...done, tries: 2 };
		case 'garbles':
			return step.bodyless ? { ...done, tries: 1 } : { ...doubted, tries: 1 };
		case 'replaces':
			return { ...doubted, tries: 1 };
		case 'spares':
			return { ...done, tries: 1 };
	}
}

/** Words that say: SendGrid may have done this. */
const DOUBT = /may have been (applied|created|deleted)/;

interface Outcome {
	target: string;
	run: NodeRun;
	strikes: Readonly<Strikes>;
	/** What the node sent, as `METHOD /path`. */
	sent: string[];
}

let count = 0;

async function runCase({ row, step, trouble, lasts, mode, emulator }: Case): Promise<Outcome> {
	count += 1;
	const target = `case-${count}`;
	// The node remembers rate limits by key, and the fault strikes this case alone by it.
	const key = emulator.addKey();
	row.prepare?.(emulator, target);
	const strikes = emulator.fail({
		match: step.request(target),
		after: step.page ?? 0,
		times: lasts ? Infinity : 1,
		key,
		...trouble.fault,
	});
	const sent: string[] = [];
	const run = await runNode({
		credential: { apiKey: key, region: 'custom', baseUrl: emulator.url },
		parameters: {
			...row.parameters(target),
			options: {
				...(trouble.late ? { timeoutSeconds: 2 } : {}),
				...(trouble.effect === 'delays' && lasts ? { maxWaitSeconds: 1 } : {}),
			},
		},
		node: { onError: mode },
		reroute: (request: IHttpRequestOptions) => {
			sent.push(`${request.method} ${new URL(request.url).pathname}`);
			return request;
		},
	});
	// Keys are long: a test of all at the end would take its time.
	expect(run.stored).not.toContain(key);
	return { target, run, strikes, sent };
}

/** The one error of a run, whatever way it took out of the node. */
function errorOf({ error, items, failed }: NodeRun, mode: Case['mode']) {
	const [item] = mode === 'continueErrorOutput' ? failed : items;
	if (mode === 'stopWorkflow') {
		if (error === undefined) return undefined;
		const { message, description, httpCode } = error;
		return { message, description, status: httpCode ? Number(httpCode) : undefined };
	}
	if (item === undefined || !('error' in item)) return undefined;
	if (mode === 'continueErrorOutput') {
		return { message: item['error'], description: item['message'], status: 'not told' };
	}
	return { message: item['error'], description: item['description'], status: item['http_code'] };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const words = (value: unknown) => /\w+ \w+/.test(textOf(value));

/** What is wrong with the outcome, in words; `usual` is what the row puts out when nothing goes wrong. */
function problemsOf(one: Case, outcome: Outcome, usual: Outcome): string[] {
	const { row, step, trouble, mode, emulator, lasts } = one;
	const { target, run, strikes, sent } = outcome;
	const expected = expectedOf(one);
	const problems: string[] = [];
	const hold = (right: boolean, problem: string): void => {
		if (!right) problems.push(problem);
	};

	const request = step.request(target);
	const times = sent.filter((line) => line === request).length;
	const usually = usual.sent.filter((line) => line === step.request(usual.target)).length;
	const before = expected.done ? usually - 1 : (step.page ?? 0);
	const allowed = before + expected.tries;
	const waits = trouble.effect === 'delays' && lasts;
	hold(strikes.struck > 0, 'the fault did not strike');
	// A machine that is busy with other things may be late once more.
	const late = trouble.late && !lasts && step.kind !== 'once' ? RETRIED - expected.tries : 0;
	const right = waits ? times >= 1 : times >= allowed && times <= allowed + late;
	hold(right, `sent ${times} times, not ${allowed}`);

	const applied = row.applied?.(emulator, target) ?? expected.applied;
	hold(applied === expected.applied, `applied ${applied} times, not ${expected.applied}`);

	const error = errorOf(run, mode);
	const told = [...run.items, ...run.failed].length + (run.error === undefined ? 0 : 1);
	if (expected.done) {
		hold(error === undefined, `failed: ${textOf(error?.message)} ${textOf(error?.description)}`);
		const same = JSON.stringify(toldBy(one.row, outcome)) === JSON.stringify(toldBy(row, usual));
		hold(step.takes403 === true || same, `put out ${JSON.stringify(toldBy(row, outcome))}`);
		return problems;
	}
	hold(error !== undefined, `no error, but ${JSON.stringify(run.items).slice(0, 200)}`);
	if (error === undefined) return problems;
	hold(told === 1, `${told} outputs and errors for one item`);
	hold(words(error.message) && words(error.description), 'a message without words');
	hold(error.message !== error.description, 'the description repeats the message');
	const text = textOf(error.message);
	hold(DOUBT.test(text) === expected.doubt, `says of what may be done: ${text}`);
	if (error.status !== 'not told') {
		const status = trouble.effect === 'garbles' ? [200, 201, 303] : [trouble.status];
		// A wait that is too long was measured, or read from SendGrid's 429.
		const known = [...status, ...(waits ? [undefined] : [])].includes(error.status as number);
		hold(known, `the status is ${JSON.stringify(error.status)}`);
	}
	if (row.key !== undefined) {
		const named =
			mode === 'continueRegularOutput'
				? run.items[0]?.[row.key] === target
				: textOf(error.message).includes(target);
		hold(named, `does not name its target: ${JSON.stringify(run.items[0] ?? error)}`);
	}
	return problems;
}

/** The output of a run, with another name for its target, and without what is never the same. */
function toldBy(row: Row, { run, target }: Outcome): unknown {
	const told = row.told ?? ((item: IDataObject): unknown => item);
	return JSON.parse(JSON.stringify(run.items.map(told)).replaceAll(target, 'the target'));
}

/** Works through the tasks, so many at once: enough to share the waits. */
async function inTurns<T, R>(
	tasks: T[],
	atOnce: number,
	work: (task: T) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	let next = 0;
	const go = async (): Promise<void> => {
		while (next < tasks.length) {
			const at = next++;
			results[at] = await work(tasks[at] as T);
		}
	};
	await Promise.all(Array.from({ length: atOnce }, go));
	return results;
}

const rows = [...customerRows, ...listRows];
const NOTHING: Trouble = { fault: { kind: 'slow', delayMs: 1 }, effect: 'spares', applies: true };
const MODES = ['continueRegularOutput', 'stopWorkflow', 'continueErrorOutput'] as const;

function casesOf(row: Row, emulator: Emulator): Case[] {
	const struck = row.steps.flatMap((step) =>
		TROUBLES.flatMap((trouble) =>
			[false, true]
				// What ends at the first answer does not notice whether the fault lasts.
				.filter(
					(lasts) =>
						!lasts || (trouble.lasting && expectedOf({ step, trouble, lasts: false }).tries > 1),
				)
				.map((lasts) => ({ row, step, trouble, lasts, emulator })),
		),
	);
	return struck.map((one, index) => ({ ...one, mode: MODES[index % MODES.length] ?? MODES[0] }));
}

describe('every fault, at every request of every operation', () => {
	const emulators: Emulator[] = [];
	const wrong = new Map<Row, string[]>();
	const strikes = new Map<Row, number>();

	beforeAll(async () => {
		const lists = await startEmulator({ accounts: 150, subusers: 620 });
		const customers = await startEmulator();
		emulators.push(lists, customers);
		for (const emulator of emulators) emulator.setRateLimit({ limit: 100_000, windowMs: 600_000 });
		addAccount(customers, PATTERN, [PACKAGE, ADDON]);
		const address = { ip: IP, pools: [], warmup: false, assignedAt: 0 };
		customers.state.ips.set(IP, { ...address, subusers: new Set<string>() });

		const usual = new Map<Row, Outcome>();
		const plain = rows.map((row): Case => {
			const emulator = listRows.includes(row) ? lists : customers;
			const step = row.steps[0] as Step;
			return { row, step, trouble: NOTHING, lasts: false, mode: 'stopWorkflow', emulator };
		});
		const outcomes = await inTurns(plain, 20, runCase);
		plain.forEach((one, index) => {
			const outcome = outcomes[index] as Outcome;
			usual.set(one.row, outcome);
			wrong.set(one.row, problemsOf(one, outcome, outcome));
			strikes.set(one.row, 0);
		});

		const cases = plain.flatMap(({ row, emulator }) => casesOf(row, emulator));
		const check = async (one: Case): Promise<void> => {
			const outcome = await runCase(one);
			const problems = problemsOf(one, outcome, usual.get(one.row) as Outcome);
			const { kind, ...how } = one.trouble.fault;
			const when = one.lasts ? 'always' : 'once';
			const label = `${kind} ${JSON.stringify(how)} ${when} at ${one.step.request('…')}`;
			const page = one.step.page ? `, page ${one.step.page + 1}` : '';
			wrong
				.get(one.row)
				?.push(...problems.map((problem) => `${label}${page} (${one.mode}): ${problem}`));
			strikes.set(one.row, (strikes.get(one.row) ?? 0) + outcome.strikes.struck);
		};
		await inTurns(
			cases.filter(({ trouble }) => !trouble.late),
			60,
			check,
		);
		// After the others, and one after the other: what is busy would not answer in time.
		const late = cases.filter(({ trouble }) => trouble.late);
		await Promise.all(
			late.map(async (one, index) => {
				await new Promise((resolve) => setTimeout(resolve, index * 60));
				await check(one);
			}),
		);
	}, 170_000);

	afterAll(async () => {
		await Promise.all(emulators.map(async (emulator) => await emulator.close()));
	});

	it.each(rows.map((row) => [row.operation, row] as const))(
		'is accounted for, and never applied twice: %s',
		(_operation, row) => {
			expect(wrong.get(row)).toEqual([]);
			// Each kind once at least, at each of the requests.
			expect(strikes.get(row)).toBeGreaterThan(TROUBLES.length * row.steps.length);
		},
	);

	it.each([
		['subuserCredit topUp', 'GET /v3/subusers/{name}/credits', 1],
		['subuser create', 'GET /v3/subusers', 0],
	])(
		'leaves the doubt where the look into SendGrid fails, too: %s',
		async (operation, look, after) => {
			const target = operation.replace(' ', '-');
			const row = rows.find((entry) => entry.operation === operation) as Row;
			const emulator = emulators[1] as Emulator;
			const key = emulator.addKey();
			row.prepare?.(emulator, target);
			const lost = row.steps.find(({ looks }) => looks)?.request(target) ?? '';
			emulator.fail({ match: lost, key, kind: 'appliedThenLost' });
			emulator.fail({ match: look, key, after, kind: 'status', status: 403 });
			const { error } = await runNode({
				credential: { apiKey: key, region: 'custom', baseUrl: emulator.url },
				parameters: row.parameters(target),
			});
			expect(error?.message).toContain('didn’t answer');
			expect(error?.message).toMatch(DOUBT);
			expect(row.applied?.(emulator, target)).toBe(1);
		},
	);

	it.each<[string, Fault, string]>([
		['left out', { kind: 'dropOffering', name: ADDON.name }, ADDON.name],
		['altered', { kind: 'alterOffering', name: ADDON.name, quantity: 2 }, ADDON.name],
	])('an offering that SendGrid has %s fails the item', async (how, fault, name) => {
		const row = rows.find((entry) => entry.operation === 'accountOffering update') as Row;
		const emulator = emulators[1] as Emulator;
		const key = emulator.addKey();
		addAccount(emulator, how);
		const match = 'PUT /v3/partners/accounts/{id}/offerings';
		const strikes = emulator.fail({ match, key, ...fault });
		const run = await runNode({
			credential: { apiKey: key, region: 'custom', baseUrl: emulator.url },
			parameters: row.parameters(how),
			node: { onError: 'continueRegularOutput' },
		});
		expect(strikes.struck).toBe(1);
		const { error, description } = run.items[0] ?? {};
		expect(`${textOf(error)} ${textOf(description)}`).toContain(name);
		expect(words(error) && words(description)).toBe(true);
		expect(run.items[0]?.['account_id']).toBe(how);
	});

	it('leaves no operation of the node out', () => {
		const all = resources.flatMap(({ option, operations }) =>
			operations.map((operation) => `${option.value} ${operation.option.value}`),
		);
		const here = new Set(rows.map(({ operation }) => operation.split(',')[0]));
		expect([...here].sort()).toEqual([...all].sort());
	});

	it('tells no key in n8n’s log', () => {
		expect(logLines.join('\n')).not.toMatch(/SG\.[\w-]{10,}/);
	});
});
