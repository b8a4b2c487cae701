import { RateLimitGate } from '../../../nodes/SendGridProvisioning/transport/rateLimit';
import type { RateLimitReading } from '../../../nodes/SendGridProvisioning/transport/rateLimitHeaders';

/**
 * SendGrid and the processes that call it, in simulated time: what a gate makes of a rate limit can
 * be counted to the request without waiting for it.
 */
interface Simulation {
	/** Requests that have to be answered, by process. */
	requests: number[];
	limit: number;
	windowMs: number;
	headers: 'epoch' | 'countdown' | 'none';
	/** Whether windows lie at multiples of their length, or open with the first request. */
	aligned?: boolean;
	latencyMs?: number;
	/** How much longer a request may take to arrive than another. */
	jitterMs?: number;
	/** Requests that a process keeps in flight at most. */
	ceiling?: number;
	/** When the processes begin, ms after each other. */
	staggerMs?: number;
}

interface Outcome {
	endedMs: number;
	refused: number;
	answered: number;
}

/** What one request costs a process to make, ms. */
const WORK_MS = 2;

function simulate({
	requests,
	limit,
	windowMs,
	headers,
	aligned = false,
	latencyMs = 50,
	jitterMs = 8,
	ceiling = 100,
	staggerMs = 0,
}: Simulation): Outcome {
	const start = 1_800_000_000_437;
	const events: Array<{ at: number; run: () => void }> = [];
	/** Kept in the order of time. */
	const plan = (at: number, run: () => void): void => {
		let from = 0;
		let to = events.length;
		while (from < to) {
			const middle = (from + to) >> 1;
			if ((events[middle]?.at ?? 0) > at) from = middle + 1;
			else to = middle;
		}
		events.splice(from, 0, { at, run });
	};
	let now = start;
	let window = { endsAt: 0, used: 0 };
	let refused = 0;
	let answered = 0;
	let endedMs = 0;
	let dice = 1;
	/** The same numbers in each run. */
	const jitter = (): number => {
		dice = (dice * 48_271) % 0x7fffffff;
		return (dice / 0x7fffffff) * jitterMs;
	};

	const arrive = (): { ok: boolean; reading: RateLimitReading } => {
		if (now >= window.endsAt) {
			const opened = aligned ? Math.floor(now / windowMs) * windowMs : now;
			window = { endsAt: opened + windowMs, used: 0 };
		}
		const ok = window.used < limit;
		if (ok) window.used += 1;
		if (headers === 'none') return { ok, reading: {} };
		const endMs = headers === 'epoch' ? Math.ceil(window.endsAt / 1000) * 1000 : window.endsAt;
		const leftMs = headers === 'epoch' ? endMs - now : Math.ceil((endMs - now) / 1000) * 1000;
		return { ok, reading: { limit, remaining: limit - window.used, resetMs: leftMs } };
	};

	requests.forEach((count, process) => {
		const gate = new RateLimitGate();
		let left = count;
		let inFlight = 0;
		let busyUntil = 0;
		let looksAt = Infinity;
		const look = (): void => {
			if (left === 0 || inFlight >= ceiling) return;
			if (busyUntil > now) return void plan(busyUntil, look);
			const waitMs = gate.waitMs(now);
			if (waitMs === 'answer') return;
			if (waitMs > 0) {
				if (now + waitMs >= looksAt && looksAt > now) return;
				looksAt = now + waitMs;
				return void plan(looksAt, look);
			}
			const ticket = gate.sent(now);
			left -= 1;
			inFlight += 1;
			busyUntil = now + WORK_MS;
			plan(now + latencyMs / 10 + jitter(), () => {
				const { ok, reading } = arrive();
				plan(now + latencyMs, () => {
					inFlight -= 1;
					if (ok) {
						answered += 1;
						endedMs = now - start;
						gate.wasAnswered(ticket, reading, now);
					} else {
						refused += 1;
						left += 1;
						const askedMs = reading.resetMs;
						gate.wasRefused(ticket, askedMs ?? 750, askedMs !== undefined, now);
					}
					look();
				});
			});
			look();
		};
		plan(start + process * staggerMs, look);
	});

	for (let steps = 0; events.length > 0; steps += 1) {
		if (steps > 2_000_000) throw new Error('The simulation does not end');
		const event = events.pop();
		if (event === undefined) break;
		now = event.at;
		event.run();
	}
	return { endedMs, refused, answered };
}

const FORMS = ['epoch', 'countdown', 'none'] as const;

