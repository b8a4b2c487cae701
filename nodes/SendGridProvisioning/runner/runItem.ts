import type { IDataObject } from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import type { Outcome } from '../domain/outcome';
import { PartlyApplied } from '../domain/partlyApplied';
import { Unchecked } from '../domain/refusal';
import type { Refusal } from '../domain/refusal';
import { runOptionsFrom } from '../fields/options';
import { shownNameOf } from '../transport/callTraits';
import type { Subject } from '../transport/callTraits';
import { apiOf } from '../transport/client';
import type { Connection } from '../transport/connection';
import { wasCancelled } from '../transport/errors/failure';
import { apiForSubuser } from '../transport/newSubusers';
import { pause } from '../transport/pause';
import { keyOf, runOnce } from './keyedItem';
import type { KeyedItems } from './keyedItems';
import type { Operation, OperationContext, OperationResult, Resource } from './operation';
import { ownWritesOf } from './ownWrites';
import { runExclusive } from './parallel';
import type { Parameters } from './parameters';
import { itemRefusalOf } from './refusals';
import type { RunReport } from './runReport';

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
	/** What it created, with its ID. */
	created?: string;
	/** The item's key, if it's in doubt since this item. */
	doubtfulKey?: string;
}

/** The settings that all items of a run share. */
export interface Settings {
	operation: Operation;
	/** Resource and operation, such as `subuserCredit.adjust`. */
	operationName: string;
	/** How many items may run at the same time; Infinity if the node chooses. */
	concurrency: number;
	/** Why no item may run. */
	refusal: Refusal | undefined;
}

/** An item that may run now. */
export interface RunnableItem {
	index: number;
	subject: Subject | undefined;
	param: OperationContext['param'];
	cacheFor: (connection: Connection) => OperationContext['cached'];
}

/**
 * Runs one item. If its change is looked at again later, the result comes with that: other writes to
 * the same customer may run in the meantime.
 */
export async function runItem(
	input: RunInput,
	{ operation, operationName, refusal }: Settings,
	{ index, subject, param, cacheFor }: RunnableItem,
): Promise<ItemResult | { confirmed: Promise<ItemResult> }> {
	const { connect, retryOnFail, report, rawParam, keyed } = input;
	let doubtfulKey: string | undefined;
	let hasKey = false;
	let shouldStop = (): boolean => report.stopped;
	const outcome = await outcomeOf(async () => {
		const refused = refusal ?? itemRefusalOf(operation, { param, rawParam, retryOnFail });
		if (refused !== undefined) throw refused;
		const { timeLimits } = runOptionsFrom(param);
		const key = keyOf(operation, { param, rawParam, notes: report.notes });
		hasKey = key !== undefined;
		const connection = await connect(index);
		const { access, fingerprint } = connection;
		({ shouldStop } = connection);
		const customer = subject === undefined ? '' : customerKeyOf(subject);
		const customerKey = `${access.baseUrl} ${fingerprint} ${customer}`;
		const api = apiOf(connection, timeLimits);
		const context = {
			api: subject?.key === 'username' ? apiForSubuser(api, { key: customerKey, shouldStop }) : api,
			target: subject?.value ?? '',
			ownWrites: ownWritesOf(customerKey),
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
		return await runExclusive({ key: customerKey, shouldStop }, work);
	});
	const finished = (end: Outcome<OperationResult>): ItemResult => {
		if ('error' in end) {
			return {
				outcome: end,
				...(subject === undefined ? {} : { subject }),
				...(doubtfulKey === undefined ? {} : { doubtfulKey }),
			};
		}
		const { output, effect, cumulative, reduced, notes = [], created } = end.value;
		const customer = subject && shownNameOf(subject);
		report.count(effect, { customer, reduced, summary: summaryOf(output) });
		const { note, retryNote } = operation;
		if (note !== undefined) report.notes.add(note);
		for (const itemNote of notes) report.notes.add(itemNote);
		if (retryOnFail && retryNote !== undefined && cumulative && !hasKey)
			report.notes.add(retryNote);
		return { outcome: { value: asList(output) }, ...(created === undefined ? {} : { created }) };
	};
	const confirm = 'value' in outcome ? outcome.value.confirm : undefined;
	if (confirm === undefined) return finished(outcome);
	const confirming = outcomeOf(
		async () => await confirm(async (ms) => await pause(shouldStop, ms)),
	);
	return { confirmed: confirming.then((end) => finished('error' in end ? end : outcome)) };
}

/**
 * Whether an item's change was applied, but another item's failure kept it from being completed or
 * checked.
 */
export function wasCutShort(error: unknown): boolean {
	const hasReason = error instanceof Unchecked || error instanceof PartlyApplied;
	return hasReason && wasCancelled(error.reason);
}

/** SendGrid ignores the case of usernames. For account IDs, ignoring it does no harm. */
export function customerKeyOf({ key, value }: Subject): string {
	return `${key} ${value.toLowerCase()}`;
}

function summaryOf(output: OperationResult['output']): string {
	const [first] = asList(output);
	return typeof first?.['summary'] === 'string' ? first['summary'] : '';
}

function asList(result: IDataObject | IDataObject[]): IDataObject[] {
	return Array.isArray(result) ? result : [result];
}
