import fc from 'fast-check';
import {
	EndpointWindow,
	UNTIL_ANSWER,
} from '../../../../nodes/SendGridProvisioning/transport/limit/endpointWindow';
import type { RateLimit } from '../../../../nodes/SendGridProvisioning/transport/limit/headers';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR_MS = 3_600_000;
/** The next window is used this long after the end of one that was used up, at most. */
const DELAY_MS = 75;

function rateLimit(overrides: Partial<RateLimit> = {}): RateLimit {
	return {
		limit: undefined,
		remaining: undefined,
		resetMs: undefined,
		retryAfterMs: undefined,
		...overrides,
	};
}

function newWindow(): EndpointWindow {
	return new EndpointWindow(() => 0.5);
}

/** Sends all requests that may be sent now, up to 1,000. Returns when each was sent. */
function sendAll(window: EndpointWindow, nowMs: number): number[] {
	const sent: number[] = [];
	while (sent.length < 1_000 && window.waitMs(nowMs) === 0) {
		window.sent(nowMs);
		sent.push(nowMs);
	}
	return sent;
}

function sendAndAnswer(window: EndpointWindow, answer: Partial<RateLimit>, nowMs = NOW): void {
	window.sent(nowMs);
	window.answered(nowMs, rateLimit(answer), nowMs);
}

/** A window that was used up, and whose end has passed. */
function afterSpentWindow(): { window: EndpointWindow; nowMs: number } {
	const window = newWindow();
	sendAndAnswer(window, { limit: 100, remaining: 0, resetMs: 10_000 });
	const nowMs = NOW + 10_000 + DELAY_MS;
	expect(window.waitMs(NOW)).toBeGreaterThan(0);
	expect(window.waitMs(nowMs)).toBe(0);
	return { window, nowMs };
}

function expectWait(window: EndpointWindow, nowMs: number, ms: number): void {
	expect(window.waitMs(nowMs)).toBeGreaterThanOrEqual(ms);
	expect(window.waitMs(nowMs)).toBeLessThanOrEqual(ms + DELAY_MS);
}

