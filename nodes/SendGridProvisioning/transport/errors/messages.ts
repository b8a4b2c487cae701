import type { InDoubt, Subject } from '../callTraits';
import { messageForLost, messageForUnsent } from './networkMessages';
import { quoted } from './quoted';
import { LATER_HINT, PROXY_HINT, hintsFor, pointsToKey, pointsToPermission } from './hints';
import { isSuccess, saysUnknown } from './failure';
import type { Failure, SendGridError, StatusFailure } from './failure';
import type { Words } from './networkMessages';

export type { Words };

/** What is known about a call that failed. */
interface Failed {
	call: SendGridError['call'];
	/** The customer of the item. */
	subject: Subject | undefined;
}

/** The words for a call that failed: one map by what SendGrid or the network said, for all operations. */
export function wordsFor(failure: Failure, failed: Failed): Words {
	switch (failure.kind) {
		case 'status':
			return wordsForStatus(failure, failed);
		case 'shape':
			return wordsForShape(failure);
		case 'unsent':
			return messageForUnsent(failure);
		case 'lost':
			return messageForLost(failure.code);
		case 'wait':
			return {
				message: waitOf(failure),
				description: 'Run the item again later, or raise Max Wait under Options.',
			};
		case 'cancelled':
			return {
				message: 'The execution was stopped',
				description: 'Run it again when you are ready.',
			};
	}
}

/** What to say of a write that SendGrid may have applied; undefined for a read. */
export function doubtAfter(call: SendGridError['call']): InDoubt | undefined {
	if (call === undefined || call.method === 'GET') return undefined;
	if (call.inDoubt !== undefined) return call.inDoubt;
	return {
		may: 'the change may have been applied',
		next: call.repeatable
			? 'Run the item again: this is safe.'
			: 'Look in SendGrid first: running the item again would do it a second time.',
	};
}

function wordsForStatus(failure: StatusFailure, failed: Failed): Words {
	const { status, answer, location } = failure;
	const said = quoted(answer);
	if (location !== undefined) {
		return {
			message: `Status ${status} came back, a redirect to ${location}, which isn’t followed`,
			description: `Check the credential’s region or base URL: a sign-in page or a gateway may have answered. ${PROXY_HINT}`,
		};
	}
	if (!answer.isSendGrid) return notSendGrid(failure);
	const unknown = wordsForUnknown(failure, failed);
	if (unknown !== undefined) return unknown;
	if (!isSuccess(status)) return wordsForRefusal(failure, failed);
	return {
		message: `SendGrid answered with status ${status} but reports an error${said}`,
		description:
			'Compare with what SendGrid shows for this customer before you run the item again.',
	};
}

/** SendGrid's 404, and other answers that say that there is no such customer. */
function wordsForUnknown(failure: StatusFailure, { call, subject }: Failed): Words | undefined {
	const said = quoted(failure.answer);
	const who = call?.about ?? subject;
	if (who !== undefined && call?.creates !== true && saysUnknown(failure)) {
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
			: ` If the base URL is right: ${lower(spellingHint(who.noun))}`;
	return {
		message: `SendGrid found nothing at this address${said}`,
		description: `Check the credential’s region or base URL: a wrong address is answered like this.${unlessUrl}`,
	};
}

/** The hint for a customer that SendGrid can't find. */
export function spellingHint(noun: string): string {
	return `Check the spelling of the ${noun}, and that it belongs to the SendGrid account of the credential.`;
}

function wordsForRefusal({ status, answer }: StatusFailure, { call }: Failed): Words {
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
function notSendGrid({ status, answer }: Pick<StatusFailure, 'status' | 'answer'>): Words {
	const what = `status ${status}, ${answer.form}${quoted(answer)}`;
	if (status >= 500 || status === 408) {
		return {
			message: `SendGrid, or a proxy or gateway in front of it, failed (${what})`,
			description: `Try again later. If it lasts: ${lower(PROXY_HINT)}`,
		};
	}
	// Some of SendGrid's older services answer with a bare message, too.
	const verb = answer.entries.length > 0 ? 'seems to have answered' : 'answered';
	return {
		message: `A proxy, firewall, or gateway ${verb} instead of SendGrid (${what})`,
		description: PROXY_HINT,
	};
}

function wordsForShape({ status, answer }: Extract<Failure, { kind: 'shape' }>): Words {
	const what = answer === undefined ? `status ${status}` : `status ${status}, ${answer.form}`;
	return {
		message: `The response isn’t what SendGrid documents (${what}${quoted(answer)})`,
		description: `A proxy, firewall, or gateway may have answered instead of SendGrid. ${PROXY_HINT}`,
	};
}

function waitOf({ waitMs, waitedMs = 0, answer }: Extract<Failure, { kind: 'wait' }>): string {
	const waited = Math.floor(waitedMs / 1000);
	const whose =
		answer?.isSendGrid === false ? 'A proxy’s or gateway’s rate limit' : 'SendGrid’s rate limit';
	if (waited === 0) return `${whose} asks to wait ${seconds(waitMs)}, longer than allowed`;
	return `${whose} asks to wait another ${seconds(waitMs)} after ${seconds(waited * 1000)} of waiting, longer than allowed in all`;
}

function seconds(ms: number): string {
	return `${Math.ceil(ms / 1000).toLocaleString('en-US')} s`;
}

function lower(sentence: string): string {
	return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
