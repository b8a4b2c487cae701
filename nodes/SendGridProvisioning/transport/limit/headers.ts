/** The rate limit headers of a response. */
export interface RateLimit {
	/** Requests per window, and how many of them are left. */
	limit: number | undefined;
	remaining: number | undefined;
	/** Milliseconds until the window ends. */
	resetMs: number | undefined;
	/** Milliseconds to wait before the next request. */
	retryAfterMs: number | undefined;
}

const EPOCH_SECONDS_FROM = 1e9;
const EPOCH_MS_FROM = 1e12;
/** The clock is wrong if the Date header, which has whole seconds, differs by more than this. */
const CLOCK_TOLERANCE_MS = 2_000;

/**
 * Reads `X-RateLimit-*` and `Retry-After`. SendGrid's docs show the reset as a Unix time, but newer
 * services send the seconds left. Unreadable values count as absent.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
export function readRateLimit(headers: Record<string, unknown>, nowMs: number): RateLimit {
	const values = new Map(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
	const serverMs = dateFrom(values.get('date'));
	const serverNowMs = Math.abs(serverMs - nowMs) > CLOCK_TOLERANCE_MS ? serverMs : nowMs;
	return {
		limit: numberFrom(values.get('x-ratelimit-limit')),
		remaining: numberFrom(values.get('x-ratelimit-remaining')),
		resetMs: resetFrom(numberFrom(values.get('x-ratelimit-reset')), serverNowMs),
		retryAfterMs: retryAfterFrom(values.get('retry-after'), serverNowMs),
	};
}

function resetFrom(value: number | undefined, nowMs: number): number | undefined {
	if (value === undefined) return undefined;
	if (value < EPOCH_SECONDS_FROM) return value * 1000;
	return Math.max(0, (value < EPOCH_MS_FROM ? value * 1000 : value) - nowMs);
}

function retryAfterFrom(value: unknown, nowMs: number): number | undefined {
	const seconds = numberFrom(value);
	if (seconds !== undefined) return seconds * 1000;
	const waitMs = dateFrom(value) - nowMs;
	return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

function dateFrom(value: unknown): number {
	return typeof value === 'string' ? Date.parse(value) : NaN;
}

/** Envoy can append the limits that apply, as in `10, 10;w=1`: the first number counts. */
function numberFrom(value: unknown): number | undefined {
	const first = typeof value === 'string' ? /^\s*(\d+(\.\d+)?)\s*(, |;|$)/.exec(value)?.[1] : value;
	const number = typeof first === 'string' || typeof first === 'number' ? Number(first) : NaN;
	return number >= 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}
