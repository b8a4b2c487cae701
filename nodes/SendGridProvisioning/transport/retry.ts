import { isPassing } from './errors/networkFailure';
import type { Failure } from './errors/failure';

const MAX_REPEATS = 3;
const FIRST_BACKOFF_MS = 500;
const FIRST_RATE_LIMIT_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;
/** Waiters of one window come back spread over this time. */
const SPREAD_MS = 100;

/** What is known when a request has failed. */
export interface FailedRequest {
	failure: Failure;
	/** Whether SendGrid ends in the same state if it gets the request twice. */
	repeatable: boolean;
	/** How often this call has been repeated already. */
	repeats: number;
	/** How long SendGrid asks to wait, from the answer's headers. */
	askedMs?: number | undefined;
	/** A number from 0 up to 1, for the jitter. */
	random: number;
}

/**
 * Whether a failed request is sent again, and after how many milliseconds.
 *
 * A 429 was refused, not done, so it may always be sent again, as often as the user's longest wait
 * allows. Whatever SendGrid may have done is repeated only where twice is the same as once.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
export function planRetry({
	failure,
	repeatable,
	repeats,
	askedMs,
	random,
}: FailedRequest): number | 'final' {
	if (failure.kind === 'status' && failure.status === 429) {
		// Headers count in whole seconds and can say 0 while SendGrid still refuses.
		if (askedMs !== undefined && askedMs > 0) return askedMs + Math.round(random * SPREAD_MS);
		return backoff(FIRST_RATE_LIMIT_BACKOFF_MS, repeats, random);
	}
	if (repeats >= MAX_REPEATS) return 'final';
	if (failure.kind === 'unsent') {
		return mayPassLater(failure) ? backoff(FIRST_BACKOFF_MS, repeats, random) : 'final';
	}
	if (!repeatable) return 'final';
	const mayPass =
		failure.kind === 'lost' ||
		(failure.kind === 'status' && (failure.status >= 500 || failure.status === 408));
	return mayPass ? Math.max(askedMs ?? 0, backoff(FIRST_BACKOFF_MS, repeats, random)) : 'final';
}

/** Whether it may go through a little later: a proxy that is busy, but not one that says no. */
function mayPassLater({ code, refusal }: Extract<Failure, { kind: 'unsent' }>): boolean {
	return refusal === undefined ? isPassing(code) : refusal.status >= 500 || refusal.status === 408;
}

/** Doubles with each repeat; between half of it and all of it, so that many callers spread out. */
function backoff(firstMs: number, repeats: number, random: number): number {
	const fullMs = Math.min(firstMs * 2 ** repeats, LONGEST_BACKOFF_MS);
	return Math.round(fullMs * (0.5 + random / 2));
}
