import { outcomeOf } from '../domain/outcome';
import { dryRunFrom } from '../fields/dryRun';
import { keyInDoubtFrom, onceKeyFrom } from '../fields/onceKey';
import type { Subject } from '../transport/callTraits';
import type { Explanation } from '../transport/errors/explain';
import { KEY_IN_DOUBT } from '../fields/onceKey';
import { hasExpression } from './parameters';
import type { Parameters } from './parameters';
import type { KeyedItems, KeyedOutcome } from './keyedItems';
import type { Confirm, Operation, OperationContext, OperationResult } from './operation';

/** The key of an item; undefined where it has none, or only checks what it would do. @throws Refusal */
export function keyOf(
	{ onceKey }: Operation,
	item: Pick<OperationContext, 'param'> & Pick<Parameters, 'rawParam'> & { notes: Set<string> },
): string | undefined {
	if (onceKey === undefined) return undefined;
	const { param, rawParam, notes } = item;
	const key = onceKeyFrom(param('onceKey'), hasExpression(rawParam('onceKey')));
	if (key === undefined || !dryRunFrom(param)) return key;
	notes.add(
		'A dry run doesn’t check Run Once per Key. Without Dry Run, an item whose key is done changes nothing.',
	);
	return undefined;
}

/** Runs an item at most once for its key. @throws Refusal */
export async function runOnce(
	keyed: KeyedItems,
	item: {
		operation: Operation;
		operationName: string;
		subject: Subject | undefined;
		context: OperationContext;
		key: string;
		shouldStop: () => boolean;
	},
): Promise<KeyedOutcome<OperationResult>> {
	const { operation, operationName, subject, context, key, shouldStop } = item;
	let confirmed: Promise<boolean> | undefined;
	return await keyed.run<OperationResult>({
		key: { operation: operationName, customer: context.target, key },
		inDoubt: keyInDoubtFrom(context.param),
		api: context.api,
		shouldStop,
		act: async (api) => {
			const result = await operation.execute({ ...context, api });
			if (result.confirm === undefined) return result;
			const observed = observedConfirm(result.confirm);
			({ confirmed } = observed);
			return { ...result, confirm: observed.confirm };
		},
		lasts: async () => (await confirmed) ?? true,
		alreadyDone: async () => {
			const customer = subject === undefined ? {} : { [subject.key]: subject.value };
			const result = {
				summary: 'already done',
				dry_run: false,
				changed: false,
				already_done: true,
			};
			const present = (await operation.onceKey?.present?.(context)) ?? {};
			return { output: { ...customer, ...result, ...present }, effect: 'already done' };
		},
	});
}

/** The same confirmation, and whether it succeeds: once it has been called. */
function observedConfirm(confirm: Confirm): { confirm: Confirm; confirmed: Promise<boolean> } {
	let settle: (isConfirmed: boolean) => void = () => {};
	const confirmed = new Promise<boolean>((resolve) => {
		settle = resolve;
	});
	return {
		confirm: async (wait) => {
			const outcome = await outcomeOf(async () => await confirm(wait));
			settle('value' in outcome);
			if ('error' in outcome) throw outcome.error;
		},
		confirmed,
	};
}

/** Says what the item's key means for running it again, instead of what holds without one. */
export function withKeyInDoubt(explanation: Explanation, key: string | undefined): Explanation {
	if (key === undefined) return explanation;
	const message = `${explanation.message}; its key “${key}” is in doubt now`;
	const description = `Check in SendGrid whether the change was applied. Then run the item again with the option ${KEY_IN_DOUBT} set to Assume Done if it was, or to Send Again if it wasn’t.`;
	return { ...explanation, message, description };
}
