import { shownNameOf } from '../callTraits';
import type { DoubtText, Subject } from '../callTraits';
import { textForLost, textForUnsent } from './networkMessages';
import { quoted } from './quoted';
import { LATER_HINT, PROXY_HINT, hintsFor, pointsToKey, pointsToPermission } from './hints';
import { isSuccess, saysCustomerUnknown } from './failure';
import type { Failure, SendGridError, StatusFailure } from './failure';
import type { ErrorText } from './networkMessages';

export type { ErrorText };

/** The call that failed, and the item's customer. */
interface FailedCall {
	call: SendGridError['call'];
	subject: Subject | undefined;
}

/**
 * The text for a failed call, by what SendGrid or the network returned. All operations share it.
 */
export function errorTextFor(failure: Failure, failed: FailedCall): ErrorText {
	switch (failure.kind) {
		case 'status':
			return textForStatus(failure, failed);
		case 'shape':
			return textForShape(failure);
		case 'unsent':
			return textForUnsent(failure);
		case 'lost':
			return textForLost(failure.code);
		case 'wait':
			return {
				message: messageForWait(failure),
				description: 'Run the item again later, or raise Max Wait under Options.',
			};
		case 'cancelled':
			return {
				message: 'The execution was stopped',
				description: 'Run it again when you are ready.',
			};
	}
}

/** The text about a write that may have been applied; undefined for a read. */
export function doubtTextFor(call: SendGridError['call']): DoubtText | undefined {
	if (call === undefined || call.method === 'GET') return undefined;
	if (call.ifInDoubt !== undefined) return call.ifInDoubt;
	return {
		message: 'the change may have been applied',
		nextStep: call.repeatable
			? 'Run the item again: this is safe.'
			: 'Look in SendGrid first: running the item again would do it a second time.',
	};
}

function textForStatus(failure: StatusFailure, failed: FailedCall): ErrorText {
	const { status, answer, location } = failure;
	const quote = quoted(answer);
	if (location !== undefined) {
		return {
			message: `Status ${status} came back, a redirect to ${location}, which isn’t followed`,
			description: `Check the credential’s region or base URL: a sign-in page or a gateway may have answered. ${PROXY_HINT}`,
		};
	}
	if (!answer.isSendGrid) return textForOtherSender(failure);
	const unknown = textForUnknown(failure, failed);
	if (unknown !== undefined) return unknown;
	if (!isSuccess(status)) return textForRefusal(failure, failed);
	return {
		message: `SendGrid answered with status ${status} but reports an error${quote}`,
		description:
			'Compare with what SendGrid shows for this customer before you run the item again.',
	};
}

/** The text for a 404, and for other responses that say that there is no such customer. */
function textForUnknown(
	failure: StatusFailure,
	{ call, subject }: FailedCall,
): ErrorText | undefined {
	const quote = quoted(failure.answer);
	const customer = call?.about ?? subject;
	const isUnknown = saysCustomerUnknown(failure) || saysThingUnknown(failure, call);
	if (customer !== undefined && call?.creates !== true && isUnknown) {
		const named =
			call?.about === undefined || subject === undefined ? '' : ` ${shownNameOf(customer)}`;
		return {
			message: `SendGrid can’t find this ${customer.noun}${named}${quote}`,
			description: `${searchHint(customer, call)} It may have been deleted.`,
		};
	}
	if (failure.status !== 404) return undefined;
	const unlessUrl =
		customer === undefined || call?.creates === true
			? ''
			: ` If the base URL is right: ${uncapitalized(searchHint(customer, call))}`;
	return {
		message: `SendGrid found nothing at this address${quote}`,
		description: `Check the credential’s region or base URL: a wrong address is answered like this.${unlessUrl}`,
	};
}

/** Whether a 404 is about what the call names, such as an API key, rather than about its address. */
function saysThingUnknown({ status, answer }: StatusFailure, call: FailedCall['call']): boolean {
	if (status !== 404 || call?.about === undefined) return false;
	return answer.entries.some(({ message }) => message !== '' && !UNKNOWN_ROUTE.test(message));
}

/** @see https://github.com/sendgrid/docs/issues/1569 */
const UNKNOWN_ROUTE = /^(resource not found|no such endpoint)/i;

/** The hint for a customer, or something of a subuser, that SendGrid can't find. */
function searchHint(customer: Subject, call: FailedCall['call']): string {
	if (call?.about === undefined || call.onBehalfOf === undefined) return spellingHint(customer);
	return `Check the ID of the ${customer.noun}, and that it belongs to this subuser.`;
}

/** The hint for a customer that SendGrid can't find. */
export function spellingHint({ noun, key }: Pick<Subject, 'noun' | 'key'>): string {
	const name = key === 'username' ? 'username' : `${noun} ID`;
	return `Check the spelling of the ${name}, and that it belongs to the SendGrid account of the credential.`;
}

function textForRefusal({ status, answer }: StatusFailure, { call }: FailedCall): ErrorText {
	const quote = quoted(answer);
	const description = hintsFor({ status, answer }, call);
	if (status === 429) {
		return { message: `SendGrid’s rate limit was reached${quote}`, description: LATER_HINT };
	}
	if (status >= 500 || status === 408) {
		return { message: `SendGrid failed with status ${status}${quote}`, description: LATER_HINT };
	}
	if (status === 401 && pointsToKey(answer)) {
		return { message: `SendGrid doesn’t accept the API key${quote}`, description };
	}
	if (status === 403 && pointsToPermission(answer)) {
		return { message: `The API key isn’t allowed to do this${quote}`, description };
	}
	return { message: `SendGrid refused the request with status ${status}${quote}`, description };
}

/** The text for a response of a proxy or gateway, or of SendGrid without an error message. */
function textForOtherSender({
	status,
	answer,
}: Pick<StatusFailure, 'status' | 'answer'>): ErrorText {
	const details = `status ${status}, ${answer.bodyKind}${quoted(answer)}`;
	if (status >= 500 || status === 408) {
		return {
			message: `SendGrid, or a proxy or gateway in front of it, failed (${details})`,
			description: `Try again later. If it lasts: ${uncapitalized(PROXY_HINT)}`,
		};
	}
	// Some of SendGrid's older services send a bare message, too.
	const verb = answer.entries.length > 0 ? 'seems to have answered' : 'answered';
	return {
		message: `A proxy, firewall, or gateway ${verb} instead of SendGrid (${details})`,
		description: PROXY_HINT,
	};
}

function textForShape({ status, answer }: Extract<Failure, { kind: 'shape' }>): ErrorText {
	const details =
		answer === undefined ? `status ${status}` : `status ${status}, ${answer.bodyKind}`;
	return {
		message: `The response isn’t what SendGrid documents (${details}${quoted(answer)})`,
		description: `A proxy, firewall, or gateway may have answered instead of SendGrid. ${PROXY_HINT}`,
	};
}

function messageForWait({
	waitMs,
	waitedMs = 0,
	answer,
}: Extract<Failure, { kind: 'wait' }>): string {
	const waited = Math.floor(waitedMs / 1000);
	const limitName =
		answer?.isSendGrid === false ? 'A proxy’s or gateway’s rate limit' : 'SendGrid’s rate limit';
	if (waited === 0) return `${limitName} asks to wait ${seconds(waitMs)}, longer than allowed`;
	return `${limitName} asks to wait another ${seconds(waitMs)} after ${seconds(waited * 1000)} of waiting, longer than allowed in total`;
}

function seconds(ms: number): string {
	return `${Math.ceil(ms / 1000).toLocaleString('en-US')} s`;
}

function uncapitalized(sentence: string): string {
	return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
