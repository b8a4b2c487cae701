import { Overwritten, Refusal, Unchecked, Unconfirmed } from '../../domain/refusal';
import { SendGridError, isInDoubt, mayBeApplied, wasCancelled } from './failure';
import type { Failure } from './failure';
import { doubtAfter, wordsFor } from './messages';
import type { Words } from './messages';
import type { Subject } from '../callTraits';

/** A failure in words. */
export interface Explanation {
	/** What happened, and to which customer. */
	message: string;
	/** What to do next. */
	description: string;
	/** Whether SendGrid or the network said no, rather than this node before sending. */
	fromApi: boolean;
	httpCode?: number;
	errorId?: string;
	field?: string;
	/** The customer that the message names. */
	subject?: Subject;
}

/** Finds the words for whatever stopped an item. */
export function explain(error: unknown, subject?: Subject): Explanation {
	const customer = subject ?? (error instanceof SendGridError ? error.call?.about : undefined);
	const about = customer === undefined ? '' : `${capitalised(customer.noun)} ${customer.value}: `;
	const named = customer === undefined ? {} : { subject: customer };
	if (error instanceof SendGridError) {
		const { failure } = error;
		const { message, description } = withDoubt(
			wordsFor(failure, { call: error.call, subject }),
			error,
		);
		const first = failure.kind === 'status' ? failure.answer.entries[0] : undefined;
		return {
			message: about + message,
			description,
			fromApi: true,
			...httpCodeOf(failure),
			...(first?.errorId === undefined ? {} : { errorId: first.errorId }),
			...(first?.field === undefined ? {} : { field: first.field }),
			...named,
		};
	}
	if (error instanceof Unchecked)
		return uncheckedExplanation(explain(error.reason, subject), error);
	if (error instanceof Refusal || error instanceof Unconfirmed || error instanceof Overwritten) {
		const { message, description } = error;
		const fromApi = !(error instanceof Refusal);
		return { message: about + message, description, fromApi, ...named };
	}
	// What is left comes from n8n itself, such as an expression that cannot be evaluated.
	const message = error instanceof Error ? error.message : 'The item could not be read';
	const described =
		error instanceof Error && 'description' in error ? error.description : undefined;
	const description = typeof described === 'string' ? described : 'Check the fields of this node.';
	return { message: about + message, description, fromApi: false, ...named };
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
 * Says in the message that a write may have been applied, or that nothing was sent: AI agents and error workflows are given
 * nothing but the message, and decide by it whether to run the item again.
 */
function withDoubt(words: Words, error: SendGridError): Words {
	const { failure, unclear } = error;
	const description =
		words.code === undefined
			? words.description
			: `${words.description} Error code: ${words.code}.`;
	const doubt = isInDoubt(error) ? doubtAfter(error.call) : undefined;
	const { message } = words;
	if (doubt === undefined) {
		const fate = failure.kind === 'unsent' ? '; nothing was sent' : '';
		return { message: message + fate, description };
	}
	if (mayBeApplied(failure)) {
		return {
			message: `${message}; ${doubt.may}`,
			description: failure.kind === 'shape' ? `${doubt.next} ${description}` : doubt.next,
		};
	}
	const why = unclear ? 'an earlier attempt got no clear answer, so ' : '';
	return { message: `${message}; ${why}${doubt.may}`, description: `${doubt.next} ${description}` };
}

function capitalised(noun: string): string {
	return noun.charAt(0).toUpperCase() + noun.slice(1);
}
