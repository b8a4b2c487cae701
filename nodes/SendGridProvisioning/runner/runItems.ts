import type { IDataObject } from 'n8n-workflow';
import type { Refusal } from '../domain/refusal';
import { chosen } from '../domain/values';
import { runOptionsFrom } from '../fields/options';
import { apiOf } from '../transport/client';
import type { Connection } from '../transport/connection';
import { outcomeOf, syncOutcomeOf } from '../domain/outcome';
import type { Outcome } from '../domain/outcome';
import type { Subject } from '../transport/callTraits';
import { wasCancelled } from '../transport/errors/failure';
import { MAX_IN_FLIGHT } from '../transport/limit/requestQueue';
import { keyOf, runOnce } from './keyedItem';
import type { KeyedItems } from './keyedItems';
import { runExclusive, runInParallel } from './parallel';
import type { RunReport } from './runReport';
import { cachePerCredential } from './credentialCache';
import { cachedParam } from './parameters';
import type { Parameters } from './parameters';
import { operationOf } from './operation';
import type { Operation, OperationContext, OperationResult, Resource } from './operation';
import { refusalOf } from './refusals';

/** The items of a run, and the settings of the node. */
export interface RunInput extends Parameters {
	resources: Resource[];
	count: number;
	/** Connects with the item's credential. */
	connect: (index: number) => Promise<Connection>;
	/** Whether the other items run even if one fails. */
	continueOnFail: boolean;
	/** Whether n8n runs all items again if the node fails. */
	retryOnFail: boolean;
	/** Whether the execution was stopped. */
	isCancelled: () => boolean;
	report: RunReport;
	/** Runs items that have a key. */
	keyed: KeyedItems;
}

/** The outcome of an item. A failed one has its customer, if that could be read. */
export interface ItemResult {
	subject?: Subject;
	outcome: Outcome<IDataObject[]>;
	/** The item's key, if it's in doubt since this item. */
	doubtfulKey?: string;
}

/** The settings that all items of a run share. */
interface Settings {
	operation: Operation;
	/** Resource and operation, such as `subuserCredit.adjust`. */
	operationName: string;
	/** How many items may run at the same time; Infinity if the node chooses. */
	concurrency: number;
	/** Why no item may run. */
	refusal: Refusal | undefined;
}

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
		const result: ItemResult =
			'error' in read
				? { outcome: read }
				: await runItem(items, settings.value, { index, subject: read.value, param, cacheFor });
		if ('error' in result.outcome && !continueOnFail) {
			// An item that was stopped by another one's failure didn't fail.
			if (report.stopped && wasCancelled(result.outcome.error)) return;
			report.stopped = true;
		}
		results[index] = result;
	};
	// Items that wait for n8n's database leave room for others, unless the user has set the number.
	const itemsAtOnce = (): number =>
		concurrency < Infinity
			? Math.min(concurrency, MAX_IN_FLIGHT)
			: MAX_IN_FLIGHT + Math.min(MAX_IN_FLIGHT, keyed.waiting);
	await runInParallel({
		count,
		concurrency: itemsAtOnce,
		orderKeyOf,
		work,
		shouldStop: () => report.stopped || isCancelled(),
	});
	await keyed.written(isCancelled);
	return results;
}

async function runItem(
	{ connect, retryOnFail, report, rawParam, keyed }: RunInput,
	{ operation, operationName, refusal }: Settings,
	item: {
		index: number;
		subject: Subject | undefined;
		param: OperationContext['param'];
		cacheFor: (connection: Connection) => OperationContext['cached'];
	},
): Promise<ItemResult> {
	const { index, subject, param, cacheFor } = item;
	let doubtfulKey: string | undefined;
	let hasKey = false;
	const outcome = await outcomeOf(async () => {
		if (refusal !== undefined) throw refusal;
		const { timeLimits } = runOptionsFrom(param);
		const key = keyOf(operation, { param, rawParam });
		hasKey = key !== undefined;
		const connection = await connect(index);
		const { access, fingerprint, shouldStop } = connection;
		const context = {
			api: apiOf(connection, timeLimits),
			target: subject?.value ?? '',
			param,
			cached: cacheFor(connection),
		};
		const work = async (): Promise<OperationResult> => {
			if (key === undefined) return await operation.execute(context);
			const keyedItem = { operation, operationName, subject, context, key, shouldStop };
			const { outcome, leavesDoubt } = await runOnce(keyed, keyedItem);
			if (leavesDoubt) doubtfulKey = key;
			if ('error' in outcome) throw outcome.error;
			return outcome.value;
		};
		if (subject === undefined || operation.readOnly) return await work();
		return await runExclusive(
			{ key: `${access.baseUrl} ${fingerprint} ${customerKeyOf(subject)}`, shouldStop },
			work,
		);
	});
	if ('error' in outcome) {
		return {
			outcome,
			...(subject === undefined ? {} : { subject }),
			...(doubtfulKey === undefined ? {} : { doubtfulKey }),
		};
	}
	const { output, effect, cumulative } = outcome.value;
	report.count(effect);
	const { note, retryNote } = operation;
	if (note !== undefined) report.notes.add(note);
	if (retryOnFail && retryNote !== undefined && cumulative && !hasKey) report.notes.add(retryNote);
	return { outcome: { value: asList(output) } };
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
	return { noun, key, value: chosen(param(field.name), field.displayName) };
}

/** SendGrid ignores the case of usernames. For account IDs, ignoring it does no harm. */
function customerKeyOf({ key, value }: Subject): string {
	return `${key} ${value.toLowerCase()}`;
}

function asList(result: IDataObject | IDataObject[]): IDataObject[] {
	return Array.isArray(result) ? result : [result];
}
