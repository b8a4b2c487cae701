import type { Emulator } from '../../emulator';
import { hugeLimit, withEmulator, type Context } from '../context';
import { measureInN8n, type Sample } from '../measure';
import { inRounds, type Contender } from '../rounds';
import { measureClient } from '../sendGridClient/measure';
import { median } from '../statistics';
import { compare, fixed, withSpread, type BenchTable } from '../table';
import { creditUpdates } from '../tasks';
import {
	floorForCredits,
	httpForCredits,
	httpLoopForCredits,
	oursForCredits,
	type NodesUnderTest,
} from '../nodesUnderTest';

const LATENCY_MS = 50;
const OURS = 'this node';
const OURS_WITHOUT_HEADERS = 'this node, responses without rate limit headers';
const HTTP = 'HTTP Request, default';
const HTTP_LOOP = 'HTTP Request in a loop, one item at a time';
const FLOOR_PARALLEL = [10, 50, 100, 200];
const FLOOR_WITH_EXPRESSIONS = "n8n's HTTP helper, fields as expressions, 100 in parallel";
const FLOOR_WITH_ONE_READ = "n8n's HTTP helper, credential read once, 100 in parallel";
const floorName = (parallel: number) => `only n8n's HTTP helper, ${parallel} in parallel`;

/** Table 1: credit updates without a rate limit. */
export async function unlimited(context: Context): Promise<BenchTable> {
	const { items, rounds } = context.size;
	const options = { latencyMs: LATENCY_MS, subusers: items };
	const results = await withEmulator({ ...options, rateLimit: hugeLimit }, async (withHeaders) =>
		withEmulator(options, async (withoutHeaders) =>
			inRounds(contenders(context, withHeaders, withoutHeaders), rounds),
		),
	);
	const allOf = (name: string) =>
		(results.find((result) => result.name === name)?.samples ?? []).map(({ seconds }) => seconds);
	const secondsOf = (name: string) => median(allOf(name));
	const http = secondsOf(HTTP);
	const floors = FLOOR_PARALLEL.map(floorName);
	const floor = Math.min(...floors.map(secondsOf));
	const fastestFloor = floors.find((name) => secondsOf(name) === floor) ?? '';
	const compareWith = (other: string) =>
		compare(`${items} credit updates`, allOf(OURS), { other, theirs: allOf(other) });
	return {
		number: 1,
		title: `${items} credit updates, ${LATENCY_MS} ms latency, no rate limit reached`,
		head: ['method', 'runs', 'seconds', 'vs. HTTP Request', 'vs. floor', 'correct', 'failed'],
		rows: results.map((result) => [
			result.name,
			String(result.samples.length),
			withSpread(result.samples.map(({ seconds }) => seconds)),
			fixed(secondsOf(result.name) / http, 2),
			fixed(secondsOf(result.name) / floor, 2),
			withSpread(
				result.samples.map(({ correct }) => correct),
				0,
			),
			withSpread(
				result.samples.map(({ failed }) => failed),
				0,
			),
		]),
		goals: [OURS, OURS_WITHOUT_HEADERS].flatMap((name) => [
			{ name: `${name}, vs. HTTP Request`, value: secondsOf(name) / http, atMost: 0.65 },
			{ name: `${name}, vs. the platform floor`, value: secondsOf(name) / floor, atMost: 1.2 },
		]),
		comparisons: [HTTP, HTTP_LOOP, fastestFloor].map(compareWith),
		samples: results,
	};
}

function contenders(
	context: Context,
	withHeaders: Emulator,
	withoutHeaders: Emulator,
): Array<Contender<Sample>> {
	const { items: count, quick } = context.size;
	const task = creditUpdates(withHeaders, count);
	const { url } = withHeaders;
	const inN8n = async (underTest: NodesUnderTest, of = task) =>
		await measureInN8n((await context.n8n()).api, of, underTest);
	const client = async (parallel: number) =>
		await measureClient({ task, count, home: context.home }, parallel);
	const all: Array<Contender<Sample>> = [
		{ name: OURS, measure: () => inN8n(oursForCredits()) },
		{
			name: OURS_WITHOUT_HEADERS,
			measure: () => inN8n(oursForCredits(), creditUpdates(withoutHeaders, count)),
		},
		{ name: HTTP, measure: () => inN8n(httpForCredits(url)) },
		...FLOOR_PARALLEL.map((parallel) => ({
			name: floorName(parallel),
			measure: () => inN8n(floorForCredits(url, { parallel })),
		})),
		{
			name: FLOOR_WITH_EXPRESSIONS,
			measure: () => inN8n(floorForCredits(url, { parallel: 100, readFields: true })),
		},
		{
			name: FLOOR_WITH_ONE_READ,
			measure: () => inN8n(floorForCredits(url, { parallel: 100, readCredentialOnce: true })),
		},
		{ name: 'outside n8n: @sendgrid/client, 50 in parallel', measure: () => client(50) },
		{
			name: HTTP_LOOP,
			once: true,
			measure: () => inN8n(httpLoopForCredits(url)),
		},
		{ name: floorName(1), once: true, measure: () => inN8n(floorForCredits(url, { parallel: 1 })) },
		{
			name: 'outside n8n: @sendgrid/client, one request at a time',
			once: true,
			measure: () => client(1),
		},
	];
	return all.filter(({ once }) => !(quick && once));
}
