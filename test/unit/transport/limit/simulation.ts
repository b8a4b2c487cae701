import { readRateLimit } from '../../../../nodes/SendGridProvisioning/transport/limit/headers';
import { RequestQueue } from '../../../../nodes/SendGridProvisioning/transport/limit/requestQueue';
import { SimulatedClock } from '../../simulatedClock';
import { randomFrom } from '../../../random';

/** SendGrid, the network, and the processes that call one endpoint. */
export interface Simulation {
	/** Requests per window. */
	limit: number;
	windowMs: number;
	windows: 'clock' | 'first-request';
	headers: 'epoch' | 'countdown' | 'retry-after' | 'none';
	/** How SendGrid rounds to whole seconds. */
	rounding?: 'up' | 'down';
	/** How long after a window's edge the processes start. */
	startMs?: number;
	/** All requests of all processes. */
	requests: number;
	processes?: number;
	endpoint?: string;
	/** How much longer than usual requests and responses take. */
	slowMs?: number;
	seed?: number;
}

export interface Simulated {
	answered: number;
	refused: number;
	elapsedMs: number;
	/** Elapsed time, divided by the time until the limit allows the last request. */
	ofFloor: number;
	/** The most requests refused in one window, without those sent before the first response. */
	mostRefusedPerWindow: number;
	/** Whether a window refused more requests than were in flight at its first refusal. */
	isRefusedBeyondInFlight: boolean;
	/** The most requests in flight before the first response. */
	firstInFlight: number;
}

/** An edge of windows of every length used here. */
const EDGE = Date.UTC(2026, 2, 10, 9);
/** How long a request or a response takes, at least and at most. */
const FIRST_LATENCY_MS = 20;
const LAST_LATENCY_MS = 60;
/** n8n's own work for each request. */
const WORK_MS = 2;
/** How many items a process works on in parallel, as an execution does. */
const LANES = 100;

interface ServerWindow {
	endsAt: number;
	used: number;
	refused: number;
	/** For the process that received the first refusal. */
	inFlightAtFirstRefusal: number;
}

export async function simulate(simulation: Simulation): Promise<Simulated> {
	const { limit, windowMs, windows, headers, requests } = simulation;
	const { startMs = 0, processes = 1, endpoint = 'PUT /credits' } = simulation;
	const { rounding = 'up', slowMs = 0, seed = 1 } = simulation;
	const whole = rounding === 'up' ? Math.ceil : Math.floor;
	const random = randomFrom(seed);
	const startedAt = EDGE + startMs;
	const clock = new SimulatedClock(startedAt);
	const all: ServerWindow[] = [];
	let inFlight = 0;
	let [answered, refused, firstInFlight, endedAt] = [0, 0, 0, startedAt];

	const currentWindow = (): ServerWindow => {
		const now = clock.now();
		const last = all.at(-1);
		if (last !== undefined && now < last.endsAt) return last;
		const opensAt = windows === 'clock' ? Math.floor(now / windowMs) * windowMs : now;
		const endsAt = opensAt + windowMs;
		const next = { endsAt, used: 0, refused: 0, inFlightAtFirstRefusal: 0 };
		all.push(next);
		return next;
	};
	const headersOf = ({ endsAt, used }: ServerWindow, status: number): Record<string, string> => {
		const secondsLeft = String(whole((endsAt - clock.now()) / 1000));
		if (headers === 'retry-after' && status === 429) return { 'Retry-After': secondsLeft };
		if (headers === 'retry-after' || headers === 'none') return {};
		const epoch = String(whole(endsAt / 1000));
		return {
			'X-Ratelimit-Limit': `${limit}, ${limit};w=${windowMs / 1000}`,
			'X-Ratelimit-Remaining': String(limit - used),
			'X-Ratelimit-Reset': headers === 'epoch' ? epoch : secondsLeft,
		};
	};
	const travel = async (): Promise<void> =>
		await clock.sleep(slowMs + FIRST_LATENCY_MS + random() * (LAST_LATENCY_MS - FIRST_LATENCY_MS));

	const runProcess = async (count: number): Promise<void> => {
		const queue = new RequestQueue(clock, random);
		let left = count;
		let workedUntil = clock.now();
		let hasAnswer = false;

		/** Sends a request once. Returns the position of the permit if it was refused. */
		const send = async (position: number | undefined): Promise<number | undefined> => {
			const permit = await queue.acquire({
				endpoint,
				mayWaitMs: () => Infinity,
				shouldStop: () => false,
				onLimited: () => undefined,
				...(position === undefined ? {} : { position }),
			});
			if ('failure' in permit) throw new Error('The queue gave up');
			inFlight += 1;
			if (!hasAnswer) firstInFlight = Math.max(firstInFlight, inFlight);
			const wasEarly = !hasAnswer;
			workedUntil = Math.max(workedUntil, clock.now()) + WORK_MS;
			await clock.sleep(workedUntil - clock.now());
			await travel();
			const window = currentWindow();
			const status = window.used < limit ? 200 : 429;
			if (status === 200) window.used += 1;
			else {
				refused += 1;
				if (!wasEarly) window.refused += 1;
			}
			const received = headersOf(window, status);
			await travel();
			if (status === 429) window.inFlightAtFirstRefusal ||= inFlight;
			inFlight -= 1;
			hasAnswer = true;
			const reading = readRateLimit(received, clock.now());
			if (status === 429) {
				permit.refused(reading);
				return permit.position;
			}
			permit.answered(reading);
			answered += 1;
			endedAt = clock.now();
			return undefined;
		};
		const sendInTurn = async (): Promise<void> => {
			while (left > 0) {
				left -= 1;
				let position = await send(undefined);
				while (position !== undefined) position = await send(position);
			}
		};
		await Promise.all(Array.from({ length: LANES }, sendInTurn));
	};

	const share = (index: number): number =>
		Math.floor(((index + 1) * requests) / processes) - Math.floor((index * requests) / processes);
	const indices = [...Array(processes).keys()];
	await clock.run(Promise.all(indices.map(async (index) => await runProcess(share(index)))));

	// All windows but the last one. One that is nearly over at the start can't be used up.
	const firstMs = windowMs - (windows === 'clock' ? startMs % windowMs : 0);
	const inFirst = firstMs < 500 ? 0 : limit;
	const floorMs = firstMs + (Math.ceil((requests - inFirst) / limit) - 1) * windowMs;
	return {
		answered,
		refused,
		elapsedMs: endedAt - startedAt,
		ofFloor: (endedAt - startedAt) / floorMs,
		mostRefusedPerWindow: Math.max(...all.map((window) => window.refused)),
		isRefusedBeyondInFlight: all.some((w) => w.refused > w.inFlightAtFirstRefusal),
		firstInFlight,
	};
}
