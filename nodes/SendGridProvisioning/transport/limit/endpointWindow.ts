import type { RateLimit } from './headers';

/** Requests sent before a window's first response; without headers, the first maximum in flight. */
const FIRST_REQUESTS = 10;
/** Without headers, each response raises the maximum in flight by this. */
const GROWTH = { atFirst: 1 / 16, afterRefusal: 1 / 40 };
/** How much of the rest of a window may be in flight if other processes may use the same limit. */
const SHARE = 1 / 3;
/** While a window's first requests have no response, one more is sent this often. */
const PROBE_INTERVAL_MS = 1_000;
/** Requests start about this long after a window's end. Jitter keeps processes apart. */
const DELAY_MS = 50;
/** Ends that differ by less can be the same end, because headers round to whole seconds. */
const ROUNDING_MS = 2_000;
/** SendGrid's windows seem to last at most a minute: a longer backoff would waste much of one. */
const BACKOFF_MS = { first: 1_000, longest: 4_000 };
/** Longer waits are cut to this, so that a wrong header can't block an endpoint for days. */
export const LONGEST_WAIT_MS = 3_600_000;
/** The wait of a request that can't be sent before another one gets its response. */
export const UNTIL_ANSWER = Infinity;

/**
 * The current rate limit window of one endpoint, as SendGrid's responses describe it.
 * - Headers are trusted. Requests in flight count as used. The earliest end counts, unless the first
 *   429 of a window has a Retry-After.
 * - After a window that was used up, one request goes first: its response describes the new window.
 * - A 429 closes the window and halves the maximum in flight.
 * - Without headers, the number in flight grows slowly, and a 429 leads to exponential backoff.
 */
export class EndpointWindow {
	private startedAt = 0;
	private endsAt = Infinity;
	private remaining = Infinity;
	private sentCount = 0;
	private isAnswered = false;
	private isRefused = false;
	/** Whether other processes may be using the limit. */
	private isShared = true;
	private delayMs = DELAY_MS;
	private inFlight = 0;
	private maxInFlight = FIRST_REQUESTS;
	private refusedInARow = 0;
	private wasEverRefused = false;
	private lastSentAt = 0;

	/** @param unansweredLeft requests that may still be sent before the window's first response */
	constructor(
		private readonly random: () => number,
		private unansweredLeft = FIRST_REQUESTS,
	) {}

	/** How many milliseconds the next request must wait, 0 if it may be sent now. */
	waitMs(nowMs: number): number {
		const opensAt = this.endsAt + this.delayMs;
		// If this computer's clock was set back, the window's times are wrong.
		if (nowMs >= opensAt || nowMs < this.lastSentAt - ROUNDING_MS) this.startNext(nowMs);
		else if (this.remaining === 0) return opensAt - nowMs;
		const available = this.isShared ? Math.max(1, this.remaining * SHARE) : this.remaining;
		const isOpen = this.isAnswered
			? this.inFlight + 1 <= Math.min(available, this.maxInFlight)
			: this.unansweredLeft > 0 || nowMs >= this.lastSentAt + PROBE_INTERVAL_MS;
		return isOpen ? 0 : UNTIL_ANSWER;
	}

	sent(nowMs: number): void {
		this.inFlight += 1;
		this.sentCount += 1;
		this.unansweredLeft -= 1;
		this.lastSentAt = nowMs;
	}

	/** SendGrid answered, with any status but 429. */
	answered(sentAt: number, { limit, remaining, resetMs }: RateLimit, nowMs: number): void {
		this.inFlight -= 1;
		this.maxInFlight += this.wasEverRefused ? GROWTH.afterRefusal : GROWTH.atFirst;
		const endsAt = nowMs + Math.min(resetMs ?? -Infinity, LONGEST_WAIT_MS);
		// A request sent just before the end of a window can reach SendGrid in the next one.
		const isCurrent = sentAt >= this.startedAt || endsAt > this.startedAt + ROUNDING_MS;
		if (!isCurrent || this.isRefused) return;
		this.isAnswered = true;
		this.refusedInARow = 0;
		if (remaining === undefined || resetMs === undefined) return;
		if (!this.wasEverRefused) this.maxInFlight = Infinity;
		// Responses overtake each other: the lowest count is the latest. Headers round ends up.
		this.remaining = Math.min(this.remaining, remaining);
		this.endsAt = Math.min(this.endsAt, endsAt);
		this.isShared ||= limit !== undefined && limit - remaining > this.sentCount;
	}

	/** SendGrid answered 429. Returns how many milliseconds to wait, by headers or by backoff. */
	refused(sentAt: number, { retryAfterMs, resetMs }: RateLimit, nowMs: number): number {
		const backoffMs = Math.min(BACKOFF_MS.first * 2 ** this.refusedInARow, BACKOFF_MS.longest);
		// Headers count whole seconds, so 0 can mean that part of a second is left.
		const askedMs = retryAfterMs || resetMs;
		const waitMs = askedMs || Math.round(backoffMs * (0.5 + this.random() / 2));
		const endsAt = nowMs + Math.min(waitMs, LONGEST_WAIT_MS);
		this.inFlight -= 1;
		if (sentAt < this.startedAt) return waitMs;
		if (retryAfterMs && !this.isRefused) this.endsAt = endsAt;
		else if (askedMs || this.remaining > 0) this.endsAt = Math.min(this.endsAt, endsAt);
		if (this.isRefused) return waitMs;
		this.isRefused = true;
		this.remaining = 0;
		this.refusedInARow += 1;
		// If a window's first request is refused, other processes have used it up.
		if (this.sentCount === 1) return waitMs;
		this.wasEverRefused = true;
		this.maxInFlight = Math.max(1, Math.min(this.maxInFlight, this.inFlight + 1) / 2);
		return waitMs;
	}

	/** No response came. SendGrid may have counted the request. */
	lost(sentAt: number): void {
		this.inFlight -= 1;
		if (sentAt >= this.startedAt) this.unansweredLeft += 1;
	}

	private startNext(nowMs: number): void {
		const left = Math.min(this.remaining - this.inFlight, FIRST_REQUESTS);
		this.unansweredLeft = Math.max(1, left);
		// What's in flight may count for this window, too. Nothing is after a window that was used up.
		this.isShared &&= this.remaining > 0;
		this.sentCount = this.inFlight;
		this.startedAt = nowMs;
		this.endsAt = Infinity;
		this.remaining = Infinity;
		this.isAnswered = this.isRefused = false;
		this.delayMs = DELAY_MS * (0.5 + this.random());
	}
}