describe.each(FORMS)('a limit of 100 requests in 2 s, headers: %s', (headers) => {
	const limits = { limit: 100, windowMs: 2_000, headers };
	/** Nine windows pass before the last of 1,000 requests may be sent. */
	const floorMs = 18_000;

	it.each([true, false])('is spent without running into it (windows aligned: %s)', (aligned) => {
		const { endedMs, refused, answered } = simulate({ ...limits, requests: [1_000], aligned });
		expect(answered).toBe(1_000);
		expect(refused).toBeLessThanOrEqual(20);
		expect(endedMs).toBeLessThanOrEqual(floorMs * 1.03);
	});

	it.each([true, false])(
		'is shared by processes that do not know of each other (%s)',
		(aligned) => {
			const requests = [333, 333, 334];
			const run = simulate({ ...limits, requests, aligned, staggerMs: 70 });
			expect(run.answered).toBe(1_000);
			expect(run.refused).toBeLessThanOrEqual(150);
			// Without headers each process learns its part alone, and learns it low.
			expect(run.endedMs).toBeLessThanOrEqual(floorMs * (headers === 'none' ? 1.4 : 1.3));
		},
	);

	it('is spent as well where answers take long, and some far longer than others', () => {
		const slow = simulate({ ...limits, requests: [1_000], latencyMs: 250, jitterMs: 60 });
		// Without headers a limit that is hardly reached shows late, and its windows only one by one.
		const blind = headers === 'none';
		expect(slow.refused).toBeLessThanOrEqual(blind ? 150 : 20);
		expect(slow.endedMs).toBeLessThanOrEqual(floorMs * (blind ? 1.7 : 1.1));
	});

	it('is kept to where windows do not last whole seconds', () => {
		const { refused, endedMs } = simulate({ ...limits, windowMs: 2_500, requests: [1_000] });
		expect(refused).toBeLessThanOrEqual(60);
		expect(endedMs).toBeLessThanOrEqual(9 * 2_500 * 1.35);
	});
});

it.each(FORMS)('a limit by the minute is spent as well (headers: %s)', (headers) => {
	const limits = { limit: 600, windowMs: 60_000, headers };
	const { endedMs, refused } = simulate({ ...limits, requests: [2_000] });
	expect(refused).toBeLessThanOrEqual(headers === 'none' ? 80 : 5);
	expect(endedMs).toBeLessThanOrEqual(180_000 * 1.01);
});

it.each(FORMS)('a limit that is never reached holds nothing up (headers: %s)', (headers) => {
	const limits = { limit: 1_000_000, windowMs: 60_000, headers };
	const { endedMs, refused } = simulate({ ...limits, requests: [1_000] });
	expect(refused).toBe(0);
	// 1,000 requests are two seconds of work; without headers the gate opens step by step.
	expect(endedMs).toBeLessThanOrEqual(headers === 'none' ? 2_900 : 2_200);
});