describe('a window with headers', () => {
	it('sends ten requests, then waits for a response', () => {
		const window = newWindow();
		expect(sendAll(window, NOW)).toHaveLength(10);
		expect(window.waitMs(NOW)).toBe(UNTIL_ANSWER);
	});

	it('is closed until its end if nothing remains', () => {
		const window = newWindow();
		sendAndAnswer(window, { limit: 100, remaining: 0, resetMs: 10_000 });
		expectWait(window, NOW, 10_000);
		expectWait(window, NOW + 4_000, 6_000);
		expect(window.waitMs(NOW + 10_000 + DELAY_MS)).toBe(0);
	});

	it('ends at the earliest end in its responses, and the next one isn’t used before that', () => {
		const window = newWindow();
		for (const resetMs of [9_000, 8_000, 9_000]) {
			sendAndAnswer(window, { limit: 100, remaining: 0, resetMs });
		}
		expect(window.waitMs(NOW + 8_000)).toBeGreaterThan(0);
		expect(window.waitMs(NOW + 8_000 + DELAY_MS)).toBe(0);
	});

	it('has the lowest count in its responses, which can overtake each other', () => {
		const window = newWindow();
		for (const remaining of [0, 1, 2]) {
			sendAndAnswer(window, { limit: 100, remaining, resetMs: 10_000 });
		}
		expectWait(window, NOW, 10_000);
	});

	it('sends one request after a window that was used up, then as many as its response allows', () => {
		const { window, nowMs } = afterSpentWindow();
		expect(sendAll(window, nowMs)).toHaveLength(1);
		expect(window.waitMs(nowMs)).toBe(UNTIL_ANSWER);
		window.answered(nowMs, rateLimit({ limit: 100, remaining: 99, resetMs: 10_000 }), nowMs);
		expect(sendAll(window, nowMs)).toHaveLength(99);
	});

	it('has only a third of the remaining requests in flight if other processes use it, too', () => {
		const { window, nowMs } = afterSpentWindow();
		window.sent(nowMs);
		window.answered(nowMs, rateLimit({ limit: 100, remaining: 60, resetMs: 10_000 }), nowMs);
		expect(sendAll(window, nowMs)).toHaveLength(20);
	});

	it('sends another request each second while the first one gets no response', () => {
		const { window, nowMs } = afterSpentWindow();
		sendAll(window, nowMs);
		expect(sendAll(window, nowMs + 999)).toHaveLength(0);
		expect(sendAll(window, nowMs + 1_000)).toHaveLength(1);
	});

	it('sends another request as soon as the first one is lost', () => {
		const { window, nowMs } = afterSpentWindow();
		sendAll(window, nowMs);
		window.lost(nowMs);
		expect(sendAll(window, nowMs)).toHaveLength(1);
	});

	it('ignores a late response about the window before', () => {
		const window = newWindow();
		window.sent(NOW);
		sendAndAnswer(window, { limit: 100, remaining: 1, resetMs: 10_000 });
		const next = NOW + 10_000 + DELAY_MS;
		expect(window.waitMs(next)).toBe(0);
		sendAndAnswer(window, { limit: 100, remaining: 50, resetMs: 10_000 }, next);
		window.answered(NOW, rateLimit({ limit: 100, remaining: 0, resetMs: 0 }), next);
		expect(window.waitMs(next)).toBe(0);
	});

	it('uses a late response that is about the new window', () => {
		const window = newWindow();
		window.sent(NOW);
		sendAndAnswer(window, { limit: 100, remaining: 1, resetMs: 10_000 });
		const next = NOW + 10_000 + DELAY_MS;
		expect(window.waitMs(next)).toBe(0);
		window.answered(NOW, rateLimit({ limit: 100, remaining: 0, resetMs: 9_000 }), next);
		expectWait(window, next, 9_000);
	});

	it('waits an hour at most', () => {
		const window = newWindow();
		sendAndAnswer(window, { limit: 100, remaining: 0, resetMs: 30 * 365 * 24 * HOUR_MS });
		expectWait(window, NOW, HOUR_MS);
	});

	it('is dropped if this computer’s clock is set back', () => {
		const { window } = afterSpentWindow();
		const earlier = NOW - HOUR_MS;
		expect(window.waitMs(earlier)).toBe(0);
		sendAndAnswer(window, { limit: 100, remaining: 99, resetMs: 10_000 }, earlier);
		expect(sendAll(window, earlier).length).toBeGreaterThan(1);
	});

	it('never sends more than it has, in any order of responses', () => {
		const steps = fc.array(fc.oneof(fc.constant('send'), fc.nat()), { maxLength: 100 });
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 20 }), steps, (limit, order) => {
				const window = newWindow();
				let left = limit;
				const answers: number[] = [];
				const send = (): void => {
					window.sent(NOW);
					left -= 1;
					answers.push(left);
				};
				const answer = (index: number): void => {
					const [remaining] = answers.splice(index % answers.length, 1);
					if (remaining === undefined) return;
					window.answered(NOW, rateLimit({ limit, remaining, resetMs: 60_000 }), NOW);
				};
				send();
				answer(0);
				for (const step of order) {
					if (typeof step === 'number') answer(step);
					else if (window.waitMs(NOW) === 0) send();
				}
				while (left > 0) {
					answer(0);
					if (window.waitMs(NOW) === 0) send();
				}
				expect(left).toBe(0);
				while (answers.length > 0) answer(0);
				expectWait(window, NOW, 60_000);
			}),
		);
	});
});

describe('a window without headers', () => {
	it('has more and more in flight while nothing is refused', () => {
		const window = newWindow();
		for (let count = 0; count < 160; count += 1) sendAndAnswer(window, {});
		expect(sendAll(window, NOW)).toHaveLength(20);
	});

	it('is closed after a 429, for a time that doubles up to four seconds', () => {
		const window = newWindow();
		let nowMs = NOW;
		const waits = [1, 2, 3, 4].map(() => {
			window.waitMs(nowMs);
			window.sent(nowMs);
			const waitMs = window.refused(nowMs, rateLimit(), nowMs);
			expectWait(window, nowMs, waitMs);
			nowMs += waitMs + DELAY_MS;
			return waitMs;
		});
		expect(waits).toEqual([750, 1_500, 3_000, 3_000]);
		window.waitMs(nowMs);
		sendAndAnswer(window, {}, nowMs);
		window.sent(nowMs);
		expect(window.refused(nowMs, rateLimit(), nowMs)).toBe(750);
	});

	it.each([
		[0, 500],
		[1, 1_000],
	])('adds jitter to that time, for the random number %i', (random, ms) => {
		const window = new EndpointWindow(() => random);
		window.sent(NOW);
		expect(window.refused(NOW, rateLimit(), NOW)).toBe(ms);
	});
});

