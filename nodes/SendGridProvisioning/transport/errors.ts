import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';
import type { Outcome } from '../domain/attempt';
import { Refusal, Unconfirmed } from '../domain/refusal';
import { SendGridError, isInDoubt, mayBeApplied } from './failure';
import type { Failure } from './failure';
import { ranges } from './run';
import { doubtAfter, wordsFor } from './words';
import type { Words } from './words';
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

function httpCodeOf(failure: Failure): { httpCode?: number } {
	if (failure.kind === 'unsent') {
		return failure.refusal === undefined ? {} : { httpCode: failure.refusal.status };
	}
	return 'status' in failure && failure.status !== undefined ? { httpCode: failure.status } : {};
}

/**
 * Says in the message that a write may have been applied: AI agents and error workflows are given
 * nothing but the message, and decide by it whether to run the item again.
 */
function withDoubt(words: Words, error: SendGridError): Words {
	const { message } = words;
	const description =
		words.code === undefined
			? words.description
			: `${words.description} Error code: ${words.code}.`;
	const doubt = isInDoubt(error) ? doubtAfter(error.call) : undefined;
	if (doubt === undefined) return { message, description };
	const { failure, unclear } = error;
	if (mayBeApplied(failure)) {
		return {
			message: `${message}; ${doubt.may}`,
			description: failure.kind === 'shape' ? `${doubt.next} ${description}` : doubt.next,
		};
	}
	const why = unclear ? 'an earlier attempt got no clear answer, so ' : '';
	return { message: `${message}; ${why}${doubt.may}`, description: `${doubt.next} ${description}` };
}

/**
 * Adds which other items had gone through when the node stopped, and which may have: SendGrid has
 * applied them, but the node has no output for them.
 */
export function withFinished(
	explanation: Explanation,
	results: Array<{ outcome: Outcome<unknown> } | undefined>,
	failedIndex: number,
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
	const others = doubtful.filter((index) => index !== failedIndex);
	const message = [
		explanation.message,
		...(finished.length === 0 ? [] : [`${counted(finished.length)} went through`]),
		...(others.length === 0 ? [] : [`${counted(others.length)} may have been applied`]),
	].join('; ');
	const description = [
		explanation.description,
		finished.length === 0
			? 'No item went through.'
			: `Items that went through, although the node has no output: ${ranges(finished)}.`,
		...(doubtful.length === 0 ? [] : [`May have been applied: ${ranges(doubtful)}.`]),
	].join(' ');
	return { ...explanation, message, description };
}

function counted(others: number): string {
	return `${others.toLocaleString('en-US')} other ${others === 1 ? 'item' : 'items'}`;
}

/**
 * n8n replaces messages with one of these codes in them by advice of its own, as "homeaccess" contains
 * EACCES: in the error's constructor, and again when it wraps the error of an AI agent's tool, unless
 * that is a NodeOperationError.
 */
const ERROR_CODES =
	/ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|ERRADDRINUSE|EADDRNOTAVAIL|ECONNABORTED|EHOSTUNREACH|EAI_AGAIN|ENOENT|EISDIR|ENOTDIR|EACCES|EEXIST|EPERM|GETADDRINFO/i;

/** The error that stops the node. */
export function nodeError(
	node: INode,
	{ message, description, fromApi, httpCode }: Explanation,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	const at = itemIndex === undefined ? {} : { itemIndex };
	const code = String(httpCode ?? '');
	const error =
		fromApi && !ERROR_CODES.test(message)
			? new NodeApiError(node, {}, { message, description, httpCode: code, ...at })
			: Object.assign(
					new NodeOperationError(node, message, { description, ...at }),
					fromApi ? { httpCode: code } : {},
				);
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
