import type { Emulator } from '../emulator';
import type { Execution, Item, Json, N8nApi, Saved, Workflow } from '../playground/n8nApi';
import type { NodesUnderTest } from './nodesUnderTest';
import { installWorkflow, WEBHOOK_PATH } from './workflow';

/** The measurements of one run. */
export interface Sample {
	/** When the first node under test started, epoch ms; undefined outside n8n. */
	startedAt?: number;
	seconds: number;
	/** Customers that have the expected result, read from the emulator's state. */
	correct: number;
	/** Items without an output, or with an error. */
	failed: number;
	requests: number;
	/** Requests answered with 429. */
	refused: number;
}

/** The items of a run, and the check of its result. */
export interface Task {
	emulator: Emulator;
	items: Json[];
	countCorrect: () => number;
	/** Prepares n8n for the run of this workflow. */
	prepare?: (workflow: Saved<Workflow>) => void;
	/** Waits for the moment when the run should start. */
	waitForStart?: () => Promise<void>;
}

/** Resets the emulator, runs the nodes in n8n, and measures them. */
export async function measureInN8n(
	api: N8nApi,
	task: Task,
	underTest: NodesUnderTest,
): Promise<Sample> {
	const { emulator, items } = task;
	emulator.reset();
	const workflow = await installWorkflow(api, emulator, { underTest });
	task.prepare?.(workflow);
	await task.waitForStart?.();
	const { execution } = await api.postToWebhook(workflow, WEBHOOK_PATH, { items });
	const succeeded = outputsOf(execution, underTest).filter(({ json }) => json.error === undefined);
	return {
		...timesOf(execution, underTest),
		failed: items.length - succeeded.length,
		...countsOf(task),
	};
}

/** The counts of the emulator after a run. */
export function countsOf({
	emulator,
	countCorrect,
}: Task): Pick<Sample, 'correct' | 'requests' | 'refused'> {
	const { requests, byAnswer } = emulator.counters;
	const refused = Object.entries(byAnswer)
		.filter(([answer]) => answer.endsWith(' 429'))
		.reduce((sum, [, count]) => sum + count, 0);
	return { correct: countCorrect(), requests, refused };
}

/** A run of a node, as n8n stores it with the execution. */
interface TimedRun {
	/** Epoch ms. */
	startTime: number;
	/** Milliseconds. */
	executionTime: number;
	data?: { main: Array<Item[] | null> };
}

function runsOf(execution: Execution, name: string): TimedRun[] {
	return (execution.resultData.runData[name] as TimedRun[] | undefined) ?? [];
}

/** The time from the start of the first node under test to the end of the last one. */
function timesOf(
	execution: Execution,
	{ nodes }: NodesUnderTest,
): Required<Pick<Sample, 'startedAt' | 'seconds'>> {
	const runs = nodes.flatMap(({ name }) => runsOf(execution, name));
	const error = execution.resultData.error?.message ?? 'no reason given';
	if (runs.length === 0) throw new Error(`The nodes under test didn't run: ${error}`);
	// A loop has thousands of runs, too many for the arguments of Math.min.
	const start = runs.reduce((least, run) => Math.min(least, run.startTime), Infinity);
	const end = runs.reduce((most, run) => Math.max(most, run.startTime + run.executionTime), 0);
	return { startedAt: start, seconds: (end - start) / 1000 };
}

function outputsOf(execution: Execution, { nodes }: NodesUnderTest): Item[] {
	return runsOf(execution, nodes.at(-1)?.name ?? '').flatMap(({ data }) => data?.main[0] ?? []);
}
