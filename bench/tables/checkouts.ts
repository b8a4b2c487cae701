import type { Emulator } from '../../emulator';
import { hugeLimit, withEmulator, type Context } from '../context';
import { measureInN8n, type Sample } from '../measure';
import { oursForCredits } from '../nodesUnderTest';
import { inRounds, type Contender, type Result } from '../rounds';
import { median } from '../statistics';
import { fixed, withSpread, type BenchTable, type Goal } from '../table';
import { creditUpdates } from '../tasks';

const LATENCY_MS = 50;
/** How much slower this checkout may be; less is noise. */
const MAX_RATIO = 1.03;
const FORMS = ['with rate limit headers', 'without rate limit headers'];

/**
 * Table 1 for `--against`: this node in two checkouts. Each has an n8n of its own, and one of them is
 * always idle while the other one runs.
 */
export async function checkouts(context: Context, other: Context): Promise<BenchTable> {
	const { items, rounds } = context.size;
	const options = { latencyMs: LATENCY_MS, subusers: items };
	const results = await withEmulator({ ...options, rateLimit: hugeLimit }, async (withHeaders) =>
		withEmulator(options, async (withoutHeaders) =>
			inRounds(contenders([context, other], [withHeaders, withoutHeaders]), rounds),
		),
	);
	return {
		number: 1,
		title: `${items} credit updates in two checkouts, ${LATENCY_MS} ms latency, no rate limit reached`,
		head: ['method', 'runs', 'seconds', 'vs. other checkout', 'correct', 'failed'],
		rows: results.map((result, index) => [
			result.name,
			String(result.samples.length),
			withSpread(result.samples.map(({ seconds }) => seconds)),
			index % 2 === 0 ? fixed(ratioOf(results, index), 3) : '',
			withSpread(
				result.samples.map(({ correct }) => correct),
				0,
			),
			withSpread(
				result.samples.map(({ failed }) => failed),
				0,
			),
		]),
		goals: FORMS.flatMap((form, index) => goalsOf(results, form, 2 * index)),
		comparisons: [],
		samples: results,
	};
}

/** This checkout's result, then the other one's, with headers and without. */
function contenders(contexts: Context[], emulators: Emulator[]): Array<Contender<Sample>> {
	return emulators.flatMap((emulator, form) =>
		contexts.map((context, index) => ({
			name: `this node ${FORMS[form]}, ${index === 0 ? 'this checkout' : 'other checkout'}`,
			measure: async () => {
				const { api } = await context.n8n();
				return await measureInN8n(
					api,
					creditUpdates(emulator, context.size.items),
					oursForCredits(),
				);
			},
		})),
	);
}

function ratioOf(results: Array<Result<Sample>>, index: number): number {
	const [ours, theirs] = [index, index + 1].map((place) =>
		median(results[place]?.samples.map(({ seconds }) => seconds) ?? []),
	);
	return (ours ?? NaN) / (theirs ?? NaN);
}

function goalsOf(results: Array<Result<Sample>>, form: string, index: number): Goal[] {
	const failed = results
		.slice(index, index + 2)
		.flatMap(({ samples }) => samples.map((sample) => sample.failed));
	return [
		{ name: `${form}, vs. the other checkout`, value: ratioOf(results, index), atMost: MAX_RATIO },
		{ name: `${form}, failed items in any run`, value: Math.max(...failed), atMost: 0 },
	];
}
