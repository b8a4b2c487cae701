import { isTransient } from './errors/networkFailure';
import type { Failure } from './errors/failure';

const MAX_RETRIES = 3;
const FIRST_BACKOFF_MS = 500;

/** What is known when a request has failed. */
export interface FailedRequest {
	failure: Failure;
	/** Whether SendGrid ends in the same state if it gets the request twice. */
	repeatable: boolean;
	/** How often this call has been repeated already. */
	retries: number;
	/** How long SendGrid asks to wait, from the answer's headers. */
	retryAfterMs?: number | undefined;
	/** A number from 0 up to 1, for the jitter. */
	random: number;
}

/**
 * Whether a request that failed with anything but a 429 is sent again, and after how many
 * milliseconds. What SendGrid may have done is repeated only if twice is the same as once.
 */
export function planRetry({
	failure,
	repeatable,
	retries,
	retryAfterMs,
	random,
}: FailedRequest): number | 'final' {
	if (retries >= MAX_RETRIES) return 'final';
	if (failure.kind === 'unsent') {
		return isTransientFailure(failure) ? backoff(retries, random) : 'final';
	}
	if (!repeatable) return 'final';
	const mayPass =
		failure.kind === 'lost' ||
		(failure.kind === 'status' && (failure.status >= 500 || failure.status === 408));
	return mayPass ? Math.max(retryAfterMs ?? 0, backoff(retries, random)) : 'final';
}

/** Whether it may go through a little later: a proxy that is busy, but not one that says no. */
function isTransientFailure({ code, refusal }: Extract<Failure, { kind: 'unsent' }>): boolean {
	return refusal === undefined
		? isTransient(code)
		: refusal.status >= 500 || refusal.status === 408;
}

/** Doubles with each repeat; between half of it and all of it, so that many callers spread out. */
function backoff(repeats: number, random: number): number {
	return Math.round(FIRST_BACKOFF_MS * 2 ** repeats * (0.5 + random / 2));
}
