import { hugeLimit, withEmulator, type Context } from '../context';
import { fillKeyList } from '../keyList';
import { measureInN8n, type Sample } from '../measure';
import { oursForCredits, oursForKeyedCredits } from '../nodesUnderTest';
import { inRounds, type Contender } from '../rounds';
import { median } from '../statistics';
import { compare, fixed, withSpread, type BenchTable } from '../table';
import { creditUpdates } from '../tasks';

const LATENCY_MS = 20;
/** As many as the node always remembers. */
const KEYS = 25_000;
const UNKEYED = 'without a key';
const EMPTY = 'Run Once per Key, empty list';
const FULL = `Run Once per Key, ${KEYS} keys in the list`;

/** Table 6: credit updates with and without a key for each item. */
export async function keyed(context: Context): Promise<BenchTable> {
	const { items, rounds } = context.size;
	const options = { latencyMs: LATENCY_MS, subusers: items, rateLimit: hugeLimit };
	const results = await withEmulator(options, async (emulator) => {
		const task = creditUpdates(emulator, items);
		const inN8n = async (...[of, underTest]: [typeof task, typeof ours]) =>
			await measureInN8n((await context.n8n()).api, of, underTest);
		const ours = oursForCredits();
		const full: typeof task = {
			...task,
			prepare: (workflow) => fillKeyList(context.home, workflow, KEYS),
		};
		const contenders: Array<Contender<Sample>> = [
			{ name: UNKEYED, measure: () => inN8n(task, ours) },
			{ name: EMPTY, measure: () => inN8n(task, oursForKeyedCredits()) },
			{ name: FULL, measure: () => inN8n(full, oursForKeyedCredits()) },
		];
		return await inRounds(contenders, rounds);
	});
	const samplesOf = (name: string) => results.find((result) => result.name === name)?.samples ?? [];
	const secondsOf = (name: string) => samplesOf(name).map(({ seconds }) => seconds);
	const ratioOf = (name: string) => median(secondsOf(name)) / median(secondsOf(UNKEYED));
	const failed = results.flatMap(({ samples }) => samples.map((sample) => sample.failed));
	return {
		number: 6,
		title: `${items} credit updates with a key each, ${LATENCY_MS} ms latency, no rate limit reached`,
		head: ['this node', 'runs', 'seconds', 'vs. without a key', 'correct', 'failed', 'requests'],
		rows: results.map(({ name, samples }) => [
			name,
			String(samples.length),
			withSpread(samples.map(({ seconds }) => seconds)),
			fixed(ratioOf(name), 2),
			...(['correct', 'failed', 'requests'] as const).map((number) =>
				withSpread(
					samples.map((sample) => sample[number]),
					0,
				),
			),
		]),
		goals: [
			{ name: `${EMPTY}, vs. without a key`, value: ratioOf(EMPTY), atMost: 1.5 },
			{ name: `${FULL}, vs. without a key`, value: ratioOf(FULL), atMost: 2 },
			{ name: 'failed items in any run', value: Math.max(...failed), atMost: 0 },
		],
		comparisons: [EMPTY, FULL].map((name) =>
			compare(`${items} credit updates, ${name}`, secondsOf(name), {
				other: 'this node without a key',
				theirs: secondsOf(UNKEYED),
			}),
		),
		samples: results,
	};
}
