/** What an answer's headers say about SendGrid's rate limit. */
export interface RateLimitReading {
	/** Requests that may still be sent before the window ends. */
	remaining?: number;
	/** Milliseconds until the window ends and all requests are allowed again. */
	resetMs?: number;
	/** Milliseconds that SendGrid asks to wait before the next request. */
	retryAfterMs?: number;
}

const EPOCH_SECONDS_FROM = 1e9;
const EPOCH_MS_FROM = 1e12;
/** Clocks that are nearer than this count as equal: the Date header has whole seconds only. */
const CLOCK_TOLERANCE_MS = 2_000;

/**
 * Reads `X-RateLimit-Remaining`, `X-RateLimit-Reset` and `Retry-After`.
 *
 * The documentation shows Reset as a Unix time in seconds, SendGrid's newer stack sends the seconds
 * that are left: both are taken, told apart by size. A Unix time is held against the server's own
 * Date header where this computer's clock is off. Unreadable values count as absent.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
export function readRateLimit(headers: Record<string, unknown>, nowMs: number): RateLimitReading {
	const serverNowMs = serverTime(headers['date'], nowMs);
	const remaining = count(headers['x-ratelimit-remaining']);
	const resetMs = resetFrom(count(headers['x-ratelimit-reset']), serverNowMs);
	const retryAfterMs = retryAfterFrom(headers['retry-after'], serverNowMs);
	return {
		...(remaining === undefined ? {} : { remaining }),
		...(resetMs === undefined ? {} : { resetMs }),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}

function resetFrom(value: number | undefined, nowMs: number): number | undefined {
	if (value === undefined) return undefined;
	if (value < EPOCH_SECONDS_FROM) return value * 1000;
	const resetAt = value >= EPOCH_MS_FROM ? value : value * 1000;
	return Math.max(0, resetAt - nowMs);
}

function retryAfterFrom(value: unknown, nowMs: number): number | undefined {
	const seconds = count(value);
	if (seconds !== undefined) return seconds * 1000;
	const date = typeof value === 'string' ? Date.parse(value) : NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function serverTime(date: unknown, nowMs: number): number {
	const serverMs = typeof date === 'string' ? Date.parse(date) : NaN;
	if (Number.isNaN(serverMs) || Math.abs(serverMs - nowMs) <= CLOCK_TOLERANCE_MS) return nowMs;
	return serverMs;
}

/** A header that is a number of at least 0; anything else is as good as absent. */
function count(value: unknown): number | undefined {
	if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
	if (typeof value !== 'string' || !/^\s*\d+(\.\d+)?\s*$/.test(value)) return undefined;
	return Number(value);
}

/**
 * Holds requests back while SendGrid's window is spent, so that they are not answered 429.
 * One for each host, credential and endpoint, shared by all executions of this process.
 */
export class RateLimitGate {
	private inFlight = 0;
	private remaining: number | undefined;
	private windowEndsAt = 0;
	private closedUntil = 0;

	/** Milliseconds until a request may be sent; 0 = now. */
	waitMs(nowMs: number): number {
		if (nowMs < this.closedUntil) return this.closedUntil - nowMs;
		const spent = this.remaining !== undefined && this.remaining - this.inFlight <= 0;
		return spent && nowMs < this.windowEndsAt ? this.windowEndsAt - nowMs : 0;
	}

	/** A request goes out. */
	sent(): void {
		this.inFlight += 1;
	}

	/** Its answer has come, or will not come any more. */
	answered(reading: RateLimitReading, nowMs: number): void {
		this.inFlight -= 1;
		if (reading.remaining === undefined || reading.resetMs === undefined) return;
		// Answers overtake each other: within a window the lowest count is the newest.
		const sameWindow = nowMs < this.windowEndsAt && this.remaining !== undefined;
		this.remaining = sameWindow
			? Math.min(this.remaining ?? reading.remaining, reading.remaining)
			: reading.remaining;
		if (!sameWindow) this.windowEndsAt = nowMs + reading.resetMs;
	}

	/** SendGrid said "too many requests": nobody sends before the wait is over. */
	closeFor(ms: number, nowMs: number): void {
		this.closedUntil = Math.max(this.closedUntil, nowMs + ms);
	}

	/** Whether nothing is known that a new gate would not know. */
	idle(nowMs: number): boolean {
		return this.inFlight === 0 && nowMs >= this.windowEndsAt && nowMs >= this.closedUntil;
	}
}

const gates = new Map<string, RateLimitGate>();
const SWEEP_FROM = 100;

/** The gate of a key; keys name host, credential (by its fingerprint) and endpoint. */
export function gateFor(key: string, nowMs: number): RateLimitGate {
	const known = gates.get(key);
	if (known !== undefined) return known;
	if (gates.size >= SWEEP_FROM) forgetIdle(nowMs);
	const gate = new RateLimitGate();
	gates.set(key, gate);
	return gate;
}

function forgetIdle(nowMs: number): void {
	for (const [key, gate] of gates) if (gate.idle(nowMs)) gates.delete(key);
}
