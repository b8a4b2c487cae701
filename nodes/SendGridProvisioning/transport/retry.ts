import type { Failure } from './failure';

const MAX_REPEATS = 3;
const FIRST_BACKOFF_MS = 500;

/** What is known when a request has failed. */
export interface Attempt {
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
 * Whether a request that failed with anything but a 429 is sent again, and after how many
 * milliseconds. What SendGrid may have done is repeated only if twice is the same as once.
 */
export function planRetry({
	failure,
	repeatable,
	repeats,
	askedMs,
	random,
}: Attempt): number | 'final' {
	if (repeats >= MAX_REPEATS) return 'final';
	if (failure.kind === 'unsent') {
		return isPassing(failure.code) ? backoff(repeats, random) : 'final';
	}
	if (!repeatable) return 'final';
	const mayPass =
		failure.kind === 'lost' ||
		(failure.kind === 'status' && (failure.status >= 500 || failure.status === 408));
	return mayPass ? Math.max(askedMs ?? 0, backoff(repeats, random)) : 'final';
}

/**
 * A certificate or a forbidden character stays what it is; a host may come back. Of codes that also
 * break a connection that stands, only those from before there was one come here, as `unsent`.
 */
function isPassing(code: string): boolean {
	return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/.test(
		code,
	);
}

/** Doubles with each repeat; between half of it and all of it, so that many callers spread out. */
function backoff(repeats: number, random: number): number {
	return Math.round(FIRST_BACKOFF_MS * 2 ** repeats * (0.5 + random / 2));
}
