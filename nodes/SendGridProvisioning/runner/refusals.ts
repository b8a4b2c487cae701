import { Refusal } from '../domain/refusal';
import { hasOnceKey } from '../fields/onceKey';
import { hasExpression } from './parameters';
import type { Parameters } from './parameters';
import type { Operation, OperationContext } from './operation';

/** The node's settings that can keep items from running. */
type NodeSettings = Pick<Parameters, 'rawParam'> & { retryOnFail: boolean };

/** Why this operation may not run as the node is set. */
export function refusalOf(
	operation: Operation,
	{ rawParam, retryOnFail }: NodeSettings,
): Refusal | undefined {
	const isChosen = !['resource', 'operation'].some((name) => hasExpression(rawParam(name)));
	if (operation.irreversible !== undefined && !isChosen) return choiceRefused(operation);
	const { onceOnly } = operation;
	if (!retryOnFail || onceOnly === undefined || typeof onceOnly === 'function') return undefined;
	if (onceOnly === 'always') return retriesRefused('This operation', NEXT_WITHOUT_RETRIES);
	return hasOnceKey(rawParam('onceKey'))
		? undefined
		: retriesRefused('This operation', NEXT_WITH_KEY);
}

/** Why this item may not run as the node is set, although others of the operation may. */
export function itemRefusalOf(
	{ onceOnly }: Operation,
	{ param, rawParam, retryOnFail }: NodeSettings & Pick<OperationContext, 'param'>,
): Refusal | undefined {
	if (!retryOnFail || typeof onceOnly !== 'function' || !onceOnly(param)) return undefined;
	return hasOnceKey(rawParam('onceKey')) ? undefined : retriesRefused('This change', NEXT_WITH_KEY);
}

function choiceRefused({ option }: Operation): Refusal {
	return new Refusal(
		`“${option.action}” must be chosen by hand, not by an expression`,
		'Choose resource and operation of this node from their lists. An AI agent can fill in other fields, but not decide to delete.',
	);
}

const NEXT_WITHOUT_RETRIES =
	'Turn it off in the settings of this node, which retries whatever is safe to retry: n8n would run all items again, even those that succeeded.';
const NEXT_WITH_KEY =
	'Fill in Run Once per Key, or turn off Retry On Fail in the settings of this node: n8n would run all items again, even those that succeeded.';

function retriesRefused(what: string, next: string): Refusal {
	return new Refusal(`${what} doesn’t run while “Retry On Fail” is on`, next);
}
