/** At most `limit` requests per key and endpoint within `windowMs`. */
export interface RateLimit {
	limit: number;
	windowMs: number;
	/** Whether all endpoints of a key share the limit; default false. */
	shared?: boolean;
	/** When windows start; default: the emulator's `rateLimitWindows`. */
	windows?: RateLimitWindows;
	/** Whether X-RateLimit-Limit is a list, as Envoy can send it: `600, 600;w=60`; default false. */
	listed?: boolean;
}

/**
 * When windows start: at multiples of their length since 1970, as SendGrid's seem to, or with the first
 * request after the previous window.
 */
export type RateLimitWindows = 'clock' | 'first-request';

/**
 * The format of X-RateLimit-Reset. SendGrid documents an epoch, parts of the service send a countdown,
 * and some endpoints send no rate limit headers.
 */
export type RateLimitHeaders = 'epoch' | 'countdown' | 'none';

interface Window {
	endsAt: number;
	used: number;
}

/** The limiter's decision about one request. */
export interface RateLimitDecision {
	allowed: boolean;
	headers: Record<string, string>;
}

/**
 * Limits requests in fixed windows. It uses real time, not the emulator's clock, because clients wait in
 * real time.
 * https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
export class RateLimiter {
	private readonly windows = new Map<string, Window>();

	constructor(
		private rate: RateLimit | null,
		private headers: RateLimitHeaders,
		private readonly defaultWindows: RateLimitWindows = 'clock',
	) {}

	/** Changes the limit and, if given, the format of its headers. All windows start over. */
	set(rate: RateLimit | null, headers: RateLimitHeaders = this.headers): void {
		this.rate = rate;
		this.headers = headers;
		this.windows.clear();
	}

	/** Counts a request; `now` is real time, epoch ms. */
	count(key: string, endpoint: string, now: number): RateLimitDecision {
		if (!this.rate) return { allowed: true, headers: {} };
		const group = this.rate.shared ? key : `${key} ${endpoint}`;
		const window = this.windowOf(group, now, this.rate);
		const allowed = window.used < this.rate.limit;
		if (allowed) window.used++;
		return { allowed, headers: this.headersOf(window, now, this.rate) };
	}

	private windowOf(group: string, now: number, rate: RateLimit): Window {
		const open = this.windows.get(group);
		if (open && now < open.endsAt) return open;
		const { windowMs, windows = this.defaultWindows } = rate;
		const startedAt = windows === 'clock' ? now - (now % windowMs) : now;
		const next = { endsAt: startedAt + windowMs, used: 0 };
		this.windows.set(group, next);
		return next;
	}

	private headersOf(window: Window, now: number, rate: RateLimit): Record<string, string> {
		if (this.headers === 'none') return {};
		const resetMs = this.headers === 'epoch' ? window.endsAt : window.endsAt - now;
		const list = rate.listed ? `, ${rate.limit};w=${rate.windowMs / 1000}` : '';
		return {
			'x-ratelimit-limit': `${rate.limit}${list}`,
			'x-ratelimit-remaining': String(rate.limit - window.used),
			'x-ratelimit-reset': String(Math.ceil(resetMs / 1000)),
		};
	}
}
