import { outcomeOf } from '../domain/outcome';
import { upToDate } from './basis';
import { clock } from './clock';
import { request } from './http';
import type { Connection } from './connection';
import type { Call } from './call';
import { SendGridError, mayBeApplied } from './errors/failure';
import type { Failure } from './errors/failure';
import type { RateLimit } from './limit/headers';
import { queueOf } from './limit/requestQueue';
import type { Permit } from './limit/requestQueue';
import { pause } from './pause';
import { planRetry } from './retry';

/** How patient a call is. */
export interface Patience {
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
	trySend<Result>(call: Call<Result>): Promise<Tried<Result>>;
}

/** What became of a call: done, or unknown; `echo` says that a repeat was refused as done before. */
export type Tried<Result> = { done: Result } | { unknown: SendGridError; echo: boolean };

/** An api that is as patient as told. */
export function apiOf(connection: Connection, patience: Patience): SendGridApi {
	return {
		send: async (call) => {
			const sent = await sendPatiently(connection, patience, call);
			if ('result' in sent) return sent.result;
			throw new SendGridError(sent.failure, call, sent.unclear);
		},
		trySend: async (call) => {
			const sent = await sendPatiently(connection, patience, call);
			if ('result' in sent) return { done: sent.result };
			const { failure, repeats, unclear } = sent;
			const repeated = failure.kind === 'status' && repeats > 0;
			const echo = repeated && (call.echo?.(failure, unclear) ?? false);
			const error = new SendGridError(failure, call, unclear);
			if (echo || mayBeApplied(failure)) return { unknown: error, echo };
			throw error;
		},
	};
}

/** What a call has been through. */
interface Course {
	repeats: number;
	/** Its place in the request queue, once it was refused. */
	place?: number;
	/** When an answer first asked to wait, and until when that is patiently done. */
	asked?: { at: number; until: number };
	/** A try that may have been carried out without telling. */
	doubtful?: Failure;
}

interface Failed {
	failure: Failure;
	repeats: number;
	unclear: boolean;
}

async function sendPatiently<Result>(
	connection: Connection,
	patience: Patience,
	given: Call<Result>,
): Promise<{ result: Result } | Failed> {
	const { observer } = connection;
	let call = given;
	const course: Course = { repeats: 0 };
	for (; ; course.repeats += 1) {
		const permit = await acquire(connection, patience, call, course.place);
		if ('failure' in permit) return failedAfter(course, call, permit.failure);
		const current = await upToDate(call, permit, course.doubtful);
		if ('failure' in current) return failedAfter(course, call, current.failure);
		if ('result' in current) return current;
		({ call } = current);
		if (course.repeats > 0) observer.retried();
		const sent = await outcomeOf(async () => await request(connection, patience.timeoutMs, call));
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
		const limited = failure.kind === 'status' && failure.status === 429;
		const { retryAfterMs: askedMs } = rateLimit;
		const { repeatable } = call;
		const { repeats } = course;
		// A 429 was refused, not done, so it may always be sent again.
		const plan = limited
			? permit.refused(rateLimit)
			: planRetry({ failure, repeatable, repeats, askedMs, random: Math.random() });
		if (limited) course.place = permit.place;
		else release(permit, failure, rateLimit);
		if (plan === 'final') return failedAfter(course, call, failure);
		if (limited || askedMs) {
			const now = clock.now();
			course.asked ??= { at: now, until: now + patience.maxWaitMs };
			if (now + plan > course.asked.until) {
				const given: Failure = limited
					? { kind: 'wait', waitMs: plan, status: 429, answer: failure.answer }
					: failure;
				return failedAfter(course, call, given);
			}
		}
		if (mayBeApplied(failure)) course.doubtful = failure;
		if (!limited && !(await pause(connection.abandoned, plan))) {
			return failedAfter(course, call, { kind: 'cancelled' });
		}
	}
}

function failedAfter<Result>(
	{ repeats, asked, doubtful }: Course,
	{ method }: Call<Result>,
	failure: Failure,
): Failed {
	const unclear = doubtful !== undefined;
	// That a write may have been done is more to know than that the execution was stopped.
	if (failure.kind === 'cancelled' && method !== 'GET' && unclear) {
		return { failure: doubtful, repeats, unclear };
	}
	if (failure.kind !== 'wait' || asked === undefined) return { failure, repeats, unclear };
	return { failure: { ...failure, waitedMs: clock.now() - asked.at }, repeats, unclear };
}

async function acquire<Result>(
	{ access, fingerprint, observer, abandoned }: Connection,
	{ maxWaitMs }: Patience,
	{ method, path }: Call<Result>,
	place: number | undefined,
): Promise<Permit | { failure: Failure }> {
	let limited = false;
	const permit = await queueOf(access.baseUrl, fingerprint).acquire({
		endpoint: `${method} ${path.template}`,
		maxWaitMs,
		abandoned,
		onLimited: () => {
			limited = true;
			observer.waitBegins(clock.now());
		},
		place,
	});
	if (limited) observer.waitEnds(clock.now());
	return permit;
}

/** Hands the permit of a failure other than a 429 back. */
function release(permit: Permit, failure: Failure, rateLimit: RateLimit): void {
	// An answer of a gateway's own, without headers, says nothing about SendGrid's window.
	const elsewhere =
		failure.kind === 'status' &&
		(failure.status >= 500 || !failure.answer.isSendGrid) &&
		rateLimit.remaining === undefined;
	if ((failure.kind !== 'status' && failure.kind !== 'shape') || elsewhere) permit.lost();
	else permit.answered(rateLimit);
}
