import type { IDataObject } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { chosen } from '../domain/values';
import { batchingFrom } from '../fields/batching';
import { apiOf } from '../transport/send';
import type { Connection } from '../transport/api';
import { attempt, attemptNow } from '../domain/attempt';
import type { Outcome } from '../domain/attempt';
import type { Subject } from '../transport/call';
import { wasCancelled } from '../transport/failure';
import { CEILING } from '../transport/limit/requestQueue';
import { inTurn, workInLanes } from '../transport/parallel';
import type { Run } from '../transport/run';
import { resources } from './index';
import { hasExpression, readOnce } from './parameters';
import type { Parameters } from './parameters';
import { operationOf } from './resource';
import type { Operation, OperationContext } from './resource';

/** The items of a run, and how it treats them. */
export interface Items extends Parameters {
	count: number;
	connect: () => Promise<Connection>;
	/** Whether an item that fails leaves the others alone. */
	goOn: boolean;
	/** Whether n8n runs the whole node again when it fails. */
	retriesOnFail: boolean;
	/** Whether somebody has stopped the execution. */
	cancelled: () => boolean;
	run: Run;
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
	const { count, goOn, cancelled, run } = items;
	const results = new Array<ItemResult | undefined>(count);
	if (count === 0) return results;
	const settings = attemptNow(() => settingsOf(items));
	if ('error' in settings) return results.fill({ outcome: settings });

	const { operation, limit, refusal } = settings.value;
	const once = loadedOnce();
	const subjects = new Map<number, Outcome<Subject | undefined>>();
	const laneOf = (index: number): string => {
		const read = attemptNow(() => subjectOf(operation, (name) => items.param(index, name)));
		subjects.set(index, read);
		const subject = 'value' in read ? read.value : undefined;
		return subject === undefined ? `item ${index}` : laneOfSubject(subject);
	};
	const work = async (index: number): Promise<void> => {
		const read = subjects.get(index);
		subjects.delete(index);
		if (read === undefined) return;
		const param = (name: string): unknown => items.param(index, name);
		const result: ItemResult =
			'error' in read
				? { outcome: read }
				: await resultOf(items, { operation, refusal, subject: read.value, param, once });
		if ('error' in result.outcome && !goOn) {
			// What stopped because of another item's failure is no failure of its own.
			if (run.stopped && wasCancelled(result.outcome.error)) return;
			run.stopped = true;
		}
		results[index] = result;
	};
	await workInLanes({ count, limit, laneOf, work, stopped: () => run.stopped || cancelled() });
	return results;
}

async function resultOf(
	{ connect, retriesOnFail, run }: Items,
	item: {
		operation: Operation;
		refusal: Refusal | undefined;
		subject: Subject | undefined;
		param: OperationContext['param'];
		once: OperationContext['once'];
	},
): Promise<ItemResult> {
	const { operation, refusal, subject, param, once } = item;
	const outcome = await attempt(async () => {
		if (refusal !== undefined) throw refusal;
		const { patience } = batchingFrom(param('batching'));
		const connection = await once('connection', connect);
		const context = { api: apiOf(connection, patience), target: subject?.value ?? '', param, once };
		const work = async () => await operation.execute(context);
		if (subject === undefined) return listOf(await work());
		const { access, fingerprint, abandoned } = connection;
		const key = `${access.baseUrl} ${fingerprint} ${laneOfSubject(subject)}`;
		return listOf(await inTurn({ key, abandoned }, work));
	});
	if ('error' in outcome) return subject === undefined ? { outcome } : { subject, outcome };
	const { note, retryNote } = operation;
	if (note !== undefined) run.notes.add(note);
	if (retriesOnFail && retryNote !== undefined && outcome.value.some(retryNote.concerns)) {
		run.notes.add(retryNote.text);
	}
	return { outcome };
}

/**
 * Concurrency is the first item's; what is wrong with it fails that item alone, where it is read again.
 * @throws Refusal where there is no such operation, or n8n's error for an expression
 */
function settingsOf(items: Items): Settings {
	const { param } = items;
	const operation = operationOf(resources, param(0, 'resource'), param(0, 'operation'));
	const read = attemptNow(() => batchingFrom(param(0, 'batching')).concurrency);
	const limit = Math.min('value' in read ? read.value : Infinity, CEILING);
	return { operation, limit, refusal: refusalOf(operation, items) };
}

/** Why this operation may not run as the node is set. */
function refusalOf(operation: Operation, { written, retriesOnFail }: Items): Refusal | undefined {
	const isChosen = !['resource', 'operation'].some((name) => hasExpression(written(name)));
	if (operation.irreversible && !isChosen) return choiceRefused(operation);
	if (operation.onceOnly && retriesOnFail) return retriesRefused();
	return undefined;
}

/** Whom an item is about. @throws Refusal, or n8n's error for an expression */
function subjectOf({ target }: Operation, param: OperationContext['param']): Subject | undefined {
	if (target === undefined) return undefined;
	const { field, noun, key } = target;
	return { noun, key, value: chosen(param(field.name), field.displayName) };
}

function choiceRefused({ option }: Operation): Refusal {
	return new Refusal(
		`“${option.action}” must be chosen by hand, not by an expression`,
		'Choose resource and operation of this node from their lists. An AI agent may fill in other fields, but not decide to delete.',
	);
}

function retriesRefused(): Refusal {
	return new Refusal(
		'This operation does not run while “Retry On Fail” is on',
		'n8n would run all items again, those that went through too. Switch it off in the node’s settings: the node itself repeats what is safe to repeat.',
	);
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
