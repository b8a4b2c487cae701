import { simulate } from './simulation';
import type { Simulated, Simulation } from './simulation';

/** Possible limits, and enough requests for several windows. */
const SECONDS = {
	60: { limit: 600, windowMs: 60_000, requests: 1_800 },
	10: { limit: 200, windowMs: 10_000, requests: 1_000 },
	5: { limit: 100, windowMs: 5_000, requests: 1_000 },
} as const;

type Form = Omit<Simulation, 'startMs' | 'seed'>;

/** Started at a window's edge, in the middle, and just before the next one. */
async function simulated(form: Form): Promise<Simulated[]> {
	const starts = [0, form.windowMs / 2 + 700, form.windowMs - 150];
	const runs = starts.map(async (startMs, index) =>
		simulate({ ...form, startMs, seed: index + 1 }),
	);
	const results = await Promise.all(runs);
	expect(results.map(({ answered }) => answered)).toEqual(starts.map(() => form.requests));
	return results;
}

/** The worst of several runs. */
const worst = (results: Simulated[], of: 'ofFloor' | 'refused' | 'mostRefusedPerWindow'): number =>
	Math.max(...results.map((result) => result[of]));

describe('with headers, one process uses up each window, and', () => {
	it.each([
		['clock', 'epoch', 60, 1.02],
		['clock', 'epoch', 10, 1.08],
		['clock', 'epoch', 5, 1.1],
		['clock', 'countdown', 60, 1.02],
		['clock', 'countdown', 10, 1.08],
		['clock', 'countdown', 5, 1.1],
		['first-request', 'epoch', 60, 1.03],
		['first-request', 'epoch', 10, 1.12],
		['first-request', 'epoch', 5, 1.25],
		['first-request', 'countdown', 60, 1.03],
		['first-request', 'countdown', 10, 1.12],
		['first-request', 'countdown', 5, 1.25],
	] as const)(
		'%s windows, %s, %i s: at most %f of the floor',
		async (windows, headers, s, most) => {
			const results = await simulated({ ...SECONDS[s], windows, headers });
			expect(worst(results, 'ofFloor')).toBeLessThanOrEqual(most);
			expect(worst(results, 'mostRefusedPerWindow')).toBeLessThanOrEqual(1);
		},
	);

	it.each([
		['clock', 'epoch', 1],
		['clock', 'countdown', 10],
		['first-request', 'epoch', 10],
		['first-request', 'countdown', 1],
	] as const)(
		'creates with one request first: %s windows, %s, %i per 5 s',
		async (windows, headers, limit) => {
			const form = { limit, windowMs: 5_000, requests: 12 * limit, windows, headers };
			const results = await simulated({ ...form, endpoint: 'POST /subusers' });
			expect(results.map(({ firstInFlight }) => firstInFlight)).toEqual([1, 1, 1]);
			expect(worst(results, 'ofFloor')).toBeLessThanOrEqual(windows === 'clock' ? 1.1 : 1.25);
			expect(worst(results, 'mostRefusedPerWindow')).toBeLessThanOrEqual(1);
		},
	);

	it.each(['epoch', 'countdown'] as const)(
		'loses little if SendGrid rounds down, %s',
		async (headers) => {
			const form = { ...SECONDS[10], windows: 'first-request', headers } as const;
			const results = await simulated({ ...form, rounding: 'down' });
			expect(worst(results, 'ofFloor')).toBeLessThanOrEqual(1.25);
			expect(worst(results, 'mostRefusedPerWindow')).toBeLessThanOrEqual(2);
		},
	);

	it('isn’t refused more on a slow network', async () => {
		const form = { ...SECONDS[10], windows: 'clock', headers: 'epoch', slowMs: 100 } as const;
		const results = await simulated(form);
		expect(worst(results, 'ofFloor')).toBeLessThanOrEqual(1.15);
		expect(worst(results, 'mostRefusedPerWindow')).toBeLessThanOrEqual(1);
	});
});

describe('with Retry-After alone', () => {
	it.each([
		['clock', 60, 1.05],
		['clock', 10, 1.12],
		['clock', 5, 1.12],
		['first-request', 60, 1.05],
		['first-request', 10, 1.15],
		['first-request', 5, 1.25],
	] as const)(
		'no window refuses more than was in flight: %s windows, %i s',
		async (windows, seconds, most) => {
			const results = await simulated({ ...SECONDS[seconds], windows, headers: 'retry-after' });
			expect(results.map(({ isRefusedBeyondInFlight }) => isRefusedBeyondInFlight)).toEqual(
				results.map(() => false),
			);
			expect(worst(results, 'ofFloor')).toBeLessThanOrEqual(most);
		},
	);
});

describe('without headers', () => {
	it.each([
		['clock', 60],
		['clock', 10],
		['clock', 5],
		['first-request', 60],
		['first-request', 10],
		['first-request', 5],
	] as const)('at most 1.6 of the floor, 8 %% refused: %s windows, %i s', async (windows, s) => {
		const results = await simulated({ ...SECONDS[s], windows, headers: 'none' });
		expect(worst(results, 'ofFloor')).toBeLessThanOrEqual(1.6);
		expect(worst(results, 'refused')).toBeLessThanOrEqual(0.08 * SECONDS[s].requests);
	});
});

describe('three processes', () => {
	const forms = ['epoch', 'countdown', 'retry-after', 'none'] as const;
	const rows = (['clock', 'first-request'] as const).flatMap((windows) =>
		forms.map((headers) => [windows, headers] as const),
	);

	it.each(rows)(
		'share a limit, at most 1.3 of the floor, 15 %% refused: %s windows, %s',
		async (windows, headers) => {
			const results = await simulated({ ...SECONDS[10], windows, headers, processes: 3 });
			expect(worst(results, 'ofFloor')).toBeLessThanOrEqual(1.3);
			expect(worst(results, 'refused')).toBeLessThanOrEqual(0.15 * SECONDS[10].requests);
		},
	);
});

it.each([
	['epoch', 2_250],
	['countdown', 2_250],
	['none', 3_400],
] as const)('a limit that is never reached holds nothing up, %s', async (headers, mostMs) => {
	const form = { limit: 1e6, windowMs: 60_000, requests: 1_000, windows: 'clock' } as const;
	const { elapsedMs, refused } = await simulate({ ...form, headers, startMs: 10_000 });
	// 1,000 requests are 2 s of n8n's own work.
	expect(elapsedMs).toBeLessThanOrEqual(mostMs);
	expect(refused).toBe(0);
});
