import type { Call } from './call';

/** One entry of SendGrid's error list, in either of its two shapes. */
export interface ApiErrorEntry {
	message: string;
	/** The request field it is about; SendGrid sends null, "" or nothing where there is none. */
	field?: string;
	/** Partner endpoints only, such as 10-40300. */
	errorId?: string;
}

/** Why a request did not succeed. */
export type Failure =
	/** SendGrid answered with a status that is no success; `entries` is empty for an unreadable body. */
	| { kind: 'status'; status: number; entries: ApiErrorEntry[]; location?: string }
	/** SendGrid answered with a success whose body is not what its documentation says. */
	| { kind: 'shape'; status: number }
	/** The request did not leave: refused connection, unknown host, certificate. */
	| { kind: 'unsent'; code: string }
	/** The connection broke, or no answer came in time: SendGrid may have done it. */
	| { kind: 'lost'; code: string }
	/**
	 * The wait that SendGrid asks for is longer than the user allows; `waitedMs` is how long the call has
	 * waited already. Without a status nothing was sent: the wait was known from other answers.
	 */
	| { kind: 'wait'; waitMs: number; waitedMs?: number; status?: 429 }
	/** The execution was stopped; `sent` says that the request was under way then. */
	| { kind: 'cancelled'; sent?: true };

/** A call that failed for good. Carries no text: `errors.ts` finds the words. */
export class SendGridError extends Error {
	override readonly name = 'SendGridError';
	constructor(
		readonly failure: Failure,
		readonly call?: Pick<
			Call<unknown>,
			'method' | 'creates' | 'repeatable' | 'needs' | 'inDoubt' | 'about'
		>,
		/** Whether an earlier try brought no clear answer: SendGrid may have carried that one out. */
		readonly unclear = false,
	) {
		super(failure.kind);
	}
}

/**
 * Reads both error shapes: `{errors:[{message, field, error_id}]}` of partner endpoints and
 * `{errors:[{message, field}]}` of all others. Anything else, an HTML page included, gives an empty list.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses
 */
export function errorEntriesOf(body: unknown): ApiErrorEntry[] {
	const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : [];
	if (!Array.isArray(errors)) return [];
	return errors.flatMap((entry: unknown) => {
		if (typeof entry !== 'object' || entry === null) return [];
		const { message, field, error_id: errorId } = entry as Record<string, unknown>;
		return [
			{
				message: typeof message === 'string' ? message : '',
				...(typeof field === 'string' && field !== '' ? { field } : {}),
				...(typeof errorId === 'string' && errorId !== '' ? { errorId } : {}),
			},
		];
	});
}

/** Node's and OpenSSL's codes for a request of which SendGrid has seen nothing. */
const UNSENT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_.*|ERR_INVALID_CHAR|ERR_INVALID_URL|CERT_.*|.*_CERT_.*|.*_CERT|.*_SIGNATURE)$/;
/** These break connections that stand, too: only the system call tells whether there was one yet. */
const UNSENT_UNTIL_CONNECTED =
	/^(EPROTO|ERR_TLS_.*|ERR_SSL_.*|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/;

/**
 * Tells what became of a request that brought no answer, by the code of its error and the system call
 * that failed. Without a code it counts as lost.
 */
export function networkFailure(code: string | undefined, syscall?: string): Failure {
	if (code === undefined) return { kind: 'lost', code: 'unknown' };
	if (code === 'ERR_CANCELED') return { kind: 'cancelled', sent: true };
	const connecting = syscall === 'connect' || syscall === 'getaddrinfo';
	const unsent = UNSENT.test(code) || (connecting && UNSENT_UNTIL_CONNECTED.test(code));
	return { kind: unsent ? 'unsent' : 'lost', code };
}

/** Whether the execution was stopped before SendGrid could do this. */
export function wasCancelled(error: unknown): boolean {
	return error instanceof SendGridError && error.failure.kind === 'cancelled' && !isInDoubt(error);
}

/** Whether SendGrid may have carried out what failed so. */
export function mayBeDone(failure: Failure): boolean {
	if (failure.kind === 'lost' || failure.kind === 'shape') return true;
	if (failure.kind === 'cancelled') return failure.sent === true;
	return failure.kind === 'status' && (failure.status >= 500 || failure.status === 408);
}

/** Whether SendGrid may have changed something, although the call failed. */
export function isInDoubt(error: unknown): boolean {
	if (!(error instanceof SendGridError) || error.call?.method === 'GET') return false;
	return error.unclear || mayBeDone(error.failure);
}

/** The customer, and nothing of theirs: an "account offering" or a "user limit" is something else. */
const CUSTOMER = String.raw`\b(sub)?(user|account)s?([ _]?(name|id))?\b(?! (offering|package|add-?on|plan|limit|profile|state|status)s?\b)`;
const UNKNOWN = [
	String.raw`\b(no|unknown|invalid)\b.{0,12}${CUSTOMER}`,
	String.raw`${CUSTOMER}.{0,30}\b(not\b.{0,10}\b(found|exist)|unknown)`,
	String.raw`\b(not|cannot|unable)\b.{0,6}\bfind\b.{0,12}${CUSTOMER}`,
].map((words) => new RegExp(words, 'i'));

/**
 * Whether SendGrid says that it knows no such customer: 404, which many endpoints do not declare, or
 * 400 with words to that effect, as for an unknown subuser's credits. A 404 without SendGrid's list of
 * errors may be any gateway's.
 */
export function saysUnknown({
	status,
	entries,
}: {
	status: number;
	entries: ApiErrorEntry[];
}): boolean {
	if (status === 404) return entries.length > 0;
	if (status !== 400) return false;
	return entries.some(({ message }) => UNKNOWN.some((words) => words.test(message)));
}

/** Whether SendGrid said that the API key may not do this. */
export function wasForbidden(error: unknown): boolean {
	if (!(error instanceof SendGridError)) return false;
	return error.failure.kind === 'status' && error.failure.status === 403;
}

/** Whether SendGrid said that it knows no such customer. */
export function wasUnknown(error: unknown): boolean {
	if (!(error instanceof SendGridError)) return false;
	return error.failure.kind === 'status' && saysUnknown(error.failure);
}

/** Whether a call was given up because there was no time left for it, or for the rate limit's wait. */
export function ranOutOfTime(error: unknown): error is SendGridError {
	if (!(error instanceof SendGridError)) return false;
	return error.failure.kind === 'cancelled' || error.failure.kind === 'wait';
}
