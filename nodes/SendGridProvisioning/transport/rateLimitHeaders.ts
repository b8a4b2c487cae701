/** What an answer's headers say about SendGrid's rate limit. */
export interface RateLimitReading {
	/** Requests that a window allows in all. */
	limit?: number;
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
 * Reads `X-RateLimit-Limit`, `X-RateLimit-Remaining`, `X-RateLimit-Reset` and `Retry-After`.
 *
 * The documentation shows Reset as a Unix time in seconds, SendGrid's newer stack sends the seconds
 * that are left: both are taken, told apart by size. A Unix time is held against the server's own
 * Date header where this computer's clock is off. Unreadable values count as absent.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
export function readRateLimit(headers: Record<string, unknown>, nowMs: number): RateLimitReading {
	const serverNowMs = serverTime(headers['date'], nowMs);
	const limit = count(headers['x-ratelimit-limit']);
	const remaining = count(headers['x-ratelimit-remaining']);
	const resetMs = resetFrom(count(headers['x-ratelimit-reset']), serverNowMs);
	const retryAfterMs = retryAfterFrom(headers['retry-after'], serverNowMs);
	return {
		...(limit === undefined ? {} : { limit }),
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
	const written = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value);
	const number = written ? Number(value) : value;
	if (typeof number !== 'number') return undefined;
	return number >= 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}
