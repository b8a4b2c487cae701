import { isTransient } from './errors/networkFailure';
import type { Failure } from './errors/failure';

const MAX_RETRIES = 3;
const FIRST_BACKOFF_MS = 500;

/** A request that failed, and what decides whether to retry it. */
export interface FailedRequest {
	failure: Failure;
	/** Whether sending it twice leaves SendGrid in the same state as sending it once. */
	repeatable: boolean;
	/** How often the call has been retried already. */
	retries: number;
	/** How long the response asks to wait, in milliseconds. */
	retryAfterMs?: number | undefined;
	/** For the jitter, at least 0 and below 1. */
	random: number;
}

/**
 * How many milliseconds to wait before a retry, or `'final'` for none. Not for a 429. A request
 * that SendGrid may have applied is only retried if it's repeatable.
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
	const canPass =
		failure.kind === 'lost' ||
		(failure.kind === 'status' && (failure.status >= 500 || failure.status === 408));
	return canPass ? Math.max(retryAfterMs ?? 0, backoff(retries, random)) : 'final';
}

/**
 * Whether a retry may get through: a proxy that's busy may connect later, one that refuses won't.
 */
function isTransientFailure({ code, refusal }: Extract<Failure, { kind: 'unsent' }>): boolean {
	return refusal === undefined
		? isTransient(code)
		: refusal.status >= 500 || refusal.status === 408;
}

/** Exponential, with jitter between half and all of it, so that many requests spread out. */
function backoff(repeats: number, random: number): number {
	return Math.round(FIRST_BACKOFF_MS * 2 ** repeats * (0.5 + random / 2));
}