describe('a 429', () => {
	it.each([
		['Retry-After', { retryAfterMs: 5_000 }, 5_000],
		['the reset', { remaining: 0, resetMs: 5_000 }, 5_000],
		['Retry-After rather than the reset', { retryAfterMs: 9_000, resetMs: 5_000 }, 9_000],
		['the reset rather than a Retry-After of 0', { retryAfterMs: 0, resetMs: 5_000 }, 5_000],
		['a backoff rather than a reset of 0', { remaining: 0, resetMs: 0 }, 750],
		['years as an hour', { retryAfterMs: 30 * 365 * 24 * HOUR_MS }, HOUR_MS],
	])('closes the window for %s', (_name, headers, ms) => {
		const window = newWindow();
		window.sent(NOW);
		window.refused(NOW, rateLimit(headers), NOW);
		expectWait(window, NOW, ms);
	});

	it.each<[string, number, Partial<RateLimit>, number]>([
		['without headers is a backoff if other answers say that requests remain', 9, {}, 750],
		['without headers keeps the end of a spent window', 0, {}, 10_000],
		['with Retry-After sets another end', 0, { retryAfterMs: 30_000 }, 30_000],
	])('%s', (_name, remaining, refusal, ms) => {
		const window = newWindow();
		window.sent(NOW);
		sendAndAnswer(window, { limit: 100, remaining, resetMs: 10_000 });
		window.refused(NOW, rateLimit(refusal), NOW);
		expectWait(window, NOW, ms);
	});

	it('closes the window until the earliest end of several', () => {
		const window = newWindow();
		sendAll(window, NOW);
		for (const retryAfterMs of [5_000, 4_000, 5_000]) {
			window.refused(NOW, rateLimit({ retryAfterMs }), NOW);
		}
		expectWait(window, NOW, 4_000);
	});

	it('isn’t overruled by responses that are under way', () => {
		const window = newWindow();
		sendAll(window, NOW);
		window.refused(NOW, rateLimit({ retryAfterMs: 5_000 }), NOW);
		window.answered(NOW, rateLimit({ limit: 100, remaining: 50, resetMs: 1_000 }), NOW);
		expectWait(window, NOW, 5_000);
	});

	it('about an earlier window is ignored', () => {
		const { window, nowMs } = afterSpentWindow();
		window.sent(nowMs - 5_000);
		window.refused(nowMs - 5_000, rateLimit({ retryAfterMs: 5_000 }), nowMs);
		expect(window.waitMs(nowMs)).toBe(0);
	});

	it.each([
		['without headers', {}, {}, 5],
		[
			'with headers',
			{ limit: 1_000, remaining: 60, resetMs: 5_000 },
			{ limit: 1_000, remaining: 999, resetMs: 5_000 },
			10,
		],
	])('halves the maximum in flight, %s', (_name, before, after, half) => {
		const window = newWindow();
		sendAndAnswer(window, before);
		expect(sendAll(window, NOW)).toHaveLength(2 * half);
		window.refused(NOW, rateLimit({ retryAfterMs: 5_000 }), NOW);
		for (let count = 1; count < 2 * half; count += 1) window.lost(NOW);
		const next = NOW + 5_000 + DELAY_MS;
		window.waitMs(next);
		sendAndAnswer(window, after, next);
		expect(sendAll(window, next)).toHaveLength(half);
	});

	it('for the first request after a window that was used up halves nothing', () => {
		const { window, nowMs } = afterSpentWindow();
		window.sent(nowMs);
		window.refused(nowMs, rateLimit({ retryAfterMs: 1_000 }), nowMs);
		const next = nowMs + 1_000 + DELAY_MS;
		window.waitMs(next);
		sendAndAnswer(window, { limit: 1_000, remaining: 999, resetMs: 60_000 }, next);
		expect(sendAll(window, next)).toHaveLength(999);
	});
});

it('a window never stays closed once all requests have ended', () => {
	const event = fc.record({
		kind: fc.constantFrom('answered', 'refused', 'lost'),
		afterMs: fc.nat(20_000),
		remaining: fc.option(fc.nat(20), { nil: undefined }),
		resetMs: fc.option(fc.nat(60_000), { nil: undefined }),
		retryAfterMs: fc.option(fc.nat(60_000), { nil: undefined }),
	});
	fc.assert(
		fc.property(fc.array(event, { maxLength: 50 }), (events) => {
			const window = newWindow();
			let nowMs = NOW;
			for (const { kind, afterMs, ...headers } of events) {
				const waitMs = window.waitMs(nowMs);
				// Nothing is in flight, so no response would wake up the requests that wait for one.
				expect(waitMs).not.toBe(UNTIL_ANSWER);
				expect(waitMs).toBeGreaterThanOrEqual(0);
				nowMs += waitMs;
				expect(window.waitMs(nowMs)).toBe(0);
				const sentAt = nowMs;
				window.sent(sentAt);
				nowMs += afterMs;
				if (kind === 'answered') window.answered(sentAt, rateLimit(headers), nowMs);
				else if (kind === 'refused') window.refused(sentAt, rateLimit(headers), nowMs);
				else window.lost(sentAt);
			}
		}),
		{ numRuns: 500 },
	);
});