describe('a gate', () => {
	const second = 1_000;
	const spent = { limit: 3, remaining: 0, resetMs: 10 * second };

	it('waits for the end of the window once nothing remains', () => {
		const gate = new RateLimitGate();
		gate.wasAnswered(gate.sent(0), spent, 0);
		expect(gate.waitMs(5 * second)).toBe(5 * second + 25);
		expect(gate.waitMs(10 * second + 25)).toBe(0);
	});

	it('counts requests in flight as spent', () => {
		const gate = new RateLimitGate();
		const [first] = [gate.sent(0), gate.sent(0), gate.sent(0)];
		gate.wasAnswered(first, { limit: 9, remaining: 2, resetMs: second }, 1);
		expect(gate.waitMs(2)).toBe('answer');
	});

	it('does not forget that a window is spent when an older answer comes late', () => {
		const gate = new RateLimitGate();
		const [early, late] = [gate.sent(0), gate.sent(0)];
		gate.wasAnswered(early, spent, 1);
		gate.wasAnswered(late, { ...spent, remaining: 1 }, 2);
		expect(gate.waitMs(3)).toBeGreaterThan(second);
	});

	it('closes for as long as SendGrid asks after a 429', () => {
		const gate = new RateLimitGate();
		gate.wasRefused(gate.sent(0), 7 * second, true, 0);
		expect(gate.waitMs(second)).toBe(6 * second);
		expect(gate.waitMs(7 * second)).toBe(0);
	});

	it('sends one request alone after a window that was spent, then what remains', () => {
		const gate = new RateLimitGate();
		gate.wasAnswered(gate.sent(0), spent, 0);
		const next = 10 * second + 25;
		const first = gate.sent(next);
		expect(gate.waitMs(next)).toBe('answer');
		gate.wasAnswered(first, { limit: 3, remaining: 2, resetMs: 10 * second }, next + 50);
		gate.sent(next + 50);
		expect(gate.waitMs(next + 50)).toBe(0);
		gate.sent(next + 50);
		expect(gate.waitMs(next + 50)).toBe('answer');
	});

	it('lets another one go after a second if that request hangs', () => {
		const gate = new RateLimitGate();
		gate.wasAnswered(gate.sent(0), spent, 0);
		const next = 10 * second + 25;
		gate.sent(next);
		expect(gate.waitMs(next + second)).toBe(0);
		gate.sent(next + second);
		expect(gate.waitMs(next + second)).toBe('answer');
	});

	it('tries again shortly where a window lasts a little longer than computed', () => {
		const gate = new RateLimitGate();
		const opened = { limit: 1, remaining: 0, resetMs: 2 * second };
		gate.wasAnswered(gate.sent(0), opened, 50);
		expect(gate.waitMs(50)).toBe(2 * second + 10 - 50);
		gate.wasRefused(gate.sent(2_010), 1 * second, true, 2_060);
		expect(gate.waitMs(2_060)).toBe(25);
		gate.wasRefused(gate.sent(2_085), 1 * second, true, 2_135);
		expect(gate.waitMs(2_135)).toBe(50);
		gate.wasAnswered(gate.sent(2_185), opened, 2_235);
		expect(gate.waitMs(2_235)).toBe(2 * second + 20 - 50);
	});

	it('goes by the headers alone where windows prove longer than computed', () => {
		const gate = new RateLimitGate();
		gate.wasAnswered(gate.sent(0), { limit: 1, remaining: 0, resetMs: 2_900 }, 50);
		let nowMs = 50;
		for (let refusals = 0; refusals < 4; refusals += 1) {
			nowMs += Number(gate.waitMs(nowMs));
			gate.wasRefused(gate.sent(nowMs), second, true, nowMs);
		}
		expect(gate.waitMs(nowMs)).toBe(second);
		nowMs += second;
		gate.wasAnswered(gate.sent(nowMs), { limit: 1, remaining: 0, resetMs: 2_900 }, nowMs);
		expect(gate.waitMs(nowMs)).toBe(2_925);
	});

	it('waits as long as SendGrid asks where others have spent the new window', () => {
		const gate = new RateLimitGate();
		gate.wasAnswered(gate.sent(0), { limit: 1, remaining: 0, resetMs: 60 * second }, 50);
		const next = Number(gate.waitMs(50)) + 50;
		gate.wasRefused(gate.sent(next), 59 * second, true, next + 50);
		expect(gate.waitMs(next + 50)).toBe(59 * second);
	});

	it('learns what a window takes where only Retry-After is sent', () => {
		const gate = new RateLimitGate();
		let nowMs = 0;
		let refused = 0;
		// 20 requests in 2 s, one after the other, 1 ms each.
		for (let answered = 0, opened = 0, used = 0; answered < 200;) {
			const waitMs = gate.waitMs(nowMs);
			expect(waitMs).not.toBe('answer');
			nowMs += Number(waitMs);
			const ticket = gate.sent(nowMs);
			nowMs += 1;
			if (nowMs >= opened + 2 * second) [opened, used] = [nowMs, 0];
			if (used < 20) {
				[used, answered] = [used + 1, answered + 1];
				gate.wasAnswered(ticket, {}, nowMs);
			} else {
				refused += 1;
				const leftMs = opened + 2 * second - nowMs;
				gate.wasRefused(ticket, Math.ceil(leftMs / second) * second, true, nowMs);
			}
		}
		expect(refused).toBeLessThanOrEqual(10);
		expect(nowMs).toBeLessThanOrEqual(9 * 2 * second * 1.05);
	});

	it('gives the place of a request that was lost to another one', () => {
		const gate = new RateLimitGate();
		for (let sent = 0; sent < 50; sent += 1) {
			expect(gate.waitMs(sent)).toBe(0);
			gate.wasLost(gate.sent(sent));
		}
	});

	it('is closed by a senseless header for an hour at most', () => {
		const gate = new RateLimitGate();
		gate.wasRefused(gate.sent(0), 1e13, true, 0);
		expect(gate.waitMs(3_600_000)).toBe(0);
	});

	it('can be forgotten when its window is over and nothing is in flight', () => {
		const gate = new RateLimitGate();
		const ticket = gate.sent(0);
		expect(gate.idle(1e9)).toBe(false);
		gate.wasAnswered(ticket, spent, 0);
		expect(gate.idle(second)).toBe(false);
		expect(gate.idle(11 * second)).toBe(true);
	});
});
