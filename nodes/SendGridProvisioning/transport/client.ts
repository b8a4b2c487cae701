import { outcomeOf } from '../domain/outcome';
import { upToDate } from './basis';
import { clock } from './clock';
import { sendOnce } from './http';
import type { Connection } from './connection';
import type { Call } from './call';
import { SendGridError, mayBeApplied } from './errors/failure';
import type { Failure } from './errors/failure';
import type { RateLimit } from './limit/headers';
import { queueOf } from './limit/requestQueue';
import type { Permit } from './limit/requestQueue';
import { pause } from './pause';
import { planRetry } from './retry';

/** How long a call may take. */
export interface TimeLimits {
	/** The longest wait for the response to one request. */
	timeoutMs: number;
	/**
	 * The longest wait for the rate limit: a single wait before the first request, and all waits
	 * since the first response that asked for one. The short backoffs of other retries don't count.
	 */
	maxWaitMs: number;
}

/** Sends calls to SendGrid. */
export interface SendGridApi {
	/**
	 * Sends the call, retries it where that's safe, and returns its result.
	 * @throws SendGridError if the last attempt failed
	 */
	send<Result>(call: Call<Result>): Promise<Result>;
	/**
	 * Like `send`, but returns the error of a call that may have been applied: the caller can then
	 * look in SendGrid.
	 * @throws SendGridError if SendGrid refused the call, or it was never sent
	 */
	trySend<Result>(call: Call<Result>): Promise<TryOutcome<Result>>;
}

/**
 * A call's result, or its error if it may have been applied. `seemsDone` is true if a retry was
 * refused in a way that suggests that an earlier attempt was applied.
 */
export type TryOutcome<Result> = { done: Result } | { inDoubt: SendGridError; seemsDone: boolean };

/** Sends calls with this connection, within these time limits. */
export function apiOf(connection: Connection, timeLimits: TimeLimits): SendGridApi {
	return {
		send: async (call) => {
			const sent = await sendWithRetries(connection, timeLimits, call);
			if ('result' in sent) return sent.result;
			throw new SendGridError(sent.failure, call, sent.earlierInDoubt);
		},
		trySend: async (call) => {
			const sent = await sendWithRetries(connection, timeLimits, call);
			if ('result' in sent) return { done: sent.result };
			const { failure, retries, earlierInDoubt } = sent;
			const isRefusedRetry = failure.kind === 'status' && retries > 0;
			const seemsDone = isRefusedRetry && (call.seemsDone?.(failure, earlierInDoubt) ?? false);
			const error = new SendGridError(failure, call, earlierInDoubt);
			if (seemsDone || mayBeApplied(failure)) return { inDoubt: error, seemsDone };
			throw error;
		},
	};
}

/** Windows open a little later than responses say. */
const DEADLINE_TOLERANCE_MS = 1_000;

/** What has happened to a call so far. Times are in epoch milliseconds. */
interface CallHistory {
	retries: number;
	/** Those that a 429 caused. */
	rateLimitRetries: number;
	/** Its position in the request queue, which it keeps after a 429. */
	queuePosition?: number;
	/** When a response first asked to wait, and when waiting must end. */
	wait?: { startedAt: number; deadline: number };
	/** The latest failure after which the call may have been applied. */
	inDoubt?: Failure;
}

interface FailedSend {
	failure: Failure;
	retries: number;
	earlierInDoubt: boolean;
}

