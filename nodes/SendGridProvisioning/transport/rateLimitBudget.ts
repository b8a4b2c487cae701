const LONGEST_HOLD = 16;

/**
 * How many requests a window takes where no header tells it: as many as were answered before the
 * first refusal. Others may have used the limit then, so it tries a little more now and then, twice
 * as much each time that it gets through, half as often each time that it is refused.
 */
export class LearnedBudget {
	private size = 1;
	private step = 1;
	/** After how many spent windows it tries more, and how many were spent since the last try. */
	private hold = 1;
	private spent = 0;
	private trying = false;
	private windows = 0;

	/** Whether it held in more windows than the first, which may have been several in truth. */
	get proved(): boolean {
		return this.windows > 1;
	}

	/** Requests that a window takes. */
	get requests(): number {
		return this.size;
	}

	/** A window was spent, and nothing refused. */
	wasSpent(): void {
		this.windows += 1;
		if (this.trying) this.hold = 1;
		this.trying = false;
		this.spent += 1;
		if (this.spent < this.hold) return;
		this.spent = 0;
		this.trying = true;
		this.size += this.step;
		this.step *= 2;
	}

	/** A window took `answered` requests and refused the next. */
	wasExceeded(answered: number): void {
		this.windows += 1;
		if (this.trying) this.hold = Math.min(LONGEST_HOLD, this.hold * 2);
		this.trying = false;
		this.spent = 0;
		this.step = 1;
		this.size = answered;
	}

	/** Another answer of the window that was exceeded came in. */
	tookAtLeast(answered: number): void {
		this.size = Math.max(this.size, answered);
	}
}
