import { LearnedBudget } from './rateLimitBudget';
import type { RateLimitReading } from './rateLimitHeaders';
import { WindowLength } from './rateLimitLength';
import { endBy, newWindow } from './rateLimitWindow';

/** A request that was let through, to be handed back when it ends. */
export interface Ticket {
	readonly window: number;
}

/** So many requests go out before the first answer of an endpoint. */
const FIRST_BURST = 10;
/** A window's first requests that hang hold the others up no longer than this. */
const PATIENCE_MS = 1_000;
/** How long answers are counted together while no limit has shown. */
const UNKNOWN_WINDOW_MS = 60_000;
/** Windows last minutes: a header that says more must not close the gate for good. */
const LONGEST_WINDOW_MS = 3_600_000;
/** A window counts as over this long after the end that headers tell. */
const MARGIN_MS = 25;
/** What SendGrid asks for is in whole seconds, and those who were refused come back a little spread. */
const ROUNDING_MS = 1_200;

/**
 * Spends the rate limit of one endpoint without running into it. A state machine: times are handed
 * in, as epoch milliseconds. SendGrid counts in windows; the headers of an answer say what remains
 * of one and when it ends, in whole seconds. What is made of that:
 *
 * - Requests in flight count as spent, since the last answer may not have known of them.
 * - After a window that was spent one request goes alone. Its answer tells whether the next window
 *   has begun and what it allows; and since it opened that window, when it ends.
 * - Where other processes use the same limit, as large a part of a window is taken as was ours of
 *   the last one that ran out, and then a little more each time.
 * - Without headers it learns from a 429 what a window takes, and finds its end by single requests.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
export class RateLimitGate {
	private window = newWindow(0, FIRST_BURST);
	private readonly length = new WindowLength();
	private inFlight = 0;
	private answered = 0;
	private usedAt = 0;

	private limit: number | undefined;
	private share = 1;
	/** What a window takes, where no header tells. */
	private learned: LearnedBudget | undefined;

	/** Milliseconds until a request may go, 0 = now; "answer" = not before one in flight has ended. */
	waitMs(nowMs: number): number | 'answer' {
		this.roll(nowMs);
		const { closed, endsAt } = this.window;
		if (!closed && this.capacity(nowMs) > 0) return 0;
		if (endsAt === Infinity || (!closed && this.inFlight > 0)) return 'answer';
		return Math.max(1, Math.ceil(endsAt - nowMs));
	}

	/** A request goes out. */
	sent(nowMs: number): Ticket {
		this.roll(nowMs);
		if (this.window.openedAt === undefined) {
			this.window.openedAt = nowMs;
			if (this.learned && !this.length.searching) {
				endBy(this.window, this.length.endOf(nowMs), true);
			}
		}
		this.usedAt = nowMs;
		this.window.sent += 1;
		this.inFlight += 1;
		if (this.learned && this.length.searchIsDue && this.left() <= 0) {
			this.window.closed = true;
			endBy(this.window, this.length.searchAt(this.window.openedAt, nowMs), false);
		}
		return { window: this.window.number };
	}

	/** SendGrid answered it, whatever the status, but 429. */
	wasAnswered(ticket: Ticket, reading: RateLimitReading, nowMs: number): void {
		this.inFlight -= 1;
		this.answered += 1;
		const { window } = this;
		if (ticket.window !== window.number || window.openedAt === undefined) return;
		window.answered += 1;
		if (window.answered === 1) this.length.begins(window.openedAt, window.opensByLength);
		if (reading.remaining !== undefined && reading.resetMs !== undefined) {
			this.obey(reading.remaining, reading.resetMs, reading.limit, nowMs);
		} else if (window.closed) {
			this.learned?.tookAtLeast(window.answered);
		} else if (window.endsAt === Infinity) {
			if (this.learned) endBy(this.window, this.length.endOf(window.openedAt), true);
			else endBy(window, window.openedAt + UNKNOWN_WINDOW_MS, false);
		}
	}

	/** It brought no answer; SendGrid may or may not have counted it. */
	wasLost(ticket: Ticket): void {
		this.inFlight -= 1;
		if (ticket.window === this.window.number && this.window.answered === 0) this.window.sent -= 1;
	}

	/** SendGrid answered 429. `waitMs` is what it asks for, or a backoff where `asked` is false. */
	wasRefused(ticket: Ticket, waitMs: number, asked: boolean, nowMs: number): void {
		this.inFlight -= 1;
		const { window } = this;
		if (ticket.window !== window.number || window.openedAt === undefined) return;
		const askedUntil = asked ? nowMs + Math.min(waitMs, LONGEST_WINDOW_MS) : Infinity;
		// Whoever is asked to wait for longer did not come early: others have spent the new window.
		const early = !asked || waitMs <= ROUNDING_MS;
		if (early && window.opensByLength && window.answered === 0) this.cameEarly(askedUntil, nowMs);
		else this.ranOut(window.openedAt, askedUntil, nowMs + waitMs, nowMs);
		window.closed = true;
	}

	/** Whether it has nothing to remember. */
	idle(nowMs: number): boolean {
		const { endsAt } = this.window;
		const until = endsAt === Infinity ? this.usedAt + UNKNOWN_WINDOW_MS : endsAt;
		return this.inFlight === 0 && nowMs >= until;
	}

	private capacity(nowMs: number): number {
		const { window, inFlight } = this;
		if (window.answered === 0) {
			const waitedMs = window.openedAt === undefined ? 0 : nowMs - window.openedAt;
			return window.burst + Math.floor(waitedMs / PATIENCE_MS) - window.sent;
		}
		if (window.remaining !== undefined) return this.left() - inFlight;
		// Where nobody tells when a window is over, a single request has to find it out.
		const single = window.endsAt === Infinity && inFlight === 0 ? 1 : 0;
		return Math.max(single, Math.min(this.left(), this.flights() - inFlight));
	}

	/** Requests that the window still takes; with headers, those in flight are among them. */
	private left(): number {
		const { remaining, sent } = this.window;
		if (remaining !== undefined) return Math.ceil(remaining * this.share);
		return this.learned ? this.learned.requests - sent : this.flights();
	}

	/** Without headers: how many may be in flight, so that not too many are refused at once. */
	private flights(): number {
		if (this.learned?.proved) return Infinity;
		return Math.max(FIRST_BURST, this.learned ? this.window.answered : this.answered / 10);
	}

	/** Begins a new window when the present one is over. */
	private roll(nowMs: number): void {
		const { number, endsAt, closed, sent, answered, endsByLength } = this.window;
		if (nowMs < endsAt) return;
		const burst = closed ? 1 : Math.min(this.left(), Math.max(FIRST_BURST, answered * 1.25));
		if (!closed) this.share = Math.min(1, this.share * 1.25);
		else if (this.limit !== undefined && answered > 0) this.share = answered / this.limit;
		if (!closed && this.learned && sent >= this.learned.requests) this.learned.wasSpent();
		const inTime = nowMs - endsAt <= ROUNDING_MS;
		this.window = newWindow(number + 1, Math.max(1, Math.floor(burst)), endsByLength && inTime);
	}

	/** Takes over what the headers say. */
	private obey(remaining: number, resetMs: number, limit: number | undefined, nowMs: number): void {
		const { window } = this;
		this.learned = undefined;
		this.limit = limit;
		if (window.closed || window.openedAt === undefined) return;
		// Answers overtake each other: within a window the lowest count is the newest.
		window.remaining = Math.min(window.remaining ?? Infinity, remaining);
		const saidEnd = nowMs + Math.min(resetMs, LONGEST_WINDOW_MS);
		const weOpenedIt = limit !== undefined && remaining + window.sent >= limit;
		if (weOpenedIt) this.length.learn(window.openedAt, saidEnd);
		const lengthEnd = weOpenedIt ? this.length.endOf(window.openedAt) : Infinity;
		const end = Math.min(lengthEnd, saidEnd + MARGIN_MS);
		if (end < window.endsAt) endBy(this.window, end, end === lengthEnd);
	}

	/** The window before was not over when its length said so. */
	private cameEarly(askedUntil: number, nowMs: number): void {
		if (this.window.closed) return;
		const retryAt = this.length.retryAt(nowMs, askedUntil < Infinity);
		endBy(this.window, Math.min(retryAt, askedUntil), retryAt < askedUntil);
	}

	/** The window is spent, by us or by others. */
	private ranOut(openedAt: number, askedUntil: number, backoffUntil: number, nowMs: number): void {
		const { window } = this;
		const asked = askedUntil < Infinity;
		if (window.remaining === undefined && window.answered > 0 && !window.closed) {
			this.learned ??= new LearnedBudget();
			this.learned.wasExceeded(window.answered);
			if (asked) this.length.learn(openedAt, askedUntil);
			endBy(this.window, this.length.searchIsDue ? Infinity : this.length.endOf(openedAt), true);
		}
		const roundedMs = askedUntil - window.endsAt;
		if (window.endsByLength && (!asked || (roundedMs >= 0 && roundedMs <= ROUNDING_MS))) return;
		const search = !asked && (window.answered > 0 || this.length.searching);
		const until = search
			? this.length.searchAt(openedAt, nowMs)
			: Math.min(askedUntil, backoffUntil);
		endBy(this.window, window.closed ? Math.max(window.endsAt, until) : until, false);
	}
}
