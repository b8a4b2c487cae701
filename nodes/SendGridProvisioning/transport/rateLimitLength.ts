/** One request takes longer to arrive than another: 10 ms, or a two hundredth of a window. */
const LEAST_SLACK_MS = 10;
const SLACK_OF_LENGTH = 1 / 200;
/** How often that may be doubled, and what each window that began in time takes off again. */
const MOST_SLACK = 8;
const LESS_SLACK = 0.9;
const FIRST_RETRY_MS = 25;
/** After so many refusals in a row the slack was not too small: the length is wrong. */
const MOST_TRIES = 4;
/** A search looks this long after each second; the first one does not know the opening as well. */
const FIRST_SEARCH_MARGIN_MS = 90;
const SEARCH_MARGIN_MS = 20;
const LONGEST_HOLD = 64;

/**
 * How long SendGrid's windows last, in whole seconds from the request that opens one; and so when one
 * ends, to some milliseconds, where headers round up to a second too late. Learned from headers, or
 * without them by single requests, second by second. Times are epoch milliseconds.
 */
export class WindowLength {
	private lengthMs: number | undefined;
	private obeysHeaders = false;
	private slack = 1;
	private tries = 0;
	private lastOpenedAt = 0;
	/** The opening of the window whose end is being searched. */
	private searchFrom: number | undefined;
	/** After how many windows the search is repeated, and how many there were since the last one. */
	private hold = Infinity;
	private windows = 0;

	/** When a window that a request of `openedAt` opened is over; Infinity = unknown. */
	endOf(openedAt: number): number {
		if (this.lengthMs === undefined) return Infinity;
		const slackMs = Math.max(LEAST_SLACK_MS, this.lengthMs * SLACK_OF_LENGTH);
		return openedAt + this.lengthMs + this.slack * slackMs;
	}

	/** SendGrid says that a window which a request of `openedAt` opened ends at `saidEnd`. */
	learn(openedAt: number, saidEnd: number): void {
		this.searchFrom = undefined;
		this.hold = Infinity;
		const lengthMs = Math.floor((saidEnd - openedAt) / 1000) * 1000;
		if (this.obeysHeaders || lengthMs < 1000) return;
		// The time that the request took can make it a second too long, so the shortest one counts.
		this.lengthMs = Math.min(this.lengthMs ?? Infinity, lengthMs);
	}

	/** A window has begun; `byLength`: when the length of the one before said so. */
	begins(openedAt: number, byLength: boolean): void {
		if (byLength && this.tries === 0) this.slack = Math.max(1, this.slack * LESS_SLACK);
		if (this.searchFrom !== undefined) {
			this.found(Math.max(1, Math.floor((openedAt - this.searchFrom) / 1000)) * 1000);
		}
		this.tries = 0;
		this.windows += 1;
		this.lastOpenedAt = openedAt;
	}

	/**
	 * A request was refused when the window should have been over: gives the time of the next try.
	 * After some tries it gives up the length: Infinity where headers tell the end, else it searches.
	 */
	retryAt(nowMs: number, headersTell: boolean): number {
		if (this.tries === 0) this.slack = Math.min(MOST_SLACK, this.slack * 2);
		this.tries += 1;
		if (this.tries < MOST_TRIES) return nowMs + FIRST_RETRY_MS * 2 ** (this.tries - 1);
		this.lengthMs = undefined;
		this.obeysHeaders = headersTell;
		return headersTell ? Infinity : this.searchAt(this.lastOpenedAt, nowMs);
	}

	/** Whether the end of a window is being searched. */
	get searching(): boolean {
		return this.searchFrom !== undefined;
	}

	/** Whether it is time to search the end of a window again: see `found`. */
	get searchIsDue(): boolean {
		return this.windows > this.hold;
	}

	/** Searches the end of the window that a request of `openedAt` opened: gives the next try's time. */
	searchAt(openedAt: number, nowMs: number): number {
		this.searchFrom ??= openedAt;
		const seconds = (nowMs - this.searchFrom) / 1000;
		// The longer the search, the wider its steps; but limits are made for ten seconds, or a minute.
		const wide = Math.max(Math.floor(seconds) + 1, Math.floor(seconds * 1.25));
		const tens = Math.floor(wide / 10) * 10;
		const marginMs = this.lengthMs === undefined ? FIRST_SEARCH_MARGIN_MS : SEARCH_MARGIN_MS;
		return this.searchFrom + (tens > seconds ? tens : wide) * 1000 + marginMs;
	}

	/**
	 * The first refusal may come in a later window than the first request, and then several windows
	 * were measured. So it searches again, from an opening that it knows: at once after the first
	 * search, then more and more seldom.
	 */
	private found(lengthMs: number): void {
		const first = this.lengthMs === undefined;
		const same = !first && (this.lengthMs ?? 0) <= lengthMs;
		this.hold = first ? 0 : same ? Math.min(LONGEST_HOLD, Math.max(1, this.hold * 4)) : 1;
		this.windows = 0;
		this.lengthMs = Math.min(lengthMs, this.lengthMs ?? Infinity);
		this.searchFrom = undefined;
	}
}
