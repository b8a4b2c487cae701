import type { DoubtText, Subject } from '../callTraits';
import { textForLost, textForUnsent } from './networkMessages';
import { quoted } from './quoted';
import { LATER_HINT, PROXY_HINT, hintsFor, pointsToKey, pointsToPermission } from './hints';
import { isSuccess, saysCustomerUnknown } from './failure';
import type { Failure, SendGridError, StatusFailure } from './failure';
import type { ErrorText } from './networkMessages';

export type { ErrorText };

/** What is known about a call that failed. */
interface FailedCall {
	call: SendGridError['call'];
	/** The customer of the item. */
	subject: Subject | undefined;
}

/** The words for a call that failed: one map by what SendGrid or the network said, for all operations. */
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
				description: 'Run the item again later, or raise Max Wait under Batching.',
			};
		case 'cancelled':
			return {
				message: 'The execution was stopped',
				description: 'Run it again when you are ready.',
			};
	}
}

/** What to say of a write that SendGrid may have applied; undefined for a read. */
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
	const said = quoted(answer);
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
		message: `SendGrid answered with status ${status} but reports an error${said}`,
		description:
			'Compare with what SendGrid shows for this customer before you run the item again.',
	};
}

/** SendGrid's 404, and other answers that say that there is no such customer. */
function textForUnknown(
	failure: StatusFailure,
	{ call, subject }: FailedCall,
): ErrorText | undefined {
	const said = quoted(failure.answer);
	const who = call?.about ?? subject;
	if (who !== undefined && call?.creates !== true && saysCustomerUnknown(failure)) {
		const named = call?.about === undefined || subject === undefined ? '' : ` ${who.value}`;
		return {
			message: `SendGrid can’t find this ${who.noun}${named}${said}`,
			description: `${spellingHint(who.noun)} It may have been deleted.`,
		};
	}
	if (failure.status !== 404) return undefined;
	const unlessUrl =
		who === undefined || call?.creates === true
			? ''
			: ` If the base URL is right: ${uncapitalized(spellingHint(who.noun))}`;
	return {
		message: `SendGrid found nothing at this address${said}`,
		description: `Check the credential’s region or base URL: a wrong address is answered like this.${unlessUrl}`,
	};
}

/** The hint for a customer that SendGrid can't find. */
export function spellingHint(noun: string): string {
	return `Check the spelling of the ${noun}, and that it belongs to the SendGrid account of the credential.`;
}

function textForRefusal({ status, answer }: StatusFailure, { call }: FailedCall): ErrorText {
	const said = quoted(answer);
	const description = hintsFor({ status, answer }, call?.needs);
	if (status === 429) {
		return { message: `SendGrid’s rate limit was reached${said}`, description: LATER_HINT };
	}
	if (status >= 500 || status === 408) {
		return { message: `SendGrid failed with status ${status}${said}`, description: LATER_HINT };
	}
	if (status === 401 && pointsToKey(answer)) {
		return { message: `SendGrid doesn’t accept the API key${said}`, description };
	}
	if (status === 403 && pointsToPermission(answer)) {
		return { message: `The API key isn’t allowed to do this${said}`, description };
	}
	return { message: `SendGrid refused the request with status ${status}${said}`, description };
}

/** An answer of something else on the way, or of a server of SendGrid's that gave no reasons. */
function textForOtherSender({
	status,
	answer,
}: Pick<StatusFailure, 'status' | 'answer'>): ErrorText {
	const what = `status ${status}, ${answer.bodyKind}${quoted(answer)}`;
	if (status >= 500 || status === 408) {
		return {
			message: `SendGrid, or a proxy or gateway in front of it, failed (${what})`,
			description: `Try again later. If it lasts: ${uncapitalized(PROXY_HINT)}`,
		};
	}
	// Some of SendGrid's older services answer with a bare message, too.
	const verb = answer.entries.length > 0 ? 'seems to have answered' : 'answered';
	return {
		message: `A proxy, firewall, or gateway ${verb} instead of SendGrid (${what})`,
		description: PROXY_HINT,
	};
}

function textForShape({ status, answer }: Extract<Failure, { kind: 'shape' }>): ErrorText {
	const what = answer === undefined ? `status ${status}` : `status ${status}, ${answer.bodyKind}`;
	return {
		message: `The response isn’t what SendGrid documents (${what}${quoted(answer)})`,
		description: `A proxy, firewall, or gateway may have answered instead of SendGrid. ${PROXY_HINT}`,
	};
}

function messageForWait({
	waitMs,
	waitedMs = 0,
	answer,
}: Extract<Failure, { kind: 'wait' }>): string {
	const waited = Math.floor(waitedMs / 1000);
	const whose =
		answer?.isSendGrid === false ? 'A proxy’s or gateway’s rate limit' : 'SendGrid’s rate limit';
	if (waited === 0) return `${whose} asks to wait ${seconds(waitMs)}, longer than allowed`;
	return `${whose} asks to wait another ${seconds(waitMs)} after ${seconds(waited * 1000)} of waiting, longer than allowed in all`;
}

function seconds(ms: number): string {
	return `${Math.ceil(ms / 1000).toLocaleString('en-US')} s`;
}

function uncapitalized(sentence: string): string {
	return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
