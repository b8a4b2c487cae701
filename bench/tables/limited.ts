import type { Emulator, RateLimitHeaders } from '../../emulator';
import { measureInN8n, type Sample } from '../measure';
import { inRounds, type Contender, type Result } from '../rounds';
import { median } from '../statistics';
import { compared, fixed, percent, withSpread } from '../table';
import type { BenchTable, Comparison, Goal } from '../table';
import { creditUpdates } from '../tasks';
import { httpForCredits, oursForCredits, type Way } from '../ways';
import { withEmulator, type World } from '../world';

const LATENCY_MS = 50;
const RATE = { limit: 100, windowMs: 2000 };
const HEADERS: RateLimitHeaders[] = ['epoch', 'countdown', 'none'];
const HTTP_DEFAULT = 'HTTP Request, default';
const HTTP_BY_HAND = 'HTTP Request, batches of 50 per 1 s';
const ourName = (headers: RateLimitHeaders) =>
	`this node, ${headers === 'none' ? 'no' : headers} headers`;

/** 2: how near one comes to what a rate limit allows, and what is lost on the way. */
export async function limited(world: World): Promise<BenchTable> {
	const { items, rounds } = world.size;
	// The first window's requests go out at once, each later one has to be waited for.
	const floor = (Math.ceil(items / RATE.limit) - 1) * (RATE.windowMs / 1000);
	const results = await withEmulators(items, async (emulators) =>
		inRounds(contenders(world, emulators), rounds),
	);
	return {
		number: 2,
		title:
			`${items} credit updates under ${RATE.limit} requests per ${RATE.windowMs / 1000} s, ` +
			`${LATENCY_MS} ms per answer (arithmetic floor ${floor} s)`,
		head: ['way', 'runs', 'seconds', 'of the floor', 'right', 'failed', 'requests', '429'],
		rows: results.map(({ name, samples }) => [
			name,
			String(samples.length),
			withSpread(samples.map(({ seconds }) => seconds)),
			fixed(median(samples.map(({ seconds }) => seconds)) / floor, 3),
			...(['right', 'failed', 'requests'] as const).map((number) =>
				withSpread(
					samples.map((sample) => sample[number]),
					0,
				),
			),
			percent(median(samples.map(refusedShare))),
		]),
		goals: results
			.filter(({ name }) => HEADERS.some((headers) => name === ourName(headers)))
			.flatMap((result) => goalsOf(result, floor)),
		comparisons: comparisonsOf(results, { items, floor }),
		samples: results,
	};
}

function comparisonsOf(
	results: Array<Result<Sample>>,
	{ items, floor }: { items: number; floor: number },
): Comparison[] {
	const task = `the same under ${RATE.limit} requests per ${RATE.windowMs / 1000} s`;
	const samplesOf = (name: string) => results.find((result) => result.name === name)?.samples ?? [];
	const secondsOf = (name: string) => samplesOf(name).map(({ seconds }) => seconds);
	const ours = secondsOf(ourName('epoch'));
	const other = 'what the limit itself takes';
	return [
		compared(task, ours, { other, theirs: [floor], digits: 3 }),
		...results
			.filter(({ name }) => [HTTP_DEFAULT, HTTP_BY_HAND].includes(name))
			.map(({ name }) => {
				const line = compared(task, ours, { other: name, theirs: secondsOf(name) });
				const right = median(samplesOf(name).map((sample) => sample.right));
				if (right === items) return line;
				return { ...line, theirs: `${line.theirs}, ${right} of ${items} right`, ratio: '' };
			}),
	];
}

function goalsOf({ name, samples }: Result<Sample>, floor: number): Goal[] {
	const most = (of: (sample: Sample) => number) => Math.max(...samples.map(of));
	const seconds = median(samples.map((sample) => sample.seconds));
	return [
		{ what: `${name}, of the floor`, value: seconds / floor, atMost: 1.03 },
		{ what: `${name}, failed items of any run`, value: most(({ failed }) => failed), atMost: 0 },
		{ what: `${name}, share of 429 in any run`, value: most(refusedShare), atMost: 0.02 },
	];
}

function refusedShare({ refused, requests }: Sample): number {
	return refused / requests;
}

type Emulators = Array<{ headers: RateLimitHeaders; emulator: Emulator }>;

async function withEmulators<T>(
	subusers: number,
	work: (emulators: Emulators) => Promise<T>,
	[headers, ...rest]: RateLimitHeaders[] = HEADERS,
): Promise<T> {
	if (headers === undefined) return await work([]);
	const options = { latencyMs: LATENCY_MS, rateLimit: RATE, rateLimitHeaders: headers, subusers };
	return await withEmulator(options, async (emulator) =>
		withEmulators(subusers, async (others) => work([{ headers, emulator }, ...others]), rest),
	);
}

function contenders(world: World, emulators: Emulators): Array<Contender<Sample>> {
	const { items: count, quick } = world.size;
	const inN8n = async (emulator: Emulator, way: Way) =>
		await measureInN8n((await world.n8n()).api, creditUpdates(emulator, count), way);
	const ours = emulators.map(({ headers, emulator }) => ({
		name: ourName(headers),
		measure: () => inN8n(emulator, oursForCredits()),
	}));
	const [first] = emulators;
	if (!first) return ours;
	// HTTP Request reads no headers: one form is enough for it.
	const http = (name: string, with_: Parameters<typeof httpForCredits>[1], once = false) => ({
		name,
		once,
		measure: () => inN8n(first.emulator, httpForCredits(first.emulator.url, with_)),
	});
	const all: Array<Contender<Sample>> = [
		...ours,
		http(HTTP_DEFAULT, {}),
		http('HTTP Request, On Error: Continue', { settings: { onError: 'continueRegularOutput' } }),
		http(HTTP_BY_HAND, {
			options: { batching: { batch: { batchSize: 50, batchInterval: 1000 } } },
		}),
		http(
			'HTTP Request, Retry On Fail 5 × 5 s',
			{ settings: { retryOnFail: true, maxTries: 5, waitBetweenTries: 5000 } },
			true,
		),
	];
	return all.filter(({ once }) => !(quick && once));
}
