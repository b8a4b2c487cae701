import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../../playground/n8n';
import { linesUnderTest, nodeBinary, type N8nLine } from '../../playground/paths';
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
	[record(['4'], { node: 'd' }), record(['5'], { node: 'd' }), remove(['1'], 'd')],
	[count('d')],
	[record(['a'], { workflow: 'elsewhere' })],
	[record(['a'], { workflow: '' })],
];

/** What n8n's own helper makes of the calls. */
async function outcomesInN8n(line: N8nLine): Promise<Outcome[][]> {
	const userFolder = mkdtempSync(join(tmpdir(), 'e2e-deduplication-'));
	try {
		const n8n = join(line.folder, 'node_modules', 'n8n');
		const options = { line, userFolder, port: 5678, logFile: '' };
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

/** Which of several first inserts wins, and which of several writes is the last, is a matter of luck. */
function comparable(outcomes: Outcome[][]): unknown[] {
	const errorOf = ({ error }: Outcome) =>
		['UNIQUE', 'FOREIGN KEY', 'evaluated to a falsy value'].find((words) => error?.includes(words));
	return outcomes.map((together) =>
		together.length === 1
			? { value: together[0]?.value, error: errorOf(together[0] ?? {}) }
			: together.map(errorOf).sort(),
	);
}

describe.each(linesUnderTest)('The table of processed data of n8n $version', (line) => {
	it('is what the engine tests have instead of it', async () => {
		const outcomes = await outcomesInN8n(line);

		expect(outcomes).toHaveLength(CALLS.length);
		expect(comparable(await outcomesInTests())).toEqual(comparable(outcomes));
	});
});
