import type { ApiErrorEntry } from '../../../../nodes/SendGridProvisioning/transport/errors/answer';
import type { StatusFailure } from '../../../../nodes/SendGridProvisioning/transport/errors/failure';

/** A failure by a response of SendGrid's with this status. */
export function sendGridStatus(status: number, ...entries: ApiErrorEntry[]): StatusFailure {
	const answer = { isSendGrid: true, bodyKind: '', entries, hasErrors: entries.length > 0 };
	return { kind: 'status', status, answer };
}

/** A failure by a proxy's or gateway's response with this status. */
export function otherStatus(
	status: number,
	bodyKind: string,
	...entries: ApiErrorEntry[]
): StatusFailure {
	return {
		kind: 'status',
		status,
		answer: { isSendGrid: false, bodyKind, entries, hasErrors: false },
	};
}
