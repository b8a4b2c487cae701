import type { Emulator } from '../../emulator';
import { measureInN8n, type Sample } from '../measure';
import { inRounds, type Contender } from '../rounds';
import { measureClient } from '../sendGridClient/measure';
import { median } from '../statistics';
import { compared, fixed, withSpread, type BenchTable } from '../table';
import { creditUpdates } from '../tasks';
import {
	floorForCredits,
	httpForCredits,
	httpLoopForCredits,
	oursForCredits,
	type Way,
} from '../ways';
import { hugeLimit, withEmulator, type World } from '../world';

const LATENCY_MS = 50;
const OURS = 'this node';
const OURS_WITHOUT_HEADERS = 'this node, answers without rate limit headers';
const HTTP = 'HTTP Request, default';
const HTTP_LOOP = 'HTTP Request in a loop, one after another';
const FLOOR_PARALLEL = [10, 50, 100, 200];
const fieldsName = 'the same loop, its fields as expressions, 100 in parallel';
const credentialName = 'the same loop, the credential read once, 100 in parallel';
const floorName = (parallel: number) => `bare loop over n8n's helper, ${parallel} in parallel`;

/** 1: how fast credits are updated where SendGrid sets no limit. */
export async function unlimited(world: World): Promise<BenchTable> {
	const { items, rounds } = world.size;
	const options = { latencyMs: LATENCY_MS, subusers: items };
	const results = await withEmulator({ ...options, rateLimit: hugeLimit }, async (withHeaders) =>
		withEmulator(options, async (withoutHeaders) =>
			inRounds(contenders(world, withHeaders, withoutHeaders), rounds),
		),
	);
	const allOf = (name: string) =>
		(results.find((result) => result.name === name)?.samples ?? []).map(({ seconds }) => seconds);
	const secondsOf = (name: string) => median(allOf(name));
	const http = secondsOf(HTTP);
	const floors = FLOOR_PARALLEL.map(floorName);
	const floor = Math.min(...floors.map(secondsOf));
	const floorWay = floors.find((name) => secondsOf(name) === floor) ?? '';
	const beside = (other: string) =>
		compared(`${items} credit updates`, allOf(OURS), { other, theirs: allOf(other) });
	return {
		number: 1,
		title: `${items} credit updates, ${LATENCY_MS} ms per answer, no limit reached`,
		head: ['way', 'runs', 'seconds', 'of HTTP Request', 'of the floor', 'right', 'failed'],
		rows: results.map((result) => [
			result.name,
			String(result.samples.length),
			withSpread(result.samples.map(({ seconds }) => seconds)),
			fixed(secondsOf(result.name) / http, 2),
			fixed(secondsOf(result.name) / floor, 2),
			withSpread(
				result.samples.map(({ right }) => right),
				0,
			),
			withSpread(
				result.samples.map(({ failed }) => failed),
				0,
			),
		]),
		goals: [OURS, OURS_WITHOUT_HEADERS].flatMap((name) => [
			{ what: `${name}, of HTTP Request`, value: secondsOf(name) / http, atMost: 0.65 },
			{ what: `${name}, of the platform's floor`, value: secondsOf(name) / floor, atMost: 1.2 },
		]),
		comparisons: [HTTP, HTTP_LOOP, floorWay].map(beside),
		samples: results,
	};
}

function contenders(
	world: World,
	withHeaders: Emulator,
	withoutHeaders: Emulator,
): Array<Contender<Sample>> {
	const { items: count, quick } = world.size;
	const task = creditUpdates(withHeaders, count);
	const { url } = withHeaders;
	const inN8n = async (way: Way, of = task) => await measureInN8n((await world.n8n()).api, of, way);
	const client = async (parallel: number) =>
		await measureClient({ task, count, home: world.home }, parallel);
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
			name: fieldsName,
			measure: () => inN8n(floorForCredits(url, { parallel: 100, readFields: true })),
		},
		{
			name: credentialName,
			measure: () => inN8n(floorForCredits(url, { parallel: 100, handCredential: true })),
		},
		{ name: 'outside n8n: @sendgrid/client, 50 in parallel', measure: () => client(50) },
		{
			name: HTTP_LOOP,
			once: true,
			measure: () => inN8n(httpLoopForCredits(url)),
		},
		{ name: floorName(1), once: true, measure: () => inN8n(floorForCredits(url, { parallel: 1 })) },
		{
			name: 'outside n8n: @sendgrid/client, one after another',
			once: true,
			measure: () => client(1),
		},
	];
	return all.filter(({ once }) => !(quick && once));
}
