import fc from 'fast-check';
import { RateLimitGate } from '../../../nodes/SendGridProvisioning/transport/rateLimit';
import type { Ticket } from '../../../nodes/SendGridProvisioning/transport/rateLimit';

const NOW = Date.parse('2026-03-01T12:00:00Z');
/** How far a wait may lie beyond what SendGrid says. */
const MARGIN_MS = 100;

/** A gate that one answer has told how many requests remain, and for how long. */
function gateWith(remaining: number, resetMs: number): RateLimitGate {
	const gate = new RateLimitGate();
	gate.wasAnswered(gate.sent(NOW), { remaining, resetMs, limit: 100 }, NOW);
	return gate;
}

function expectWait(gate: RateLimitGate, nowMs: number, ms: number): void {
	expect(gate.waitMs(nowMs)).toBeGreaterThanOrEqual(ms);
	expect(gate.waitMs(nowMs)).toBeLessThanOrEqual(ms + MARGIN_MS);
}

describe('the gate of an endpoint', () => {
	it('lets a few through while nothing is known, then waits for an answer', () => {
		const gate = new RateLimitGate();
		let sent = 0;
		for (; gate.waitMs(NOW) === 0 && sent < 1_000; sent += 1) gate.sent(NOW);
		expect(sent).toBeGreaterThan(1);
		expect(sent).toBeLessThan(100);
		expect(gate.waitMs(NOW)).toBe('answer');
	});

	it('lets as many through as remain, counting those in flight', () => {
		const gate = gateWith(2, 10_000);
		gate.sent(NOW);
		expect(gate.waitMs(NOW)).toBe(0);
		gate.sent(NOW);
		expect(gate.waitMs(NOW)).not.toBe(0);
	});

	it('is closed for the rest of the window when nothing remains', () => {
		const gate = gateWith(0, 10_000);
		expectWait(gate, NOW, 10_000);
		expectWait(gate, NOW + 4_000, 6_000);
	});

	it('opens when the window ends', () => {
		const gate = gateWith(0, 10_000);
		expect(gate.waitMs(NOW + 9_999)).not.toBe(0);
		expect(gate.waitMs(NOW + 10_000 + MARGIN_MS)).toBe(0);
	});

	it('takes the lowest count of a window, since answers overtake each other', () => {
		const gate = new RateLimitGate();
		const tickets = [gate.sent(NOW), gate.sent(NOW), gate.sent(NOW)];
		tickets.forEach((ticket, index) =>
			gate.wasAnswered(ticket, { remaining: index, resetMs: 10_000, limit: 100 }, NOW),
		);
		expectWait(gate, NOW, 10_000);
	});

	it('takes no count from an answer to a request of an earlier window', () => {
		const gate = gateWith(1, 10_000);
		const late = gate.sent(NOW);
		const next = NOW + 10_000 + MARGIN_MS;
		expect(gate.waitMs(next)).toBe(0);
		gate.wasAnswered(gate.sent(next), { remaining: 50, resetMs: 10_000, limit: 100 }, next);
		gate.wasAnswered(late, { remaining: 0, resetMs: 0, limit: 100 }, next);
		expect(gate.waitMs(next)).toBe(0);
	});

	it('is closed after a 429 for as long as that says, the longest of several', () => {
		const gate = new RateLimitGate();
		const tickets = [gate.sent(NOW), gate.sent(NOW)] as const;
		gate.wasRefused(tickets[0], 5_000, true, NOW);
		gate.wasRefused(tickets[1], 1_000, true, NOW);
		expectWait(gate, NOW + 2_000, 3_000);
		expect(gate.waitMs(NOW + 5_000 + MARGIN_MS)).toBe(0);
	});

	it('stays closed after a 429, whatever answers on their way still say', () => {
		const gate = new RateLimitGate();
		const [refused, answered] = [gate.sent(NOW), gate.sent(NOW)];
		gate.wasRefused(refused, 5_000, true, NOW);
		gate.wasAnswered(answered, { remaining: 50, resetMs: 1_000, limit: 100 }, NOW);
		expectWait(gate, NOW, 5_000);
	});

	it('tries again after an hour, however long SendGrid seems to ask for', () => {
		const years = 30 * 365 * 86_400_000;
		const refused = new RateLimitGate();
		refused.wasRefused(refused.sent(NOW), years, true, NOW);
		for (const gate of [gateWith(0, years), refused]) {
			expectWait(gate, NOW, 3_600_000);
			expect(gate.waitMs(NOW + 3_600_000 + MARGIN_MS)).toBe(0);
		}
	});

	it('never sends more than a window allows, in whatever order answers come', () => {
		const steps = fc.array(fc.oneof(fc.constant('send'), fc.nat()), { maxLength: 100 });
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 20 }), steps, (limit, order) => {
				const gate = new RateLimitGate();
				let left = limit;
				const coming: Array<{ ticket: Ticket; remaining: number }> = [];
				const send = (): void => {
					left -= 1;
					coming.push({ ticket: gate.sent(NOW), remaining: left });
				};
				const answer = (index: number): void => {
					const [next] = coming.splice(index % coming.length, 1);
					if (next === undefined) return;
					const { ticket, remaining } = next;
					gate.wasAnswered(ticket, { limit, remaining, resetMs: 60_000 }, NOW);
				};
				send();
				answer(0);
				for (const step of order) {
					if (typeof step === 'number') answer(step);
					else if (gate.waitMs(NOW) === 0) send();
				}
				expect(left).toBeGreaterThanOrEqual(0);
				while (coming.length > 0) answer(0);
				for (let free = left; free > 0; free -= 1) {
					expect(gate.waitMs(NOW)).toBe(0);
					send();
				}
				while (coming.length > 0) answer(0);
				expectWait(gate, NOW, 60_000);
			}),
		);
	});

	it('never waits less than nothing, nor for ever once all have ended', () => {
		const event = fc.record({
			kind: fc.constantFrom('answered', 'refused', 'lost'),
			afterMs: fc.nat(20_000),
			remaining: fc.option(fc.nat(20), { nil: undefined }),
			resetMs: fc.option(fc.nat(60_000), { nil: undefined }),
			asked: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(event, { maxLength: 50 }), (events) => {
				const gate = new RateLimitGate();
				let nowMs = NOW;
				for (const { kind, afterMs, remaining, resetMs, asked } of events) {
					const waitMs = gate.waitMs(nowMs);
					// All have ended, so nobody would wake those who wait for an answer.
					expect(waitMs).not.toBe('answer');
					expect(waitMs).toBeGreaterThanOrEqual(0);
					nowMs += Number(waitMs);
					expect(gate.waitMs(nowMs)).toBe(0);
					const ticket = gate.sent(nowMs);
					nowMs += afterMs;
					const reading = {
						...(remaining === undefined ? {} : { remaining }),
						...(resetMs === undefined ? {} : { resetMs }),
					};
					if (kind === 'answered') gate.wasAnswered(ticket, reading, nowMs);
					else if (kind === 'refused') gate.wasRefused(ticket, resetMs ?? 1_000, asked, nowMs);
					else gate.wasLost(ticket);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('is idle when nothing is in flight, no window is open and no wait lasts', () => {
		const gate = new RateLimitGate();
		const ticket = gate.sent(NOW);
		expect(gate.idle(NOW + 86_400_000)).toBe(false);
		gate.wasAnswered(ticket, { remaining: 3, resetMs: 10_000, limit: 100 }, NOW);
		expect(gate.idle(NOW)).toBe(false);
		expect(gate.idle(NOW + 10_000 + MARGIN_MS)).toBe(true);
		gate.wasRefused(gate.sent(NOW + 1), 20_000, true, NOW);
		expect(gate.idle(NOW + 10_000 + MARGIN_MS)).toBe(false);
		expect(gate.idle(NOW + 20_000 + MARGIN_MS)).toBe(true);
	});
});
