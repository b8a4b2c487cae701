import { Refusal } from '../domain/refusal';
import { hasExpression } from './parameters';
import type { Parameters } from './parameters';
import type { Operation, OperationContext } from './operation';

/** Why this operation may not run as the node is set. */
export function refusalOf(
	operation: Operation,
	{ written, retriesOnFail }: Pick<Parameters, 'written'> & { retriesOnFail: boolean },
): Refusal | undefined {
	const isChosen = !['resource', 'operation'].some((name) => hasExpression(written(name)));
	if (operation.irreversible && !isChosen) return choiceRefused(operation);
	if (operation.onceOnly === true && retriesOnFail) return retriesRefused('This operation');
	return undefined;
}

/** Why this item may not run as the node is set, although others of the operation may. */
export function itemRefusalOf(
	{ onceOnly }: Operation,
	{ param, retriesOnFail }: { param: OperationContext['param']; retriesOnFail: boolean },
): Refusal | undefined {
	if (!retriesOnFail || typeof onceOnly !== 'function' || !onceOnly(param)) return undefined;
	return retriesRefused('This change');
}

function choiceRefused({ option }: Operation): Refusal {
	return new Refusal(
		`“${option.action}” must be chosen by hand, not by an expression`,
		'Choose resource and operation of this node from their lists. An AI agent may fill in other fields, but not decide to delete.',
	);
}

function retriesRefused(what: string): Refusal {
	return new Refusal(
		`${what} does not run while “Retry On Fail” is on`,
		'n8n would run all items again, those that went through too. Switch it off in the node’s settings: the node itself repeats what is safe to repeat.',
	);
}
