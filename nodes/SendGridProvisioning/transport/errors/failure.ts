import type { CallTraits } from '../callTraits';
import { isAboutUnknownCustomer } from './answer';
import type { Answer } from './answer';
import { deniesPermission } from './hints';

/** Why a request did not succeed. */
export type Failure =
	/** An answer with a status that is no success, or a success whose body lists errors. */
	| StatusFailure
	/** A success whose body is not what SendGrid documents. */
	| { kind: 'shape'; status: number; answer?: Answer }
	/**
	 * SendGrid never got the request: it couldn't be connected to. `certificate` says that the
	 * server's certificate isn't trusted, `refusal` what a proxy answered instead of connecting.
	 */
	| {
			kind: 'unsent';
			code: string;
			certificate?: true;
			refusal?: { status: number; answer: Answer };
	  }
	/** The connection broke, or no answer came in time: SendGrid may have done it. */
	| { kind: 'lost'; code: string }
	/**
	 * The wait for the rate limit is longer than the user allows; `waitedMs` is how long the call has
	 * waited already. Without a status nothing was sent: the wait was known from other answers.
	 */
	| { kind: 'wait'; waitMs: number; waitedMs?: number; status?: 429; answer?: Answer }
	/** The execution was stopped; `sent` says that the request was under way then. */
	| { kind: 'cancelled'; sent?: true };

export interface StatusFailure {
	kind: 'status';
	status: number;
	answer: Answer;
	/** Where a redirect leads. */
	location?: string;
}

/** A call that failed for good. Carries no text: `errors.ts` finds the words. */
export class SendGridError extends Error {
	override readonly name = 'SendGridError';
	constructor(
		readonly failure: Failure,
		readonly call?: CallTraits,
		/** Whether an earlier attempt got no clear answer: SendGrid may have applied that one. */
		readonly unclear = false,
	) {
		super(failure.kind);
	}
}

/** Whether the execution was stopped before SendGrid could do this. */
export function wasCancelled(error: unknown): boolean {
	return error instanceof SendGridError && error.failure.kind === 'cancelled' && !isInDoubt(error);
}

/** Whether SendGrid may have applied a call that failed like this. */
export function mayBeApplied(failure: Failure): boolean {
	switch (failure.kind) {
		case 'lost':
		case 'shape':
			return true;
		case 'cancelled':
			return failure.sent === true;
		case 'status':
			// A success that lists errors can be a partial one, as in SendGrid's contact lists.
			if (isSuccess(failure.status)) return !saysUnknown(failure);
			return failure.status >= 500 || failure.status === 408;
		default:
			return false;
	}
}

/** Whether SendGrid may have changed something, although the call failed. */
export function isInDoubt(error: unknown): error is SendGridError {
	if (!(error instanceof SendGridError) || error.call?.method === 'GET') return false;
	return error.unclear || mayBeApplied(error.failure);
}

/**
 * Whether SendGrid certainly changed nothing: it never got the request, or refused it in its own words.
 * What something else on the way has refused, SendGrid may have applied.
 */
export function hadNoEffect(error: unknown): boolean {
	if (!(error instanceof SendGridError) || error.unclear || mayBeApplied(error.failure))
		return false;
	const { failure } = error;
	if (failure.kind !== 'status' || failure.status === 429) return true;
	const isRedirect = failure.status >= 300 && failure.status < 400;
	return failure.answer.isSendGrid && !isRedirect;
}

/** Whether the status alone says that it was done. */
export function isSuccess(status: number): boolean {
	return status >= 200 && status <= 299;
}

/**
 * Whether the answer says that there is no such account or subuser. The status doesn't tell: an
 * unknown route answers 404 too, and unknown subusers are also answered 400, or 200 with errors.
 * @see https://github.com/sendgrid/docs/issues/1569 the answer to an unknown route
 */
export function saysUnknown({ status, answer }: StatusFailure): boolean {
	// A refusal of the key is about the key, whatever user its words name.
	if (status >= 500 || [401, 403, 429].includes(status)) return false;
	return answer.entries.some(({ message }) => isAboutUnknownCustomer(message));
}

/** Whether SendGrid said that the API key isn't allowed to do this. */
export function wasForbidden(error: unknown): boolean {
	const failure = statusFailureOf(error);
	return failure !== undefined && failure.answer.isSendGrid && deniesPermission(failure);
}

/** Whether SendGrid said that there is no such account or subuser. */
export function wasUnknown(error: unknown): boolean {
	const failure = statusFailureOf(error);
	return failure !== undefined && saysUnknown(failure);
}

/** Whether SendGrid answered 404: it found no customer, or no such route. */
export function wasNotFound(error: unknown): boolean {
	const failure = statusFailureOf(error);
	return failure?.status === 404 && failure.answer.isSendGrid;
}

function statusFailureOf(error: unknown): StatusFailure | undefined {
	if (!(error instanceof SendGridError) || error.failure.kind !== 'status') return undefined;
	return error.failure;
}

/** Whether a call was given up because there was no time left for it, or for the rate limit's wait. */
export function ranOutOfTime(error: unknown): error is SendGridError {
	if (!(error instanceof SendGridError)) return false;
	return error.failure.kind === 'cancelled' || error.failure.kind === 'wait';
}
