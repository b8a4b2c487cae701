import { Refusal } from '../../domain/refusal';
import type { CallTraits } from '../callTraits';
import { isAboutUnknownCustomer } from './answer';
import type { Answer } from './answer';
import { deniesPermission } from './hints';

/** Why a request failed. */
export type Failure =
	/** A response whose status isn't a success, or a success whose body lists errors. */
	| StatusFailure
	/** A success whose body isn't what SendGrid documents. */
	| { kind: 'shape'; status: number; answer?: Answer }
	/**
	 * SendGrid never received the request. `certificate` is set if the server's certificate isn't
	 * trusted, `refusal` if a proxy refused to connect.
	 */
	| {
			kind: 'unsent';
			code: string;
			certificate?: true;
			refusal?: { status: number; answer: Answer };
	  }
	/** The connection broke, or no response came in time: SendGrid may have applied the request. */
	| { kind: 'lost'; code: string }
	/**
	 * The wait for the rate limit is longer than the user allows. `waitedMs` is how long the call has
	 * waited already. Without a status, it wasn't sent this time: other responses showed the wait.
	 */
	| { kind: 'wait'; waitMs: number; waitedMs?: number; status?: 429; answer?: Answer }
	/** The execution was stopped. `sent` is set if the request was under way. */
	| { kind: 'cancelled'; sent?: true };

export interface StatusFailure {
	kind: 'status';
	status: number;
	answer: Answer;
	/** The host that a redirect leads to. */
	location?: string;
}

/** A call whose last attempt failed. `explain` has its text. */
export class SendGridError extends Error {
	override readonly name = 'SendGridError';
	constructor(
		readonly failure: Failure,
		readonly call?: CallTraits,
		/** Whether an earlier attempt may have been applied. */
		readonly earlierInDoubt = false,
		/** Whether it was refused for so long because the subuser may be too new. */
		readonly isTooNew = false,
	) {
		super(failure.kind);
	}
}

/** Whether the execution was stopped before the call could be applied. */
export function wasCancelled(error: unknown): boolean {
	return error instanceof SendGridError && error.failure.kind === 'cancelled' && !isInDoubt(error);
}

/** Whether SendGrid may have applied a request that failed this way. */
export function mayBeApplied(failure: Failure): boolean {
	switch (failure.kind) {
		case 'lost':
		case 'shape':
			return true;
		case 'cancelled':
			return failure.sent === true;
		case 'status':
			// A success that lists errors can be a partial success, as with SendGrid's contact lists.
			if (isSuccess(failure.status)) return !saysCustomerUnknown(failure);
			return failure.status >= 500 || failure.status === 408;
		default:
			return false;
	}
}

/** Whether a call may have changed something although it failed. */
export function isInDoubt(error: unknown): error is SendGridError {
	if (!(error instanceof SendGridError) || error.call?.method === 'GET') return false;
	return error.earlierInDoubt || mayBeApplied(error.failure);
}

/**
 * Whether SendGrid certainly changed nothing: it never got the request, or refused it in its own words.
 * What something else on the way has refused, SendGrid may have applied. A read that failed, or a
 * refusal of this node's, kept the request from being sent.
 */
export function hadNoEffect(error: unknown): boolean {
	if (error instanceof Refusal) return true;
	if (error instanceof SendGridError && error.call?.method === 'GET') return true;
	if (!(error instanceof SendGridError) || error.earlierInDoubt || mayBeApplied(error.failure))
		return false;
	const { failure } = error;
	if (failure.kind !== 'status') return true;
	const isRedirect = failure.status >= 300 && failure.status < 400;
	return failure.answer.isSendGrid && !isRedirect;
}

/** Whether the status alone says that it was done. */
export function isSuccess(status: number): boolean {
	return status >= 200 && status <= 299;
}

/**
 * Whether the response says that there is no such account or subuser. The status doesn't show it:
 * unknown routes return 404, too, and unknown subusers also 400, or 200 with errors.
 * @see https://github.com/sendgrid/docs/issues/1569 the response of an unknown route
 */
export function saysCustomerUnknown({ status, answer }: StatusFailure): boolean {
	// These statuses aren't about the customer, even if the message names a user.
	if (status >= 500 || [401, 403, 429].includes(status)) return false;
	return answer.entries.some(({ message }) => isAboutUnknownCustomer(message));
}

/** Whether SendGrid said that the API key isn't allowed to do this. */
export function wasForbidden(error: unknown): boolean {
	const failure = statusFailureOf(error);
	return failure !== undefined && failure.answer.isSendGrid && deniesPermission(failure);
}

/** Whether SendGrid refused the request for what it asks, rather than for the API key. */
export function wasRefused(error: unknown): boolean {
	const status = statusFailureOf(error)?.status ?? 0;
	return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
}

/** Whether SendGrid itself answered 401, 403, or 404. */
export function wasDenied(error: unknown): boolean {
	const failure = statusFailureOf(error);
	return failure?.answer.isSendGrid === true && [401, 403, 404].includes(failure.status);
}

/** Whether SendGrid refused it until the retries for a new subuser ended. */
export function wasTooNew(error: unknown): boolean {
	return error instanceof SendGridError && error.isTooNew;
}

/** Whether SendGrid said that there is no such account or subuser. */
export function wasUnknown(error: unknown): boolean {
	const failure = statusFailureOf(error);
	return failure !== undefined && saysCustomerUnknown(failure);
}

/** Whether SendGrid answered 404: there is no such customer, or no such route. */
export function wasNotFound(error: unknown): boolean {
	const failure = statusFailureOf(error);
	return failure?.status === 404 && failure.answer.isSendGrid;
}

function statusFailureOf(error: unknown): StatusFailure | undefined {
	if (!(error instanceof SendGridError) || error.failure.kind !== 'status') return undefined;
	return error.failure;
}

/** Whether a call was given up because time was up, or the rate limit's wait was too long. */
export function ranOutOfTime(error: unknown): error is SendGridError {
	if (!(error instanceof SendGridError)) return false;
	return error.failure.kind === 'cancelled' || error.failure.kind === 'wait';
}
