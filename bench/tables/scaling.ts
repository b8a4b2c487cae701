import axios from 'axios';
import type { Emulator } from '../../emulator';
import { measureInN8n } from '../measure';
import { peakMiB } from '../memory';
import { inRounds } from '../rounds';
import { median } from '../statistics';
import { fixed, withSpread, type BenchTable } from '../table';
import { creditUpdates } from '../tasks';
import { nothing, oursForCredits, type Way } from '../ways';
import { installWorkflow, WEBHOOK_PATH } from '../workflow';
import { withEmulator, type World } from '../world';

const LATENCY_MS = 5;
/** More items than these take minutes: one run shows that they go through, and in what memory. */
const ONCE_FROM = 20_000;

/** 3: what an item costs when there are many. */
export async function scaling(world: World): Promise<BenchTable> {
	const { scale, rounds } = world.size;
	const options = { latencyMs: LATENCY_MS, subusers: Math.max(...scale) };
	const { times, peaks } = await withEmulator(options, async (emulator) => ({
		times: await inRounds(
			scale.map((count) => ({
				name: `${count} items, time`,
				once: count > ONCE_FROM,
				measure: async () => await msPerItem(world, emulator, count),
			})),
			rounds,
		),
		peaks: await inRounds(
			scale.flatMap((count) => [
				{
					name: `${count} items, memory of n8n alone`,
					once: count > ONCE_FROM,
					measure: async () => await peak(world, emulator, { count, way: nothing() }),
				},
				{
					name: `${count} items, memory with this node`,
					once: count > ONCE_FROM,
					measure: async () => await peak(world, emulator, { count, way: oursForCredits() }),
				},
			]),
			rounds,
		),
	}));
	const perItem = times.map(({ samples }) => median(samples));
	// A single run says too little to be held against a goal.
	const often = perItem.filter((_, index) => times[index]?.samples.length === rounds);
	return {
		number: 3,
		title: `this node with more and more items, ${LATENCY_MS} ms per answer, no limit`,
		head: [
			'items',
			'ms per item',
			'peak MiB, n8n alone',
			'peak MiB, with this node',
			'KiB more per item',
		],
		rows: scale.map((count, index) => {
			const alone = peaks[2 * index]?.samples ?? [];
			const ours = peaks[2 * index + 1]?.samples ?? [];
			return [
				String(count),
				withSpread(times[index]?.samples ?? []),
				withSpread(alone, 0),
				withSpread(ours, 0),
				fixed(((median(ours) - median(alone)) * 1024) / count, 1),
			];
		}),
		goals: [
			{
				what: 'dearest item, of the cheapest (sizes that ran in all rounds)',
				value: Math.max(...often) / Math.min(...often),
				atMost: 1.2,
			},
		],
		comparisons: times
			.filter(({ samples }, index) => index > 0 && samples.length === rounds)
			.slice(-1)
			.map(({ samples }) => {
				const [most, least] = [median(samples), perItem[0] ?? NaN];
				return {
					task: `${Math.max(...scale.filter((count) => count <= ONCE_FROM))} credit updates, 5 ms per answer`,
					ours: `${fixed(most, 2)} ms per item`,
					other: `${scale[0]} of them`,
					theirs: `${fixed(least, 2)} ms per item`,
					ratio: fixed(most / least, 2),
				};
			}),
		samples: { times, peaks },
	};
}

async function msPerItem(world: World, emulator: Emulator, count: number): Promise<number> {
	const { api } = await world.n8n();
	const sample = await measureInN8n(api, creditUpdates(emulator, count), oursForCredits());
	if (sample.right !== count || sample.failed > 0) {
		throw new Error(`Only ${sample.right} of ${count} items went through.`);
	}
	return (sample.seconds * 1000) / count;
}

/** The peak of a new n8n process after this one run; NaN where it cannot be read. */
async function peak(
	world: World,
	emulator: Emulator,
	{ count, way }: { count: number; way: Way },
): Promise<number> {
	emulator.reset();
	const n8n = await world.freshN8n();
	const { items } = creditUpdates(emulator, count);
	// Writing an execution down takes n8n memory that is no node's doing, and reading it back, too.
	const settings = { saveDataSuccessExecution: 'none' };
	await installWorkflow(n8n.api, emulator, { way, settings });
	await untilTaken(`${n8n.url}/webhook/${WEBHOOK_PATH}`, items);
	return peakMiB(n8n) ?? NaN;
}

async function untilTaken(url: string, items: object[]): Promise<void> {
	// n8n registers a webhook a moment after it has answered to the activation.
	for (let tries = 0; tries < 50; tries++) {
		const { status } = await axios.post(url, { items }, { proxy: false, validateStatus: null });
		if (status === 200) return;
		if (status !== 404) throw new Error(`n8n answered ${status} to the items.`);
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	throw new Error('n8n never registered the webhook.');
}
