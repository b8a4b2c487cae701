import type { IDataObject } from 'n8n-workflow';
import { Unchecked } from '../domain/refusal';
import type { Refusal } from '../domain/refusal';
import { chosen } from '../domain/values';
import { runOptionsFrom } from '../fields/options';
import { apiOf } from '../transport/client';
import type { Connection } from '../transport/connection';
import { outcomeOf, outcomeNow } from '../domain/outcome';
import type { Outcome } from '../domain/outcome';
import type { Subject } from '../transport/callTraits';
import { wasCancelled } from '../transport/errors/failure';
import { CEILING } from '../transport/limit/requestQueue';
import { pause } from '../transport/pause';
import { inTurn, workInLanes } from './parallel';
import type { RunReport } from './runReport';
import { loadedOncePerCredential } from './loadedOnce';
import { ownWritesOf } from './ownWrites';
import { readOnce } from './parameters';
import type { Parameters } from './parameters';
import { operationOf } from './operation';
import type { Operation, OperationContext, OperationResult, Resource } from './operation';
import { itemRefusalOf, refusalOf } from './refusals';

/** The items of a run, and how it treats them. */
export interface Items extends Parameters {
	/** What the node can do. */
	resources: Resource[];
	count: number;
	/** The connection with the item's own credential. */
	connect: (index: number) => Promise<Connection>;
	/** Whether an item that fails leaves the others alone. */
	goOn: boolean;
	/** Whether n8n runs the whole node again when it fails. */
	retriesOnFail: boolean;
	/** Whether somebody has stopped the execution. */
	cancelled: () => boolean;
	report: RunReport;
}

/** What became of an item; if it failed, whom it was about as far as that could be read. */
export interface ItemResult {
	subject?: Subject;
	outcome: Outcome<IDataObject[]>;
}

/** What is the same for all items of a run. */
interface Settings {
	operation: Operation;
	/** How many items are worked on at once. */
	limit: number;
	/** Why no item may be worked on. */
	refusal: Refusal | undefined;
}

/**
 * Runs the items side by side, those of one customer in input order. Unless it goes on, the first
 * failure stops all others: what was not finished then has no result.
 */
export async function runItems(given: Items): Promise<Array<ItemResult | undefined>> {
	const items = { ...given, param: readOnce(given) };
	const { count, goOn, cancelled, report } = items;
	const results = new Array<ItemResult | undefined>(count);
	if (count === 0) return results;
	const settings = outcomeNow(() => settingsOf(items));
	if ('error' in settings) return results.fill({ outcome: settings });

	const { operation, limit, refusal } = settings.value;
	const onceFor = loadedOncePerCredential();
	const subjects = new Map<number, Outcome<Subject | undefined>>();
	const laneOf = (index: number): string => {
		const read = outcomeNow(() => subjectOf(operation, (name) => items.param(index, name)));
		subjects.set(index, read);
		const subject = 'value' in read ? read.value : undefined;
		const runsAlone = subject === undefined || operation.readsOnly;
		return runsAlone ? `item ${index}` : laneOfSubject(subject);
	};
	const work = async (index: number): Promise<void> => {
		const read = subjects.get(index);
		subjects.delete(index);
		if (read === undefined) return;
		const param = (name: string): unknown => items.param(index, name);
		const result: ItemResult | { confirmed: Promise<ItemResult> } =
			'error' in read
				? { outcome: read }
				: await resultOf(items, { index, operation, refusal, subject: read.value, param, onceFor });
		// The next item of the same customer doesn't wait for it.
		if ('confirmed' in result) confirmations.push(result.confirmed.then((end) => keep(index, end)));
		else keep(index, result);
	};
	const confirmations: Array<Promise<void>> = [];
	const keep = (index: number, result: ItemResult): void => {
		if ('error' in result.outcome && !goOn) {
			const { error } = result.outcome;
			// What stopped because of another item's failure is no failure of its own.
			if (report.stopped && wasCancelled(error)) return;
			report.stopped ||= !wasCutShort(error);
		}
		results[index] = result;
	};
	await workInLanes({ count, limit, laneOf, work, stopped: () => report.stopped || cancelled() });
	await Promise.all(confirmations);
	return results;
}

