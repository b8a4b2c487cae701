import { PartlyApplied } from '../../domain/partlyApplied';
import { Overwritten, Refusal, Unchecked, Unconfirmed } from '../../domain/refusal';
import { SendGridError, isInDoubt, mayBeApplied, wasCancelled } from './failure';
import type { Failure } from './failure';
import { doubtTextFor, errorTextFor } from './messages';
import type { ErrorText } from './messages';
import { shownNameOf } from '../callTraits';
import type { Subject } from '../callTraits';

/** The text of an error, and what outputs have in addition. */
export interface Explanation {
	/** What happened, and to which customer. */
	message: string;
	/** What to do next. */
	description: string;
	/** Whether SendGrid or the network caused it, rather than this node before sending. */
	fromApi: boolean;
	httpCode?: number;
	errorId?: string;
	field?: string;
	/** The customer that the message names. */
	subject?: Subject;
}

/**
 * Explains an error that stopped an item, or a call without one. `subject` is the item's customer.
 */
export function explain(error: unknown, subject?: Subject): Explanation {
	const customer = subject ?? (error instanceof SendGridError ? error.call?.about : undefined);
	const prefix =
		customer === undefined ? '' : `${capitalized(customer.noun)} ${shownNameOf(customer)}: `;
	const subjectField = customer === undefined ? {} : { subject: customer };
	if (error instanceof SendGridError) {
		const { failure } = error;
		const text = errorTextFor(failure, { call: error.call, subject });
		const { message, description } = error.isTooNew ? withNewness(text) : withDoubt(text, error);
		const first = failure.kind === 'status' ? failure.answer.entries[0] : undefined;
		return {
			message: prefix + message,
			description,
			fromApi: true,
			...httpCodeOf(failure),
			...(first?.errorId === undefined ? {} : { errorId: first.errorId }),
			...(first?.field === undefined ? {} : { field: first.field }),
			...subjectField,
		};
	}
	if (error instanceof PartlyApplied) {
		const why = explain(error.reason, subject);
		return { ...why, message: `${why.message}; before that, this was applied: ${error.applied}` };
	}
	if (error instanceof Unchecked)
		return uncheckedExplanation(explain(error.reason, subject), error);
	if (error instanceof Refusal || error instanceof Unconfirmed || error instanceof Overwritten) {
		const { message, description } = error;
		const fromApi = !(error instanceof Refusal);
		return { message: prefix + message, description, fromApi, ...subjectField };
	}
	// Other errors are n8n's own, such as an expression that can't be evaluated.
	const message = error instanceof Error ? error.message : 'The item could not be read';
	const described =
		error instanceof Error && 'description' in error ? error.description : undefined;
	const description = typeof described === 'string' ? described : 'Check the fields of this node.';
	return { message: prefix + message, description, fromApi: false, ...subjectField };
}

/** `why` explains what kept the node from checking the change. */
function uncheckedExplanation(why: Explanation, { reason }: Unchecked): Explanation {
	const isSafe = 'Run the item again: this is safe.';
	return {
		...why,
		message: `${why.message}; the change was applied, but the node couldn’t check whether another process has overwritten it`,
		description: wasCancelled(reason) ? isSafe : `${isSafe} ${why.description}`,
	};
}

function httpCodeOf(failure: Failure): { httpCode?: number } {
	if (failure.kind === 'unsent') {
		return failure.refusal === undefined ? {} : { httpCode: failure.refusal.status };
	}
	return 'status' in failure && failure.status !== undefined ? { httpCode: failure.status } : {};
}

/**
 * Adds to the message that a write may have been applied, or that nothing was sent: AI agents and
 * error workflows see only the message, and decide by it whether to run the item again.
 */
function withDoubt(text: ErrorText, error: SendGridError): ErrorText {
	const { failure, earlierInDoubt } = error;
	const description =
		text.code === undefined ? text.description : `${text.description} Error code: ${text.code}.`;
	const doubt = isInDoubt(error) ? doubtTextFor(error.call) : undefined;
	const { message } = text;
	if (doubt === undefined) {
		const suffix = failure.kind === 'unsent' ? '; nothing was sent' : '';
		return { message: message + suffix, description };
	}
	if (mayBeApplied(failure)) {
		return {
			message: `${message}; ${doubt.message}`,
			description: failure.kind === 'shape' ? `${doubt.nextStep} ${description}` : doubt.nextStep,
		};
	}
	const reason = earlierInDoubt ? 'an earlier attempt got no clear answer, so ' : '';
	return {
		message: `${message}; ${reason}${doubt.message}`,
		description: `${doubt.nextStep} ${description}`,
	};
}

/** Adds that a new subuser may not be available everywhere yet. */
function withNewness({ message, description }: ErrorText): ErrorText {
	return {
		message: `${message}; the subuser was created less than a minute earlier and may not be available everywhere yet`,
		description: `Run the item again in a minute. If it fails again: ${description}`,
	};
}

function capitalized(noun: string): string {
	return noun.charAt(0).toUpperCase() + noun.slice(1);
}
