import axios from 'axios';
import type { Emulator } from '../../emulator';
import { withEmulator, type Context } from '../context';
import { measureInN8n } from '../measure';
import { peakMiB } from '../memory';
import { inRounds } from '../rounds';
import { median } from '../statistics';
import { fixed, withSpread, type BenchTable } from '../table';
import { creditUpdates } from '../tasks';
import { noOperation, oursForCredits, type NodesUnderTest } from '../nodesUnderTest';
import { installWorkflow, WEBHOOK_PATH } from '../workflow';

const LATENCY_MS = 5;
/** From this number of items, a run takes minutes, and one is enough. */
const ONCE_FROM = 20_000;

/** Table 3: time and memory per item with more and more items. */
export async function scaling(context: Context): Promise<BenchTable> {
	const { scale, rounds } = context.size;
	const options = { latencyMs: LATENCY_MS, subusers: Math.max(...scale) };
	const { times, peaks } = await withEmulator(options, async (emulator) => ({
		times: await inRounds(
			scale.map((count) => ({
				name: `${count} items, time`,
				once: count > ONCE_FROM,
				measure: async () => await msPerItem(context, emulator, count),
			})),
			rounds,
		),
		peaks: await inRounds(
			scale.flatMap((count) => [
				{
					name: `${count} items, memory without this node`,
					once: count > ONCE_FROM,
					measure: async () => await peak(context, emulator, { count, underTest: noOperation() }),
				},
				{
					name: `${count} items, memory with this node`,
					once: count > ONCE_FROM,
					measure: async () =>
						await peak(context, emulator, { count, underTest: oursForCredits() }),
				},
			]),
			rounds,
		),
	}));
	const perItem = times.map(({ samples }) => median(samples));
	// The goal ignores sizes with a single run, which says too little.
	const repeated = perItem.filter((_, index) => times[index]?.samples.length === rounds);
	return {
		number: 3,
		title: `this node with more and more items, ${LATENCY_MS} ms latency, no rate limit`,
		head: [
			'items',
			'ms per item',
			'peak MiB, without this node',
			'peak MiB, with this node',
			'KiB more per item',
		],
		rows: scale.map((count, index) => {
			const without = peaks[2 * index]?.samples ?? [];
			const ours = peaks[2 * index + 1]?.samples ?? [];
			return [
				String(count),
				withSpread(times[index]?.samples ?? []),
				withSpread(without, 0),
				withSpread(ours, 0),
				fixed(((median(ours) - median(without)) * 1024) / count, 1),
			];
		}),
		goals: [
			{
				name: 'slowest size vs. fastest size, per item (sizes that ran in all rounds)',
				value: Math.max(...repeated) / Math.min(...repeated),
				atMost: 1.2,
			},
		],
		comparisons: times
			.filter(({ samples }, index) => index > 0 && samples.length === rounds)
			.slice(-1)
			.map(({ samples }) => {
				const [msOfMany, msOfFew] = [median(samples), perItem[0] ?? NaN];
				return {
					task: `${Math.max(...scale.filter((count) => count <= ONCE_FROM))} credit updates, ${LATENCY_MS} ms latency`,
					ours: `${fixed(msOfMany, 2)} ms per item`,
					other: `${scale[0]} credit updates`,
					theirs: `${fixed(msOfFew, 2)} ms per item`,
					ratio: fixed(msOfMany / msOfFew, 2),
				};
			}),
		samples: { times, peaks },
	};
}

async function msPerItem(context: Context, emulator: Emulator, count: number): Promise<number> {
	const { api } = await context.n8n();
	const sample = await measureInN8n(api, creditUpdates(emulator, count), oursForCredits());
	if (sample.correct !== count || sample.failed > 0) {
		throw new Error(`Only ${sample.correct} of ${count} subusers were updated correctly.`);
	}
	return (sample.seconds * 1000) / count;
}

/** The peak memory of a new n8n process after one run, in MiB; NaN if it can't be read. */
async function peak(
	context: Context,
	emulator: Emulator,
	{ count, underTest }: { count: number; underTest: NodesUnderTest },
): Promise<number> {
	emulator.reset();
	const n8n = await context.restartN8n();
	const { items } = creditUpdates(emulator, count);
	// Saving and reading an execution uses memory that the node isn't responsible for.
	const settings = { saveDataSuccessExecution: 'none' };
	await installWorkflow(n8n.api, emulator, { underTest, settings });
	await postItems(`${n8n.url}/webhook/${WEBHOOK_PATH}`, items);
	return peakMiB(n8n) ?? NaN;
}

async function postItems(url: string, items: object[]): Promise<void> {
	// n8n registers a webhook a moment after it has confirmed that the workflow is published.
	for (let tries = 0; tries < 50; tries++) {
		const { status } = await axios.post(url, { items }, { proxy: false, validateStatus: null });
		if (status === 200) return;
		if (status !== 404) throw new Error(`n8n answered ${status} to the items.`);
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	throw new Error('n8n never registered the webhook.');
}
