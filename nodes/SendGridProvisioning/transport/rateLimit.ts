import type { RateLimitReading } from './rateLimitHeaders';
import { newWindow } from './rateLimitWindow';

/** A request that was let through, to be handed back when it ends. */
export interface Ticket {
	readonly sentAt: number;
	readonly window: number;
}

/** So many requests go out before the first answer of an endpoint, or of a window that is uncertain. */
const FIRST_BURST = 10;
/** A window counts as over this long after its end, and longer where no header tells the end. */
const MARGIN_MS = 25;
const BLIND_MARGIN_MS = 100;
/** Without headers a limit shows only in refusals, so flights grow with the answers so far. */
const ANSWERS_PER_FLIGHT = 10;
/** How long answers are counted together while no limit has shown. */
const UNKNOWN_WINDOW_MS = 60_000;
/** Windows last minutes: a header that says more must not close the gate for good. */
const LONGEST_WINDOW_MS = 3_600_000;

/**
 * Spends the rate limit of one endpoint without running into it. A state machine: times are handed
 * in, as epoch milliseconds. SendGrid counts in windows; the headers of an answer say what remains
 * of one and when it ends, in whole seconds. Three things are made of that:
 *
 * - Requests in flight count as spent, since the last answer may not have known of them.
 * - A new window starts with as many requests as the last one took: other processes take their part.
 * - A window that our own request opened ends whole seconds after that request, up to a second
 *   before the headers' rounding says so. Where this proves wrong, the headers are obeyed.
 *
 * Without headers the gate learns from a 429 what a window takes, and finds its end by single requests.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
export class RateLimitGate {
	private window = newWindow(0, FIRST_BURST);
	private inFlight = 0;
	private answered = 0;
	private usedAt = 0;

	private limit: number | undefined;
	/** Which part of a window is ours, where other processes use the same limit. */
	private share = 1;
	private lengthMs = Infinity;
	private computedEnd: 'untried' | 'right' | 'wrong' = 'untried';
	/** Without headers: what a window takes, and how long it is as soon as that is known. */
	private learned: { budget: number; lengthMs?: number } | undefined;
	/** Without headers: the opening of the window whose end is being searched. */
	private searchFrom: number | undefined;

	/** Milliseconds until a request may go, 0 = now; "answer" = not before one in flight has ended. */
	waitMs(nowMs: number): number | 'answer' {
		this.roll(nowMs);
		if (!this.window.closed && this.capacity() > 0) return 0;
		if (this.window.endsAt === Infinity || (!this.window.closed && this.inFlight > 0))
			return 'answer';
		return Math.max(1, Math.ceil(this.window.endsAt - nowMs));
	}

	/** A request goes out. */
	sent(nowMs: number): Ticket {
		this.roll(nowMs);
		if (this.window.openedAt === undefined) {
			this.window.openedAt = nowMs;
			const lengthMs = this.learned?.lengthMs;
			if (lengthMs !== undefined) this.window.endsAt = nowMs + lengthMs + BLIND_MARGIN_MS;
		}
		this.usedAt = nowMs;
		this.window.sent += 1;
		this.inFlight += 1;
		return { sentAt: nowMs, window: this.window.number };
	}

	/** SendGrid answered it, whatever the status, but 429. */
	wasAnswered(ticket: Ticket, reading: RateLimitReading, nowMs: number): void {
		this.inFlight -= 1;
		this.answered += 1;
		if (ticket.window !== this.window.number || this.window.openedAt === undefined) return;
		this.window.answered += 1;
		if (reading.remaining !== undefined && reading.resetMs !== undefined) {
			this.obey(reading.remaining, reading.resetMs, reading.limit, nowMs);
		} else if (this.searchFrom !== undefined && !this.window.closed) {
			this.endSearch(this.window.openedAt, this.searchFrom);
		} else if (this.learned === undefined && this.window.endsAt === Infinity) {
			this.window.endsAt = this.window.openedAt + UNKNOWN_WINDOW_MS;
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
		if (ticket.window !== this.window.number || this.window.openedAt === undefined) return;
		if (this.window.openedAtComputedEnd && this.window.answered === 0) this.computedEnd = 'wrong';
		const until = asked
			? nowMs + Math.min(waitMs, LONGEST_WINDOW_MS)
			: this.learnFrom(this.window.openedAt, waitMs, nowMs);
		this.window.endsAt = this.window.closed ? Math.max(this.window.endsAt, until) : until;
		this.window.closed = true;
		this.window.endIsComputed = false;
	}

	/** Whether it has nothing to remember. */
	idle(nowMs: number): boolean {
		const until =
			this.window.endsAt === Infinity ? this.usedAt + UNKNOWN_WINDOW_MS : this.window.endsAt;
		return this.inFlight === 0 && nowMs >= until;
	}

	private capacity(): number {
		if (this.window.answered === 0) return this.window.burst - this.window.sent;
		if (this.window.remaining !== undefined)
			return Math.ceil(this.window.remaining * this.share) - this.inFlight;
		if (this.learned !== undefined) return this.learned.budget - this.window.sent;
		return Math.max(FIRST_BURST, this.answered / ANSWERS_PER_FLIGHT) - this.inFlight;
	}

	/** Begins a new window when the present one is over. */
	private roll(nowMs: number): void {
		const { number, endsAt, closed, sent, answered, endIsComputed } = this.window;
		if (nowMs < endsAt) return;
		if (this.learned !== undefined && !closed && sent >= this.learned.budget) {
			// The limit may have been shared when it was learned: try a little more each time.
			this.learned.budget += Math.max(1, Math.round(this.learned.budget / 50));
		}
		if (!closed) this.share = Math.min(1, this.share * 1.25);
		else if (this.limit !== undefined && answered > 0) this.share = answered / this.limit;
		this.window = {
			...newWindow(number + 1, this.nextBurst()),
			openedAtComputedEnd: endIsComputed,
		};
	}

	private nextBurst(): number {
		if (this.searchFrom !== undefined) return 1;
		const more = Math.max(1, Math.ceil(this.window.answered * 1.25));
		const taken = Math.min(more, this.limit ?? Infinity);
		const untried = this.window.endIsComputed && this.computedEnd === 'untried';
		return this.learned !== undefined || untried ? Math.min(taken, FIRST_BURST) : taken;
	}

	/** Takes over what the headers say. */
	private obey(remaining: number, resetMs: number, limit: number | undefined, nowMs: number): void {
		this.learned = undefined;
		this.searchFrom = undefined;
		this.limit = limit;
		if (this.window.closed || this.window.openedAt === undefined) return;
		const fresh = limit !== undefined && remaining + this.window.sent >= limit;
		if (this.window.openedAtComputedEnd && fresh) this.computedEnd = 'right';
		// Answers overtake each other: within a window the lowest count is the newest.
		this.window.remaining = Math.min(this.window.remaining ?? Infinity, remaining);
		const saidEnd = nowMs + Math.min(resetMs, LONGEST_WINDOW_MS) + MARGIN_MS;
		if (saidEnd < this.window.endsAt) {
			this.window.endsAt = saidEnd;
			this.window.endIsComputed = false;
		}
		const weOpenedIt = limit === remaining + 1;
		const seconds = Math.floor((nowMs + resetMs - this.window.openedAt) / 1000);
		// Rounding can make it a second too long, so the shortest one counts.
		const lengthMs = Math.min(this.lengthMs, seconds * 1000);
		// From the answer on, not from the request: SendGrid may have got the request any time between.
		const computedEnd = nowMs + lengthMs + MARGIN_MS;
		if (this.computedEnd === 'wrong' || !weOpenedIt || lengthMs === 0) return;
		if (computedEnd >= this.window.endsAt) return;
		this.lengthMs = lengthMs;
		this.window.endsAt = computedEnd;
		this.window.endIsComputed = true;
	}

	/** What a refusal without headers teaches; gives the time of the next try. */
	private learnFrom(openedAt: number, backoffMs: number, nowMs: number): number {
		if (this.window.answered > 0 && this.searchFrom === undefined) {
			const lengthMs = this.learned?.lengthMs;
			this.learned = {
				budget: this.window.answered,
				...(lengthMs === undefined ? {} : { lengthMs }),
			};
			if (lengthMs !== undefined) return openedAt + lengthMs + BLIND_MARGIN_MS;
			this.searchFrom = openedAt;
		}
		if (this.searchFrom === undefined) return nowMs + backoffMs;
		// Windows last whole seconds. The longer the search, the wider its steps.
		const elapsedSeconds = (nowMs - this.searchFrom) / 1000;
		const nextSecond = Math.max(Math.floor(elapsedSeconds) + 1, Math.floor(elapsedSeconds * 1.25));
		return this.searchFrom + nextSecond * 1000 + BLIND_MARGIN_MS;
	}

	private endSearch(openedAt: number, searchFrom: number): void {
		const lengthMs = Math.max(1, Math.floor((openedAt - searchFrom) / 1000)) * 1000;
		this.learned = { budget: this.learned?.budget ?? 1, lengthMs };
		this.window.endsAt = openedAt + lengthMs + BLIND_MARGIN_MS;
		this.searchFrom = undefined;
	}
}
