import { hugeLimit, withEmulator, type Context } from '../context';
import { measureInN8n, type Sample } from '../measure';
import { inRounds, type Contender } from '../rounds';
import { median } from '../statistics';
import { compare, fixed, withSpread, type BenchTable } from '../table';
import { addonMerges } from '../tasks';
import { httpForAddons, oursForAddons } from '../nodesUnderTest';

const LATENCY_MS = 50;
const HTTP_TWICE = 'two HTTP Request nodes: read, then write';

/** Table 4: an add-on for many accounts, each of which is read first. */
export async function merge(context: Context): Promise<BenchTable> {
	const { items, rounds } = context.size;
	const options = { latencyMs: LATENCY_MS, accounts: items, rateLimit: hugeLimit };
	const results = await withEmulator(options, async (emulator) => {
		const task = addonMerges(emulator, items);
		const contenders: Array<Contender<Sample>> = [
			{
				name: 'this node, Add or Update',
				measure: async () => await measureInN8n((await context.n8n()).api, task, oursForAddons()),
			},
			{
				name: HTTP_TWICE,
				measure: async () =>
					await measureInN8n((await context.n8n()).api, task, httpForAddons(emulator.url)),
			},
		];
		return await inRounds(contenders, rounds);
	});
	const [ours = [], theirs = []] = results.map(({ samples }) =>
		samples.map(({ seconds }) => seconds),
	);
	const http = median(theirs);
	return {
		number: 4,
		title: `an add-on merged into ${items} accounts (GET and PUT each), ${LATENCY_MS} ms latency`,
		head: ['method', 'runs', 'seconds', 'vs. HTTP Request', 'correct', 'failed', 'requests'],
		rows: results.map(({ name, samples }) => [
			name,
			String(samples.length),
			withSpread(samples.map((sample) => sample.seconds)),
			fixed(median(samples.map(({ seconds }) => seconds)) / http, 2),
			...(['correct', 'failed', 'requests'] as const).map((number) =>
				withSpread(
					samples.map((sample) => sample[number]),
					0,
				),
			),
		]),
		goals: [],
		comparisons: [compare(`an add-on for ${items} accounts`, ours, { other: HTTP_TWICE, theirs })],
		samples: results,
	};
}
