import type { IDataObject } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { chosen } from '../domain/values';
import { runOptionsFrom } from '../fields/options';
import { apiOf } from '../transport/client';
import type { Connection } from '../transport/connection';
import { outcomeOf, outcomeNow } from '../domain/outcome';
import type { Outcome } from '../domain/outcome';
import type { Subject } from '../transport/callTraits';
import { wasCancelled } from '../transport/errors/failure';
import { CEILING } from '../transport/limit/requestQueue';
import { inTurn, workInLanes } from './parallel';
import type { RunReport } from './runReport';
import { loadedOncePerCredential } from './loadedOnce';
import { hasExpression, readOnce } from './parameters';
import type { Parameters } from './parameters';
import { operationOf } from './operation';
import type { Operation, OperationContext, Resource } from './operation';

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
		const result: ItemResult =
			'error' in read
				? { outcome: read }
				: await resultOf(items, { index, operation, refusal, subject: read.value, param, onceFor });
		if ('error' in result.outcome && !goOn) {
			// What stopped because of another item's failure is no failure of its own.
			if (report.stopped && wasCancelled(result.outcome.error)) return;
			report.stopped = true;
		}
		results[index] = result;
	};
	await workInLanes({ count, limit, laneOf, work, stopped: () => report.stopped || cancelled() });
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
): Promise<ItemResult> {
	const { index, operation, refusal, subject, param, onceFor } = item;
	const outcome = await outcomeOf(async () => {
		if (refusal !== undefined) throw refusal;
		const { patience } = runOptionsFrom(param);
		const connection = await connect(index);
		const once = onceFor(connection);
		const context = { api: apiOf(connection, patience), target: subject?.value ?? '', param, once };
		const work = async () => await operation.execute(context);
		if (subject === undefined || operation.readsOnly) return await work();
		const { access, fingerprint, abandoned } = connection;
		const key = `${access.baseUrl} ${fingerprint} ${laneOfSubject(subject)}`;
		return await inTurn({ key, abandoned }, work);
	});
	if ('error' in outcome) return subject === undefined ? { outcome } : { subject, outcome };
	const { output, effect, addsUp } = outcome.value;
	report.count(effect);
	const { note, retryNote } = operation;
	if (note !== undefined) report.notes.add(note);
	if (retriesOnFail && retryNote !== undefined && addsUp) report.notes.add(retryNote);
	return { outcome: { value: listOf(output) } };
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

function listOf(result: IDataObject | IDataObject[]): IDataObject[] {
	return Array.isArray(result) ? result : [result];
}
