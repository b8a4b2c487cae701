import type { ApiErrorEntry } from '../../../../nodes/SendGridProvisioning/transport/errors/answer';
import type { StatusFailure } from '../../../../nodes/SendGridProvisioning/transport/errors/failure';

/** A failure as SendGrid's own answer with this status causes it. */
export function sendGridStatus(status: number, ...entries: ApiErrorEntry[]): StatusFailure {
	const answer = { isSendGrid: true, bodyKind: '', entries, hasErrors: entries.length > 0 };
	return { kind: 'status', status, answer };
}

/** The same as something on the way to SendGrid answers it. */
export function strangersStatus(
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
