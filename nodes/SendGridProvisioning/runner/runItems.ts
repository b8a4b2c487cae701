import type { IDataObject } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { chosen } from '../domain/values';
import { runOptionsFrom } from '../fields/options';
import { apiOf } from '../transport/client';
import type { Connection } from '../transport/connection';
import { outcomeOf, syncOutcomeOf } from '../domain/outcome';
import type { Outcome } from '../domain/outcome';
import type { Subject } from '../transport/callTraits';
import { wasCancelled } from '../transport/errors/failure';
import { MAX_IN_FLIGHT } from '../transport/limit/requestQueue';
import { runExclusive, runInParallel } from './parallel';
import type { RunReport } from './runReport';
import { cachePerCredential } from './credentialCache';
import { hasExpression, cachedParam } from './parameters';
import type { Parameters } from './parameters';
import { operationOf } from './operation';
import type { Operation, OperationContext, Resource } from './operation';

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
}

/** The outcome of an item. A failed one has its customer, if that could be read. */
export interface ItemResult {
	subject?: Subject;
	outcome: Outcome<IDataObject[]>;
}

/** The settings that all items of a run share. */
interface Settings {
	operation: Operation;
	/** How many items may run at the same time. */
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
	const { count, continueOnFail, isCancelled, report } = items;
	const results = new Array<ItemResult | undefined>(count);
	if (count === 0) return results;
	const settings = syncOutcomeOf(() => settingsOf(items));
	if ('error' in settings) return results.fill({ outcome: settings });

	const { operation, concurrency, refusal } = settings.value;
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
				: await runItem(items, { index, operation, refusal, subject: read.value, param, cacheFor });
		if ('error' in result.outcome && !continueOnFail) {
			// An item that was stopped by another one's failure didn't fail.
			if (report.stopped && wasCancelled(result.outcome.error)) return;
			report.stopped = true;
		}
		results[index] = result;
	};
	await runInParallel({
		count,
		concurrency,
		orderKeyOf,
		work,
		shouldStop: () => report.stopped || isCancelled(),
	});
	return results;
}

async function runItem(
	{ connect, retryOnFail, report }: RunInput,
	item: {
		index: number;
		operation: Operation;
		refusal: Refusal | undefined;
		subject: Subject | undefined;
		param: OperationContext['param'];
		cacheFor: (connection: Connection) => OperationContext['cached'];
	},
): Promise<ItemResult> {
	const { index, operation, refusal, subject, param, cacheFor } = item;
	const outcome = await outcomeOf(async () => {
		if (refusal !== undefined) throw refusal;
		const { timeLimits } = runOptionsFrom(param);
		const connection = await connect(index);
		const cached = cacheFor(connection);
		const context = {
			api: apiOf(connection, timeLimits),
			target: subject?.value ?? '',
			param,
			cached,
		};
		const work = async () => await operation.execute(context);
		if (subject === undefined || operation.readOnly) return await work();
		const { access, fingerprint, shouldStop } = connection;
		const key = `${access.baseUrl} ${fingerprint} ${customerKeyOf(subject)}`;
		return await runExclusive({ key, shouldStop }, work);
	});
	if ('error' in outcome) return subject === undefined ? { outcome } : { subject, outcome };
	const { output, effect, cumulative } = outcome.value;
	report.count(effect);
	const { note, retryNote } = operation;
	if (note !== undefined) report.notes.add(note);
	if (retryOnFail && retryNote !== undefined && cumulative) report.notes.add(retryNote);
	return { outcome: { value: asList(output) } };
}

/**
 * Reads the settings from the first item. A concurrency that can't be read fails only that item,
 * when it reads the field again.
 * @throws Refusal if there is no such operation, or n8n's error for an expression
 */
function settingsOf(items: RunInput): Settings {
	const { param, resources } = items;
	const operation = operationOf(resources, param(0, 'resource'), param(0, 'operation'));
	const read = syncOutcomeOf(() => runOptionsFrom((name) => param(0, name)).concurrency);
	const concurrency = Math.min('value' in read ? read.value : Infinity, MAX_IN_FLIGHT);
	return { operation, concurrency, refusal: refusalOf(operation, items) };
}

/** Why this operation may not run with the node's settings. */
function refusalOf(operation: Operation, { rawParam, retryOnFail }: RunInput): Refusal | undefined {
	const isExpression = ['resource', 'operation'].some((name) => hasExpression(rawParam(name)));
	if (operation.irreversible && isExpression) return chosenByExpression(operation);
	if (operation.onceOnly && retryOnFail) return retriedOnFail();
	return undefined;
}

/** Reads the customer of an item. @throws Refusal, or n8n's error for an expression */
function subjectOf({ target }: Operation, param: OperationContext['param']): Subject | undefined {
	if (target === undefined) return undefined;
	const { field, noun, key } = target;
	return { noun, key, value: chosen(param(field.name), field.displayName) };
}

function chosenByExpression({ option }: Operation): Refusal {
	return new Refusal(
		`“${option.action}” must be chosen by hand, not by an expression`,
		'Choose resource and operation of this node from their lists. An AI agent can fill in other fields, but not decide to delete.',
	);
}

function retriedOnFail(): Refusal {
	return new Refusal(
		'This operation doesn’t run while “Retry On Fail” is on',
		'Switch it off in the node’s settings: n8n would run all items again, even those that succeeded. The node already retries whatever is safe to retry.',
	);
}

/** SendGrid ignores the case of usernames. For account IDs, ignoring it does no harm. */
function customerKeyOf({ key, value }: Subject): string {
	return `${key} ${value.toLowerCase()}`;
}

function asList(result: IDataObject | IDataObject[]): IDataObject[] {
	return Array.isArray(result) ? result : [result];
}