async function resultOf(
	{ connect, retriesOnFail, report }: Items,
	item: {
		index: number;
		operation: Operation;
		refusal: Refusal | undefined;
		subject: Subject | undefined;
		param: OperationContext['param'];
		onceFor: (connection: Connection) => OperationContext['once'];
	},
): Promise<ItemResult | { confirmed: Promise<ItemResult> }> {
	const { index, operation, refusal, subject, param, onceFor } = item;
	let abandoned = (): boolean => report.stopped;
	const finished = (outcome: Outcome<OperationResult>): ItemResult => {
		if ('error' in outcome) return subject === undefined ? { outcome } : { subject, outcome };
		const { output, effect, addsUp } = outcome.value;
		report.count(effect);
		const { note, retryNote } = operation;
		if (note !== undefined) report.notes.add(note);
		if (retriesOnFail && retryNote !== undefined && addsUp) report.notes.add(retryNote);
		return { outcome: { value: listOf(output) } };
	};
	const outcome = await outcomeOf(async () => {
		const refused = refusal ?? itemRefusalOf(operation, { param, retriesOnFail });
		if (refused !== undefined) throw refused;
		const { patience } = runOptionsFrom(param);
		const connection = await connect(index);
		const { access, fingerprint } = connection;
		({ abandoned } = connection);
		const customer = subject === undefined ? '' : laneOfSubject(subject);
		const key = `${access.baseUrl} ${fingerprint} ${customer}`;
		const context = {
			api: apiOf(connection, patience),
			target: subject?.value ?? '',
			ownWrites: ownWritesOf(key),
			param,
			once: onceFor(connection),
		};
		const work = async () => await operation.execute(context);
		if (subject === undefined || operation.readsOnly) return await work();
		return await inTurn({ key, abandoned }, work);
	});
	const confirm = 'value' in outcome ? outcome.value.confirm : undefined;
	if (confirm === undefined) return finished(outcome);
	const confirmed = outcomeOf(async () => {
		await confirm(async (ms) => await pause(abandoned, ms));
	});
	return { confirmed: confirmed.then((end) => finished('error' in end ? end : outcome)) };
}

/** Whether an item's change was applied, but another item's failure kept it from being checked. */
export function wasCutShort(error: unknown): boolean {
	return error instanceof Unchecked && wasCancelled(error.reason);
}

/**
 * Concurrency is the first item's; what is wrong with it fails that item alone, where it is read again.
 * @throws Refusal where there is no such operation, or n8n's error for an expression
 */
function settingsOf(items: Items): Settings {
	const { param, resources } = items;
	const operation = operationOf(resources, param(0, 'resource'), param(0, 'operation'));
	const read = outcomeNow(() => runOptionsFrom((name) => param(0, name)).concurrency);
	const limit = Math.min('value' in read ? read.value : Infinity, CEILING);
	return { operation, limit, refusal: refusalOf(operation, items) };
}

/** Whom an item is about. @throws Refusal, or n8n's error for an expression */
function subjectOf({ target }: Operation, param: OperationContext['param']): Subject | undefined {
	if (target === undefined) return undefined;
	const { field, noun, key } = target;
	return { noun, key, value: chosen(param(field.name), field.displayName) };
}

/** SendGrid ignores the case of usernames; two accounts whose IDs differ in case alone would only wait. */
function laneOfSubject({ key, value }: Subject): string {
	return `${key} ${value.toLowerCase()}`;
}

function listOf(result: IDataObject | IDataObject[]): IDataObject[] {
	return Array.isArray(result) ? result : [result];
}
