import { measureInN8n, type Sample } from '../measure';
import { inRounds, type Contender } from '../rounds';
import { median } from '../statistics';
import { compared, fixed, withSpread, type BenchTable } from '../table';
import { addonMerges } from '../tasks';
import { httpForAddons, oursForAddons } from '../ways';
import { hugeLimit, withEmulator, type World } from '../world';

const LATENCY_MS = 50;
const TWICE = 'HTTP Request twice: read, then write all back';

/** 4: an add-on for many accounts, each of which is read first. */
export async function merge(world: World): Promise<BenchTable> {
	const { items, rounds } = world.size;
	const options = { latencyMs: LATENCY_MS, accounts: items, rateLimit: hugeLimit };
	const results = await withEmulator(options, async (emulator) => {
		const task = addonMerges(emulator, items);
		const contenders: Array<Contender<Sample>> = [
			{
				name: 'this node, Add or Update',
				measure: async () => await measureInN8n((await world.n8n()).api, task, oursForAddons()),
			},
			{
				name: TWICE,
				measure: async () =>
					await measureInN8n((await world.n8n()).api, task, httpForAddons(emulator.url)),
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
		title: `an add-on merged into ${items} accounts (GET and PUT each), ${LATENCY_MS} ms per answer`,
		head: ['way', 'runs', 'seconds', 'of HTTP Request', 'right', 'failed', 'requests'],
		rows: results.map(({ name, samples }) => [
			name,
			String(samples.length),
			withSpread(samples.map((sample) => sample.seconds)),
			fixed(median(samples.map(({ seconds }) => seconds)) / http, 2),
			...(['right', 'failed', 'requests'] as const).map((number) =>
				withSpread(
					samples.map((sample) => sample[number]),
					0,
				),
			),
		]),
		goals: [],
		comparisons: [compared(`an add-on for ${items} accounts`, ours, { other: TWICE, theirs })],
		samples: results,
	};
}
