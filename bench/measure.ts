import type { Emulator } from '../emulator';
import type { Execution, Item, Json, N8nApi } from '../playground/n8nApi';
import type { Way } from './ways';
import { installWorkflow, WEBHOOK_PATH } from './workflow';

/** One run. */
export interface Sample {
	seconds: number;
	/** Customers who have what was asked for them, as the emulator keeps it. */
	right: number;
	/** Items without a good output. */
	failed: number;
	requests: number;
	/** Requests that were answered 429. */
	refused: number;
}

/** What a run is asked to do, and how to see whether it was done. The customers are the same at each start. */
export interface Task {
	emulator: Emulator;
	items: Json[];
	right: () => number;
}

/** Runs a way in n8n, on an emulator as at its start. */
export async function measureInN8n(api: N8nApi, task: Task, way: Way): Promise<Sample> {
	const { emulator, items } = task;
	emulator.reset();
	const workflow = await installWorkflow(api, emulator, { way });
	const { execution } = await api.postToWebhook(workflow, WEBHOOK_PATH, { items });
	const good = outputsOf(execution, way).filter(({ json }) => json.error === undefined).length;
	return {
		seconds: secondsOf(execution, way),
		failed: items.length - good,
		...countedBy(task),
	};
}

/** What the emulator saw and has now. */
export function countedBy({
	emulator,
	right,
}: Task): Pick<Sample, 'right' | 'requests' | 'refused'> {
	const { requests, byAnswer } = emulator.counters;
	const refused = Object.entries(byAnswer)
		.filter(([answer]) => answer.endsWith(' 429'))
		.reduce((sum, [, count]) => sum + count, 0);
	return { right: right(), requests, refused };
}

/** n8n keeps these with each run of a node, in epoch milliseconds and milliseconds. */
interface TimedRun {
	startTime: number;
	executionTime: number;
	data?: { main: Array<Item[] | null> };
}

function runsOf(execution: Execution, name: string): TimedRun[] {
	return (execution.resultData.runData[name] as TimedRun[] | undefined) ?? [];
}

/** From the start of the first of the way's nodes to the end of the last one. */
function secondsOf(execution: Execution, { nodes }: Way): number {
	const runs = nodes.flatMap(({ name }) => runsOf(execution, name));
	const error = execution.resultData.error?.message ?? 'no reason given';
	if (runs.length === 0) throw new Error(`The nodes under test did not run: ${error}`);
	// Not Math.min(...): a loop has thousands of runs.
	const start = runs.reduce((least, run) => Math.min(least, run.startTime), Infinity);
	const end = runs.reduce((most, run) => Math.max(most, run.startTime + run.executionTime), 0);
	return (end - start) / 1000;
}

function outputsOf(execution: Execution, { nodes }: Way): Item[] {
	return runsOf(execution, nodes.at(-1)?.name ?? '').flatMap(({ data }) => data?.main[0] ?? []);
}
