import { sleep } from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import { sendOnce } from './http';
import type { Connection } from './connection';
import type { Call } from './call';
import { SendGridError, mayBeApplied } from './errors/failure';
import type { Failure } from './errors/failure';
import type { RateLimit } from './limit/headers';
import { CANCEL_CHECK_MS, queueOf } from './limit/requestQueue';
import type { Permit } from './limit/requestQueue';
import { planRetry } from './retry';

/** How patient a call is. */
export interface TimeLimits {
	/** For one request to be answered. */
	timeoutMs: number;
	/**
	 * For SendGrid's rate limit: from the first answer that asks to wait, in all; and, before a request
	 * is sent, the longest single wait that is known. Other repeats are few, and not counted.
	 */
	maxWaitMs: number;
}

/** Sends calls to SendGrid. */
export interface SendGridApi {
	/**
	 * Sends the call, again where that is safe, and gives what it reads from the answer.
	 * @throws SendGridError when it failed for good
	 */
	send<Result>(call: Call<Result>): Promise<Result>;
	/**
	 * The same for calls after which one has to look: where SendGrid may have carried it out, this is
	 * given, not thrown.
	 * @throws SendGridError where it certainly was not carried out
	 */
	trySend<Result>(call: Call<Result>): Promise<TryOutcome<Result>>;
}

/** What became of a call: done, or unknown; `echo` says that a repeat was refused as done before. */
export type TryOutcome<Result> = { done: Result } | { inDoubt: SendGridError; seemsDone: boolean };

/** An api that is as patient as told. */
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
			const repeated = failure.kind === 'status' && retries > 0;
			const seemsDone = repeated && (call.seemsDone?.(failure, earlierInDoubt) ?? false);
			const error = new SendGridError(failure, call, earlierInDoubt);
			if (seemsDone || mayBeApplied(failure)) return { inDoubt: error, seemsDone };
			throw error;
		},
	};
}

/** What a call has been through. */
interface CallHistory {
	retries: number;
	/** Its place in the request queue, once it was refused. */
	queuePosition?: number;
	/** When an answer first asked to wait, and until when that is patiently done. */
	wait?: { startedAt: number; deadline: number };
	/** A try that may have been carried out without telling. */
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
	call: Call<Result>,
): Promise<{ result: Result } | FailedSend> {
	const { observer } = connection;
	const history: CallHistory = { retries: 0 };
	for (; ; history.retries += 1) {
		const permit = await acquire(connection, timeLimits, call, history.queuePosition);
		if ('failure' in permit) return failedSend(history, call, permit.failure);
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
		const { retries } = history;
		// A 429 was refused, not done, so it may always be sent again.
		const delayMs = isRateLimited
			? permit.refused(rateLimit)
			: planRetry({ failure, repeatable, retries, retryAfterMs, random: Math.random() });
		if (isRateLimited) history.queuePosition = permit.position;
		else release(permit, failure, rateLimit);
		if (delayMs === 'final') return failedSend(history, call, failure);
		if (isRateLimited || retryAfterMs) {
			const now = Date.now();
			history.wait ??= { startedAt: now, deadline: now + timeLimits.maxWaitMs };
			if (now + delayMs > history.wait.deadline) {
				const finalFailure: Failure = isRateLimited
					? { kind: 'wait', waitMs: delayMs, status: 429, answer: failure.answer }
					: failure;
				return failedSend(history, call, finalFailure);
			}
		}
		if (mayBeApplied(failure)) history.inDoubt = failure;
		if (!isRateLimited && !(await pause(connection, delayMs))) {
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
	// That a write may have been done is more to know than that the execution was stopped.
	if (failure.kind === 'cancelled' && method !== 'GET' && earlierInDoubt) {
		return { failure: inDoubt, retries, earlierInDoubt };
	}
	if (failure.kind !== 'wait' || wait === undefined) return { failure, retries, earlierInDoubt };
	return {
		failure: { ...failure, waitedMs: Date.now() - wait.startedAt },
		retries,
		earlierInDoubt,
	};
}

async function acquire<Result>(
	{ access, fingerprint, observer, shouldStop }: Connection,
	{ maxWaitMs }: TimeLimits,
	{ method, path }: Call<Result>,
	position: number | undefined,
): Promise<Permit | { failure: Failure }> {
	let isRateLimited = false;
	const permit = await queueOf(access.baseUrl, fingerprint).acquire({
		endpoint: `${method} ${path.template}`,
		maxWaitMs,
		shouldStop,
		onLimited: () => {
			isRateLimited = true;
			observer.waitBegins(Date.now());
		},
		position,
	});
	if (isRateLimited) observer.waitEnds(Date.now());
	return permit;
}

/** Hands the permit of a failure other than a 429 back. */
function release(permit: Permit, failure: Failure, rateLimit: RateLimit): void {
	// An answer of a gateway's own, without headers, says nothing about SendGrid's window.
	const isFromGateway =
		failure.kind === 'status' &&
		(failure.status >= 500 || !failure.answer.isSendGrid) &&
		rateLimit.remaining === undefined;
	if ((failure.kind !== 'status' && failure.kind !== 'shape') || isFromGateway) permit.lost();
	else permit.answered(rateLimit);
}

/** Waits in slices; false when it should give up. */
async function pause({ shouldStop }: Connection, ms: number): Promise<boolean> {
	const end = Date.now() + ms;
	while (Date.now() < end) {
		if (shouldStop()) return false;
		await sleep(Math.min(end - Date.now(), CANCEL_CHECK_MS));
	}
	return true;
}
