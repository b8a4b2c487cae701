/** The emulator's time, which runs at normal speed from a chosen start and can be moved. */
export interface Clock {
	/** Epoch milliseconds. */
	now(): number;
	/** Moves the clock forward, or back by a negative number. */
	advance(ms: number): void;
	/** Sets the clock to its start. */
	reset(): void;
}

/** Creates a clock that now shows `start` (epoch milliseconds). */
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

/** Formats a time as SendGrid does: RFC 3339 without fractions of a second. */
export function timestamp(epochMs: number): string {
	return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
