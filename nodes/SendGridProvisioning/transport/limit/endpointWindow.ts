import type { RateLimit } from './headers';

/** Requests before a window's first answer, and without headers at first the most in flight. */
const FIRST_REQUESTS = 10;
/** Without headers, each answer adds this to the most in flight, before and after the first 429. */
const GROWTH = { atFirst: 1 / 16, afterRefusal: 1 / 40 };
/** The most in flight, as a part of what remains, if other processes may use the same limit. */
const SHARE = 1 / 3;
/** If a window's first requests get no answer, one more is sent every second. */
const PROBE_INTERVAL_MS = 1_000;
/** Requests start about this long after a window has ended. Jitter spreads the processes. */
const DELAY_MS = 50;
/** Ends that differ by less can be one end, because headers round to whole seconds. */
const ROUNDING_MS = 2_000;
/** Windows last a minute at most, as far as is known: a longer backoff would waste much of one. */
const BACKOFF_MS = { first: 1_000, longest: 4_000 };
/** A nonsensical header must not stop an endpoint for days. */
export const LONGEST_WAIT_MS = 3_600_000;
/** The wait of a request that can't be sent before an answer comes. */
export const UNTIL_ANSWER = Infinity;

/**
 * The current rate limit window of one endpoint, as SendGrid's answers describe it.
 * - Headers are trusted. Requests in flight count as spent. Of several ends the earliest counts,
 *   because headers round up to whole seconds.
 * - After a spent window one request goes first, and its answer shows what the new window has.
 * - A 429 closes the window and halves what is in flight.
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

	/** @param unansweredLeft requests that may still be sent before the window's first answer */
	constructor(
		private readonly random: () => number,
		private unansweredLeft = FIRST_REQUESTS,
	) {}

	/** How many milliseconds the next request must wait, 0 if it may be sent now. */
	waitMs(nowMs: number): number {
		const opensAt = this.endsAt + this.delayMs;
		// If this computer's clock was set back, the times of the window are wrong.
		if (nowMs >= opensAt || nowMs < this.lastSentAt - ROUNDING_MS) this.startNext(nowMs);
		else if (this.remaining === 0) return opensAt - nowMs;
		const ours = this.isShared ? Math.max(1, this.remaining * SHARE) : this.remaining;
		const isOpen = this.isAnswered
			? this.inFlight + 1 <= Math.min(ours, this.maxInFlight)
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
		// Answers overtake each other: the lowest count is the latest.
		this.remaining = Math.min(this.remaining, remaining);
		this.endsAt = Math.min(this.endsAt, endsAt);
		this.isShared ||= limit !== undefined && limit - remaining > this.sentCount;
	}

	/** SendGrid answered 429. Returns how long it asks to wait, or else a backoff with jitter. */
	refused(sentAt: number, { retryAfterMs, resetMs }: RateLimit, nowMs: number): number {
		const backoffMs = Math.min(BACKOFF_MS.first * 2 ** this.refusedInARow, BACKOFF_MS.longest);
		// Headers count whole seconds, so 0 can mean that a part of one is left.
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
		// If a window's first request is refused, others have spent it.
		if (this.sentCount === 1) return waitMs;
		this.wasEverRefused = true;
		this.maxInFlight = Math.max(1, Math.min(this.maxInFlight, this.inFlight + 1) / 2);
		return waitMs;
	}

	/** No answer came; SendGrid may or may not have counted the request. */
	lost(sentAt: number): void {
		this.inFlight -= 1;
		if (sentAt >= this.startedAt) this.unansweredLeft += 1;
	}

	private startNext(nowMs: number): void {
		const left = Math.min(this.remaining - this.inFlight, FIRST_REQUESTS);
		this.unansweredLeft = Math.max(1, left);
		// What is in flight may count for this window, too. After a spent one, nothing is.
		this.isShared &&= this.remaining > 0;
		this.sentCount = this.inFlight;
		this.startedAt = nowMs;
		this.endsAt = Infinity;
		this.remaining = Infinity;
		this.isAnswered = this.isRefused = false;
		this.delayMs = DELAY_MS * (0.5 + this.random());
	}
}
