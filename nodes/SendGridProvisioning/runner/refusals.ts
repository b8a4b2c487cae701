import { Refusal } from '../domain/refusal';
import { hasOnceKey } from '../fields/onceKey';
import { hasExpression } from './parameters';
import type { Parameters } from './parameters';
import type { Operation } from './operation';

/** Why this operation may not run as the node is set. */
export function refusalOf(
	operation: Operation,
	{ rawParam, retryOnFail }: Pick<Parameters, 'rawParam'> & { retryOnFail: boolean },
): Refusal | undefined {
	const isChosen = !['resource', 'operation'].some((name) => hasExpression(rawParam(name)));
	if (operation.irreversible && !isChosen) return choiceRefused(operation);
	const { onceOnly } = operation;
	if (!onceOnly || !retryOnFail) return undefined;
	if (onceOnly === true) return retriesRefused(NEXT_WITHOUT_RETRIES);
	return hasOnceKey(rawParam('onceKey')) ? undefined : retriesRefused(NEXT_WITH_KEY);
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

function retriesRefused(next: string): Refusal {
	return new Refusal('This operation doesn’t run while “Retry On Fail” is on', next);
}
