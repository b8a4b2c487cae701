import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabases } from '../../playground/databases';
import { environment } from '../../playground/n8n';
import { linesUnderTest, nodeBinary, type N8nLine } from '../../playground/paths';
import { stopAll } from '../../playground/processes';
import { ProcessedData } from '../engine/processedData';

type Method = 'checkProcessedAndRecord' | 'removeProcessed' | 'getProcessedDataCount';

interface Call {
	method: Method;
	args: unknown[];
}

interface Outcome {
	value?: unknown;
	error?: string;
}

const contextOf = (workflow: string, node = 'a') => ({
	workflow: { id: workflow },
	node: { id: node },
});
const entries = { mode: 'entries' };

function record(values: string[], { maxEntries = 0, workflow = 'here', node = 'a' } = {}): Call {
	const options = maxEntries === 0 ? entries : { ...entries, maxEntries };
	const args = [values, 'node', contextOf(workflow, node), options];
	return { method: 'checkProcessedAndRecord', args };
}

function remove(values: string[], node = 'a'): Call {
	return { method: 'removeProcessed', args: [values, 'node', contextOf('here', node), entries] };
}

function count(node = 'a'): Call {
	return { method: 'getProcessedDataCount', args: ['node', contextOf('here', node), entries] };
}

/** Calls that follow each other; those in one list are made at the same moment. */
const CALLS: Call[][] = [
	[remove(['a'])],
	[count()],
	[record(['a', 'b', 'c'])],
	[record(['b', 'd', 'e'])],
	[count()],
	[remove(['c', 'x', 'a'])],
	[record(['a', 'b', 'c', 'd'])],
	[record(['f', 'f'])],
	[count()],
	[remove(['f'])],
	[record(['f'])],
	[record([], { maxEntries: 3 })],
	[record(['a', 'b', 'c', 'd', 'e', 'f'])],
	[record(['g', 'h'], { maxEntries: 4 })],
	[record(['a', 'e', 'f', 'g', 'h', 'b'])],
	[count()],
	[record(['a'], { node: 'b' })],
	[record(['x', 'y', 'z'], { node: 'c', maxEntries: 2 })],
	[count('c')],
	[record(['1'], { node: 'd' }), record(['2'], { node: 'd' }), record(['3'], { node: 'd' })],
	[count('d')],
	[record(['1', '2', '3'], { node: 'd' })],
	[record(['4'], { node: 'd' }), remove(['1'], 'd'), record(['5', '6'], { node: 'd' })],
	[record(['1', '2', '3', '4', '5', '6'], { node: 'd' })],
	[record(['7'], { node: 'd' }), remove(['1'], 'd')],
	[count('d')],
	[record(['a'], { node: 'e' }), remove(['a'], 'e')],
	[count('e')],
	[remove(['a'], 'e')],
	[count('e')],
	[record(['a', 'b'], { node: 'e' })],
	[record(['a'], { workflow: 'elsewhere' })],
	[record(['a'], { workflow: '' })],
];

/** The environment variables that choose a database whose data is in this folder. */
const DATABASES: Record<string, (folder: string) => Promise<NodeJS.ProcessEnv>> = {
	SQLite: async () => await Promise.resolve({}),
	PostgreSQL: async (folder) => (await startDatabases(folder)).settings,
};

/** What n8n's own helper makes of the calls, with this database. */
async function outcomesInN8n(line: N8nLine, database: string): Promise<Outcome[][]> {
	const userFolder = mkdtempSync(join(tmpdir(), 'e2e-deduplication-'));
	// PostgreSQL's account must be able to open its data folder in this folder.
	chmodSync(userFolder, 0o711);
	try {
		const n8n = join(line.folder, 'node_modules', 'n8n');
		const settings = await DATABASES[database]?.(join(userFolder, 'databases'));
		const options = { line, userFolder, port: 5678, logFile: '', settings: settings ?? {} };
		const child = spawn(nodeBinary(line), [join(__dirname, 'deduplication.js'), n8n], {
			env: await environment(options),
			cwd: userFolder,
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		child.stdin.end(JSON.stringify({ workflows: ['here'], calls: CALLS }));
		let printed = '';
		for await (const part of child.stdout) printed += String(part);
		return JSON.parse(/^OUTCOMES (.*)$/m.exec(printed)?.[1] ?? '[]') as Outcome[][];
	} finally {
		await stopAll();
		rmSync(userFolder, { recursive: true, force: true });
	}
}

/** What the engine tests' table makes of them. */
async function outcomesInTests(): Promise<Outcome[][]> {
	const table = new ProcessedData();
	table.workflows.clear();
	table.workflows.add('here');
	const outcomes: Outcome[][] = [];
	for (const together of CALLS) {
		const settled = await Promise.allSettled(
			together.map(async ({ method, args }) => {
				const call = table[method].bind(table) as (...given: unknown[]) => Promise<unknown>;
				return await call(...args);
			}),
		);
		outcomes.push(
			settled.map((one) =>
				one.status === 'fulfilled'
					? { value: one.value }
					: { error: (one.reason as Error).message },
			),
		);
	}
	return outcomes;
}

/** Databases have different words for the same error. */
const ERRORS: Array<[string, RegExp]> = [
	['the row exists', /unique/i],
	['there is no such workflow', /foreign key/i],
	['the workflow has no ID', /evaluated to a falsy value/],
];

function comparable(outcomes: Outcome[][]): unknown[] {
	return outcomes.map((together) =>
		together.map(({ value, error }) => {
			if (error === undefined) return { value };
			return { error: ERRORS.find(([, words]) => words.test(error))?.[0] ?? error };
		}),
	);
}

describe.each(linesUnderTest)('The table of processed data of n8n $version', (line) => {
	it.each(Object.keys(DATABASES))(
		'in %s is what the engine tests have instead',
		async (database) => {
			const outcomes = await outcomesInN8n(line, database);

			expect(outcomes).toHaveLength(CALLS.length);
			expect(comparable(await outcomesInTests())).toEqual(comparable(outcomes));
		},
	);
});
