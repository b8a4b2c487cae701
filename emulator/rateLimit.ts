/** At most `limit` requests per key and endpoint within `windowMs`. */
export interface RateLimit {
	limit: number;
	windowMs: number;
	/** Whether all endpoints count together, so that the limit is per key; false unless set. */
	shared?: boolean;
	/** When windows start; as the emulator was started unless set. */
	windows?: RateLimitWindows;
	/** Whether X-RateLimit-Limit is a list, as Envoy can write it: `600, 600;w=60`; false unless set. */
	listed?: boolean;
}

/**
 * When windows start: at multiples of their length since 1970, as SendGrid's seem to, or with the
 * first request after the last window.
 */
export type RateLimitWindows = 'clock' | 'first-request';

/**
 * How X-RateLimit-Reset is written. SendGrid's documentation shows an epoch, parts of the service
 * count down instead, and some endpoints send no such headers at all.
 */
export type RateLimitHeaders = 'epoch' | 'countdown' | 'none';

interface Window {
	endsAt: number;
	used: number;
}

/** What the limiter says about one request. */
export interface Ruling {
	allowed: boolean;
	headers: Record<string, string>;
}

/**
 * Fixed windows. They run on real time, never on the movable clock: a client waits for them in real
 * time.
 * https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
export class RateLimiter {
	private readonly windows = new Map<string, Window>();

	constructor(
		private rate: RateLimit | null,
		private headers: RateLimitHeaders,
		private readonly defaultWindows: RateLimitWindows = 'clock',
	) {}

	/** Changes the limit and, if given, the form of the headers; all windows are forgotten. */
	set(rate: RateLimit | null, headers: RateLimitHeaders = this.headers): void {
		this.rate = rate;
		this.headers = headers;
		this.windows.clear();
	}

	/** Counts a request with this key to this endpoint; `now` is real time, epoch ms. */
	count(key: string, endpoint: string, now: number): Ruling {
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
