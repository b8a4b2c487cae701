import { syncOutcomeOf } from '../domain/outcome';
import type { Outcome } from '../domain/outcome';
import { chosen, pickedName } from '../domain/values';
import { runOptionsFrom } from '../fields/options';
import type { Subject } from '../transport/callTraits';
import { wasCancelled } from '../transport/errors/failure';
import { MAX_IN_FLIGHT } from '../transport/limit/requestQueue';
import { cachePerCredential } from './credentialCache';
import { operationOf } from './operation';
import type { Operation, OperationContext } from './operation';
import { runInParallel } from './parallel';
import { cachedParam } from './parameters';
import { refusalOf } from './refusals';
import { customerKeyOf, runItem, wasCutShort } from './runItem';
import type { ItemResult, RunInput, Settings } from './runItem';

/**
 * How many items may wait for n8n to record and confirm their keys: as many as n8n can prepare in that
 * time, so that it doesn't slow the others down. If n8n is killed, their keys are in doubt.
 */
const MAX_WAITING = 4.5 * MAX_IN_FLIGHT;

/**
 * Runs the items in parallel, and writes to the same customer in input order. Without "continue on
 * fail", the first failure stops the others: items that don't finish have no result.
 */
export async function runItems(input: RunInput): Promise<Array<ItemResult | undefined>> {
	const items = { ...input, param: cachedParam(input) };
	const { count, continueOnFail, isCancelled, report, keyed } = items;
	const results = new Array<ItemResult | undefined>(count);
	if (count === 0) return results;
	const settings = syncOutcomeOf(() => settingsOf(items));
	if ('error' in settings) return results.fill({ outcome: settings });

	const { operation, concurrency } = settings.value;
	const cacheFor = cachePerCredential();
	const confirmations: Array<Promise<void>> = [];
	const subjects = new Map<number, Outcome<Subject | undefined>>();
	const orderKeyOf = (index: number): string => {
		const read = syncOutcomeOf(() => subjectOf(operation, (name) => items.param(index, name)));
		subjects.set(index, read);
		const subject = 'value' in read ? read.value : undefined;
		const runsAlone = subject === undefined || operation.readOnly;
		return runsAlone ? `item ${index}` : customerKeyOf(subject);
	};
	const work = async (index: number): Promise<void> => {
		const read = subjects.get(index);
		subjects.delete(index);
		if (read === undefined) return;
		const param = (name: string): unknown => items.param(index, name);
		if ('error' in read) return keep(index, { outcome: read });
		const item = { index, subject: read.value, param, cacheFor };
		const result = await runItem(items, settings.value, item);
		// The next item of the same customer doesn't wait for the confirmation.
		if ('confirmed' in result) confirmations.push(result.confirmed.then((end) => keep(index, end)));
		else keep(index, result);
	};
	const keep = (index: number, result: ItemResult): void => {
		if ('error' in result.outcome && !continueOnFail) {
			const { error } = result.outcome;
			// An item that was stopped by another one's failure didn't fail.
			if (report.stopped && wasCancelled(error)) return;
			report.stopped ||= !wasCutShort(error);
		}
		results[index] = result;
	};
	// Items that wait for n8n's database leave room for others, unless the user has set the number.
	const itemsAtOnce = (): number =>
		concurrency < Infinity
			? Math.min(concurrency, MAX_IN_FLIGHT)
			: MAX_IN_FLIGHT + Math.min(MAX_WAITING, keyed.waiting);
	await runInParallel({
		count,
		concurrency: itemsAtOnce,
		orderKeyOf,
		work,
		shouldStop: () => report.stopped || isCancelled(),
	});
	await Promise.all(confirmations);
	await keyed.written(isCancelled);
	return results;
}

/**
 * Reads the settings from the first item. A concurrency that can't be read fails only that item,
 * when it reads the field again.
 * @throws Refusal if there is no such operation, or n8n's error for an expression
 */
function settingsOf(items: RunInput): Settings {
	const { param, resources } = items;
	const [resource, named] = [param(0, 'resource'), param(0, 'operation')];
	const operation = operationOf(resources, resource, named);
	const operationName = `${String(resource)}.${String(named)}`;
	const read = syncOutcomeOf(() => runOptionsFrom((name) => param(0, name)).concurrency);
	const concurrency = 'value' in read ? read.value : Infinity;
	return { operation, operationName, concurrency, refusal: refusalOf(operation, items) };
}

/** Reads the customer of an item. @throws Refusal, or n8n's error for an expression */
function subjectOf({ target }: Operation, param: OperationContext['param']): Subject | undefined {
	if (target === undefined) return undefined;
	const { field, noun, key } = target;
	const choice = param(field.name);
	const value = chosen(choice, field.displayName);
	return { noun, key, value, ...pickedName(choice, value) };
}
