/** The emulator's own time: it ticks like the real one, from any start, and can be moved by hand. */
export interface Clock {
	/** Epoch milliseconds. */
	now(): number;
	/** Moves the clock on; a negative number moves it back. */
	advance(ms: number): void;
	/** Puts the clock back to where it started. */
	reset(): void;
}

/** A clock that shows `start` (epoch milliseconds) now. */
export function createClock(start: number): Clock {
	let base = start - Date.now();
	return {
		now: () => base + Date.now(),
		advance: (ms) => {
			base += ms;
		},
		reset: () => {
			base = start - Date.now();
		},
	};
}

/** RFC 3339 without fractions of a second, the form SendGrid's timestamps have. */
export function timestamp(epochMs: number): string {
	return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
