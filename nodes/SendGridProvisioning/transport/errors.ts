import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';
import type { Outcome } from '../domain/attempt';
import { Refusal, Unconfirmed } from '../domain/refusal';
import { SendGridError, isInDoubt } from './failure';
import { ranges } from './run';
import { doubtAfter, wordsFor } from './words';
import type { Subject } from './call';

/** A failure in words. */
export interface Explanation {
	/** What happened, and to whom. */
	message: string;
	/** What to do next. */
	description: string;
	/** Whether SendGrid or the network said no, rather than this node before sending. */
	fromApi: boolean;
	httpCode?: number;
	errorId?: string;
	field?: string;
	/** Whom the message names. */
	subject?: Subject;
}

/** Finds the words for whatever stopped an item. */
export function explain(error: unknown, subject?: Subject): Explanation {
	const whom = subject ?? (error instanceof SendGridError ? error.call?.about : undefined);
	const about = whom === undefined ? '' : `${capitalised(whom.noun)} ${whom.value}: `;
	const named = whom === undefined ? {} : { subject: whom };
	if (error instanceof SendGridError) {
		const { failure, call, unclear } = error;
		const words = wordsFor(failure, call, subject);
		const doubt = unclear ? doubtAfter(call) : '';
		const doubted = doubt === '' || words.description.includes(doubt);
		const first = failure.kind === 'status' ? failure.entries[0] : undefined;
		return {
			message: about + words.message,
			description: doubted
				? words.description
				: `${words.description} An earlier try brought no answer: ${doubt}`,
			fromApi: true,
			...('status' in failure && failure.status !== undefined ? { httpCode: failure.status } : {}),
			...(first?.errorId === undefined ? {} : { errorId: first.errorId }),
			...(first?.field === undefined ? {} : { field: first.field }),
			...named,
		};
	}
	if (error instanceof Refusal || error instanceof Unconfirmed) {
		const { message, description } = error;
		const fromApi = error instanceof Unconfirmed;
		return { message: about + message, description, fromApi, ...named };
	}
	// What is left comes from n8n itself, such as an expression that cannot be evaluated.
	const message = error instanceof Error ? error.message : 'The item could not be read';
	const described =
		error instanceof Error && 'description' in error ? error.description : undefined;
	const description = typeof described === 'string' ? described : 'Check the fields of this node.';
	return { message: about + message, description, fromApi: false, ...named };
}

/**
 * Adds which items had gone through when the node stopped, and which may have: they are in SendGrid,
 * but not in the output.
 */
export function withFinished(
	explanation: Explanation,
	results: Array<{ outcome: Outcome<unknown> } | undefined>,
): Explanation {
	if (results.length < 2) return explanation;
	const thoseWhose = (fits: (outcome: Outcome<unknown>) => boolean): number[] =>
		results.flatMap((result, index) =>
			result !== undefined && fits(result.outcome) ? [index] : [],
		);
	const finished = thoseWhose((outcome) => 'value' in outcome);
	const doubtful = thoseWhose(
		(outcome) =>
			'error' in outcome && (isInDoubt(outcome.error) || outcome.error instanceof Unconfirmed),
	);
	const which =
		finished.length === 0
			? ' No item went through.'
			: ` Items that went through, although the node has no output: ${ranges(finished)}.`;
	const perhaps = doubtful.length === 0 ? '' : ` May have been applied: ${ranges(doubtful)}.`;
	return { ...explanation, description: explanation.description + which + perhaps };
}

/** The error that stops the node. */
export function nodeError(
	node: INode,
	{ message, description, fromApi, httpCode }: Explanation,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	const at = itemIndex === undefined ? {} : { itemIndex };
	const error = fromApi
		? new NodeApiError(node, {}, { message, description, httpCode: String(httpCode ?? ''), ...at })
		: new NodeOperationError(node, message, { description, ...at });
	// n8n rewrites messages that contain an error code's name, as "homeaccess" contains EACCES.
	error.message = message;
	error.description = description;
	error.messages = [];
	return error;
}

/**
 * The output of an item that failed in a node that goes on. With an error output the two keys must be
 * all: then n8n itself sends the item there and puts the input item's fields beside them.
 */
export function failedJson(
	node: INode,
	{ message, description, httpCode, errorId, field, subject }: Explanation,
): IDataObject {
	if (node.onError === 'continueErrorOutput') return { error: message, message: description };
	return {
		error: message,
		description,
		...(httpCode === undefined ? {} : { http_code: httpCode }),
		...(errorId === undefined ? {} : { error_id: errorId }),
		...(field === undefined ? {} : { field }),
		...(subject === undefined ? {} : { [subject.key]: subject.value }),
	};
}

function capitalised(noun: string): string {
	return noun.charAt(0).toUpperCase() + noun.slice(1);
}
