import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';
import type { Explanation } from './explain';

/**
 * n8n replaces messages that contain one of these codes with its own advice, even if the code is
 * part of a word, such as EACCES in "homeaccess". It does so in NodeApiError's constructor, and
 * when it wraps the error of an AI agent's tool, unless that's a NodeOperationError.
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
 * The output of a failed item if the node continues on fail. With an error output, it must have
 * only these two keys: then n8n sends the item there, and adds the input item's fields.
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
