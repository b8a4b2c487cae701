import { sleep } from 'n8n-workflow';

/** The time, and a way to wait. */
export interface Clock {
	/** Epoch milliseconds. */
	now(): number;
	/** Resolves after so many milliseconds. */
	sleep(ms: number): Promise<void>;
}

/**
 * The clock of everything that waits or measures a wait, except the timeout of a request. It is one
 * object so that tests can give it other methods and skip the waits.
 */
export const clock: Readonly<Clock> = { now: () => Date.now(), sleep };