async function sendWithRetries<Result>(
	connection: Connection,
	timeLimits: TimeLimits,
	given: Call<Result>,
): Promise<{ result: Result } | FailedSend> {
	const { observer } = connection;
	let call = given;
	const history: CallHistory = { retries: 0, rateLimitRetries: 0 };
	for (; ; history.retries += 1) {
		const permit = await acquire(connection, timeLimits, call, history);
		if ('failure' in permit) return failedSend(history, call, permit.failure);
		const current = await upToDate(call, permit, history.inDoubt);
		if ('failure' in current) return failedSend(history, call, current.failure);
		if ('result' in current) return current;
		({ call } = current);
		if (history.retries > 0) observer.retried();
		const sent = await outcomeOf(
			async () => await sendOnce(connection, timeLimits.timeoutMs, call),
		);
		if ('error' in sent) {
			permit.lost();
			throw sent.error;
		}
		const { rateLimit, outcome } = sent.value;
		observer.sawLimit(rateLimit);
		if ('result' in outcome) {
			permit.answered(rateLimit);
			return outcome;
		}
		const { failure } = outcome;
		const isRateLimited = failure.kind === 'status' && failure.status === 429;
		const { retryAfterMs } = rateLimit;
		const { repeatable } = call;
		const retries = history.retries - history.rateLimitRetries;
		// SendGrid doesn't apply what it answers with 429, so sending that again is always safe.
		const delayMs = isRateLimited
			? permit.refused(rateLimit)
			: planRetry({ failure, repeatable, retries, retryAfterMs, random: Math.random() });
		if (isRateLimited) {
			history.queuePosition = permit.position;
			history.rateLimitRetries += 1;
		} else release(permit, failure, rateLimit);
		if (delayMs === 'final') return failedSend(history, call, failure);
		if (isRateLimited || retryAfterMs) {
			const now = clock.now();
			history.wait ??= { startedAt: now, deadline: now + timeLimits.maxWaitMs };
			if (now + delayMs > history.wait.deadline) {
				const finalFailure: Failure = isRateLimited
					? { kind: 'wait', waitMs: delayMs, status: 429, answer: failure.answer }
					: failure;
				return failedSend(history, call, finalFailure);
			}
		}
		if (mayBeApplied(failure)) history.inDoubt = failure;
		if (!isRateLimited && !(await pause(connection.shouldStop, delayMs))) {
			return failedSend(history, call, { kind: 'cancelled' });
		}
	}
}

function failedSend<Result>(
	{ retries, wait, inDoubt }: CallHistory,
	{ method }: Call<Result>,
	failure: Failure,
): FailedSend {
	const earlierInDoubt = inDoubt !== undefined;
	// That a write may have been applied matters more than that the execution was stopped.
	if (failure.kind === 'cancelled' && method !== 'GET' && earlierInDoubt) {
		return { failure: inDoubt, retries, earlierInDoubt };
	}
	if (failure.kind !== 'wait' || wait === undefined) return { failure, retries, earlierInDoubt };
	return {
		failure: { ...failure, waitedMs: clock.now() - wait.startedAt },
		retries,
		earlierInDoubt,
	};
}

async function acquire<Result>(
	{ access, fingerprint, observer, shouldStop }: Connection,
	timeLimits: TimeLimits,
	{ method, path }: Call<Result>,
	{ queuePosition: position, wait }: CallHistory,
): Promise<Permit | { failure: Failure }> {
	let hasWaited = false;
	const { maxWaitMs } = timeLimits;
	const deadline = (wait?.deadline ?? Infinity) + DEADLINE_TOLERANCE_MS;
	const permit = await queueOf(access.baseUrl, fingerprint).acquire({
		endpoint: `${method} ${path.template}`,
		mayWaitMs: () => Math.min(maxWaitMs, deadline - clock.now()),
		shouldStop,
		onLimited: () => {
			hasWaited = true;
			observer.waitBegins(clock.now());
		},
		position,
	});
	if (hasWaited) observer.waitEnds(clock.now());
	return permit;
}

/** Tells the request queue how a request failed, unless that was a 429. */
function release(permit: Permit, failure: Failure, rateLimit: RateLimit): void {
	// A gateway's own response has no rate limit headers, and says nothing about SendGrid's limit.
	const isFromGateway =
		failure.kind === 'status' &&
		(failure.status >= 500 || !failure.answer.isSendGrid) &&
		rateLimit.remaining === undefined;
	if ((failure.kind !== 'status' && failure.kind !== 'shape') || isFromGateway) permit.lost();
	else permit.answered(rateLimit);
}
