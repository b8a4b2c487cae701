import type { IDataObject } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { text } from '../domain/values';
import { concurrencyFrom, patienceFrom } from '../fields/batching';
import { apiOf } from '../transport/send';
import type { Connection } from '../transport/api';
import { attempt, attemptNow } from '../domain/attempt';
import type { Outcome } from '../domain/attempt';
import type { Subject } from '../transport/call';
import { wasCancelled } from '../transport/failure';
import { CEILING } from '../transport/gate';
import { inTurn, workInLanes } from '../transport/parallel';
import type { Run } from '../transport/run';
import { resources } from './index';
import { operationOf } from './resource';
import type { Operation, OperationContext } from './resource';

/** The items of a run, and how it treats them. */
export interface Items {
	count: number;
	/** A parameter of an item; null where the form does not show it. May throw. */
	param: (index: number, name: string) => unknown;
	/** What is chosen in a resource locator of an item. May throw. */
	chosen: (index: number, name: string) => unknown;
	connect: () => Promise<Connection>;
	/** Whether an item that fails leaves the others alone. */
	goOn: boolean;
	/** Whether n8n runs the whole node again when it fails. */
	retriesOnFail: boolean;
	run: Run;
}

/** What became of an item, and whom it was about as far as that could be read. */
export interface ItemResult {
	subject?: Subject;
	outcome: Outcome<IDataObject[]>;
}

interface ReadItem {
	operation: Operation;
	subject: Subject | undefined;
	param: (name: string) => unknown;
}

/**
 * Runs the items side by side, those of one customer in input order. Unless it goes on, the first
 * failure stops all others: what was not finished then has no result.
 */
export async function runItems(items: Items): Promise<Array<ItemResult | undefined>> {
	const { count, goOn, run } = items;
	const results = new Array<ItemResult | undefined>(count);
	const once = loadedOnce();
	const waiting = new Map<number, Outcome<ReadItem>>();

	const laneOf = (index: number): string => {
		const item = attemptNow(() => readItem(items, index));
		waiting.set(index, item);
		const subject = 'value' in item ? item.value.subject : undefined;
		return subject === undefined ? `item ${index}` : laneOfSubject(subject);
	};
	const work = async (index: number): Promise<void> => {
		const item = waiting.get(index);
		waiting.delete(index);
		if (item === undefined) return;
		const result = await resultOf(items, item, once);
		if ('error' in result.outcome && !goOn) {
			// What stopped because of another item's failure is no failure of its own.
			if (run.stopped && wasCancelled(result.outcome.error)) return;
			run.stopped = true;
		}
		results[index] = result;
	};
	const chosenLimit = attemptNow(() => concurrencyFrom(items.param(0, 'batching')));
	const limit = 'value' in chosenLimit ? Math.min(chosenLimit.value, CEILING) : 1;
	await workInLanes({ count, limit, laneOf, work, stopped: () => run.stopped });
	return results;
}

async function resultOf(
	{ connect, retriesOnFail, run }: Items,
	item: Outcome<ReadItem>,
	once: OperationContext['once'],
): Promise<ItemResult> {
	if ('error' in item) return { outcome: item };
	const { operation, subject, param } = item.value;
	const outcome = await attempt(async () => {
		if (operation.onceOnly && retriesOnFail) throw retriesRefused();
		const patience = patienceFrom(param('batching'));
		const connection = await once('connection', connect);
		const context = { api: apiOf(connection, patience), target: subject?.value ?? '', param, once };
		const work = async () => await operation.execute(context);
		if (subject === undefined) return listOf(await work());
		const { access, fingerprint, abandoned } = connection;
		const key = `${access.baseUrl} ${fingerprint} ${laneOfSubject(subject)}`;
		return listOf(await inTurn({ key, abandoned }, work));
	});
	if ('value' in outcome && operation.note !== undefined) run.notes.add(operation.note);
	return subject === undefined ? { outcome } : { subject, outcome };
}

function retriesRefused(): Refusal {
	return new Refusal(
		'This operation does not run while “Retry On Fail” is on',
		'n8n would run all items again, those that went through too. Switch it off in the node’s settings: the node itself repeats what is safe to repeat.',
	);
}

/** Reads whom an item is about and what to do. @throws Refusal, or n8n's error for an expression */
function readItem({ param, chosen }: Items, index: number): ReadItem {
	const ownParam = (name: string): unknown => param(index, name);
	const operation = operationOf(resources, ownParam('resource'), ownParam('operation'));
	const { target } = operation;
	if (target === undefined) return { operation, subject: undefined, param: ownParam };
	const { field, noun, key } = target;
	const value = text(chosen(index, field.name), field.displayName);
	return { operation, subject: { noun, key, value }, param: ownParam };
}

/** SendGrid ignores the case of usernames; two accounts whose IDs differ in case alone would only wait. */
function laneOfSubject({ key, value }: Subject): string {
	return `${key} ${value.toLowerCase()}`;
}

/** Keeps what a run needs only once; what could not be loaded is tried again. */
function loadedOnce(): OperationContext['once'] {
	const loads = new Map<string, Promise<unknown>>();
	return async <T>(key: string, load: () => Promise<T>) => {
		const known = loads.get(key) ?? load();
		loads.set(key, known);
		known.catch(() => loads.delete(key));
		return (await known) as T;
	};
}

function listOf(result: IDataObject | IDataObject[]): IDataObject[] {
	return Array.isArray(result) ? result : [result];
}
