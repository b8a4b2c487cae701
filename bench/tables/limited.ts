import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator, RateLimit, RateLimitHeaders } from '../../emulator';
import { withEmulator, type Context } from '../context';
import { measureInN8n, type Sample } from '../measure';
import { inRounds, type Contender, type Result } from '../rounds';
import { median } from '../statistics';
import { compare, fixed, percent, withSpread } from '../table';
import type { BenchTable, Comparison, Goal } from '../table';
import { creditUpdates } from '../tasks';
import { httpForCredits, oursForCredits, type NodesUnderTest } from '../nodesUnderTest';

const LATENCY_MS = 50;
const RATE: RateLimit = { limit: 200, windowMs: 10_000, windows: 'clock' };
const RATE_TEXT = `${RATE.limit} requests per ${RATE.windowMs / 1000} s`;
const HEADERS: RateLimitHeaders[] = ['epoch', 'countdown', 'none'];
/** At most this share of the floor, and this share of requests answered with 429. */
const GOALS = {
	epoch: { ofFloor: 1.08, refused: 0.02 },
	countdown: { ofFloor: 1.08, refused: 0.02 },
	none: { ofFloor: 1.6, refused: 0.08 },
};
const HTTP_DEFAULT = 'HTTP Request, default';
const HTTP_BATCHES = 'HTTP Request, batches of 20 per 1 s';
const ourName = (headers: RateLimitHeaders) =>
	`this node, ${headers === 'none' ? 'no' : headers} headers`;

/** Table 2: credit updates under a rate limit, started at a window's edge. */
export async function limited(context: Context): Promise<BenchTable> {
	const { items, rounds } = context.size;
	const results = await withEmulators(items, async (emulators) =>
		inRounds(contenders(context, emulators), rounds),
	);
	return {
		number: 2,
		title:
			`${items} credit updates under ${RATE_TEXT}, ${LATENCY_MS} ms latency ` +
			`(floor ${floorSeconds(items, 0)} s)`,
		head: ['method', 'runs', 'seconds', 'vs. floor', 'correct', 'failed', 'requests', '429'],
		rows: results.map(({ name, samples }) => [
			name,
			String(samples.length),
			withSpread(samples.map(({ seconds }) => seconds)),
			fixed(median(samples.map((sample) => shareOfFloor(sample, items))), 3),
			...(['correct', 'failed', 'requests'] as const).map((number) =>
				withSpread(
					samples.map((sample) => sample[number]),
					0,
				),
			),
			percent(median(samples.map(refusedShare))),
		]),
		goals: HEADERS.flatMap((headers) => goalsOf(results, headers, items)),
		comparisons: comparisonsOf(results, items),
		samples: results,
	};
}

/**
 * The floor: seconds until the limit allows the last request of a run that starts this long after the
 * start of a window.
 */
export function floorSeconds(items: number, lateMs: number): number {
	const windows = Math.ceil(items / RATE.limit) - 1;
	return (windows * RATE.windowMs - lateMs) / 1000;
}

/** A run's time divided by the floor, for the moment when n8n started its first node. */
function shareOfFloor({ seconds, startedAt = 0 }: Sample, items: number): number {
	return seconds / floorSeconds(items, startedAt % RATE.windowMs);
}

function samplesOf(results: Array<Result<Sample>>, name: string): Sample[] {
	return results.find((result) => result.name === name)?.samples ?? [];
}

function comparisonsOf(results: Array<Result<Sample>>, items: number): Comparison[] {
	const task = `${items} credit updates under ${RATE_TEXT}`;
	const secondsOf = (name: string) => samplesOf(results, name).map(({ seconds }) => seconds);
	const samples = samplesOf(results, ourName('epoch'));
	const ours = samples.map(({ seconds }) => seconds);
	const floors = samples.map(({ startedAt = 0 }) => floorSeconds(items, startedAt % RATE.windowMs));
	return [
		compare(task, ours, { other: "the limit's own minimum", theirs: floors, digits: 3 }),
		...results
			.filter(({ name }) => [HTTP_DEFAULT, HTTP_BATCHES].includes(name))
			.map(({ name }) => {
				const comparison = compare(task, ours, { other: name, theirs: secondsOf(name) });
				const correct = median(samplesOf(results, name).map((sample) => sample.correct));
				if (correct === items) return comparison;
				const theirs = `${comparison.theirs}, ${correct} of ${items} correct`;
				return { ...comparison, theirs, ratio: '' };
			}),
	];
}

function goalsOf(results: Array<Result<Sample>>, headers: RateLimitHeaders, items: number): Goal[] {
	const name = ourName(headers);
	const samples = samplesOf(results, name);
	const highest = (of: (sample: Sample) => number) => Math.max(...samples.map(of));
	const { ofFloor, refused } = GOALS[headers];
	return [
		{
			name: `${name}, vs. floor`,
			value: median(samples.map((sample) => shareOfFloor(sample, items))),
			atMost: ofFloor,
		},
		{ name: `${name}, failed items in any run`, value: highest(({ failed }) => failed), atMost: 0 },
		{ name: `${name}, share of 429 in any run`, value: highest(refusedShare), atMost: refused },
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

function contenders(context: Context, emulators: Emulators): Array<Contender<Sample>> {
	const { items: count, quick } = context.size;
	const inN8n = async (emulator: Emulator, underTest: NodesUnderTest) => {
		const task = { ...creditUpdates(emulator, count), waitForStart: nextWindow };
		return await measureInN8n((await context.n8n()).api, task, underTest);
	};
	const ours = emulators.map(({ headers, emulator }) => ({
		name: ourName(headers),
		measure: () => inN8n(emulator, oursForCredits()),
	}));
	const [first] = emulators;
	if (!first) return ours;
	// The HTTP Request node ignores the headers, so one form of them is enough.
	const http = (name: string, options: Parameters<typeof httpForCredits>[1], once = false) => ({
		name,
		once,
		measure: () => inN8n(first.emulator, httpForCredits(first.emulator.url, options)),
	});
	const all: Array<Contender<Sample>> = [
		...ours,
		http(HTTP_DEFAULT, {}),
		http('HTTP Request, On Error: Continue', { settings: { onError: 'continueRegularOutput' } }),
		http(HTTP_BATCHES, {
			options: { batching: { batch: { batchSize: 20, batchInterval: 1000 } } },
		}),
		http(
			'HTTP Request, Retry On Fail 5 × 5 s',
			{ settings: { retryOnFail: true, maxTries: 5, waitBetweenTries: 5000 } },
			true,
		),
	];
	return all.filter(({ once }) => !(quick && once));
}

/** Waits until the emulator's next window starts. */
async function nextWindow(): Promise<void> {
	const { windowMs } = RATE;
	const startsAt = Math.ceil(Date.now() / windowMs) * windowMs;
	// Timers can fire a millisecond early.
	while (Date.now() < startsAt) await sleep(startsAt - Date.now());
}
