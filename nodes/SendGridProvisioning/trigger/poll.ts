import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { readMemory, writeMemory } from '../domain/memory';
import { outcomeOf } from '../domain/outcome';
import { clock } from '../transport/clock';
import { connect } from '../transport/connection';
import { ranOutOfTime } from '../transport/errors/failure';
import { eventOf } from './event';
import type { TriggerEvent, Watch } from './event';
import { events } from './events';
import { pollApisOf } from './pollApis';
import type { PollApis } from './pollApis';
import { budgetOf, pollTimesOf, reasonOf, triggerKeyOf } from './pollContext';
import type { PollReason } from './pollContext';
import { noTime, noteOn, nothingToShow } from './pollMessages';
import type { ReadingProgress } from './pollMessages';
import { readEachCustomer } from './readEachCustomer';
import type { ReadFailed } from './readEachCustomer';
import { triggerStates } from './triggerState';
import type { PollLock } from './triggerState';

/** How many customers a manual test shows, if the event only reads the list. */
const MOST_SHOWN = 100;

/**
 * Polls once. Reads the trigger's memory from n8n's static data, and stores there what the next poll
 * must know. A manual test does neither, and doesn't lock out the polls of the published workflow.
 *
 * `dueNotices` are customers that can't be read although others can, if the user must be told now.
 * @throws whatever stopped the poll; the memory doesn't change then
 */
export async function runPoll(
	context: IPollFunctions,
): Promise<{ items: IDataObject[]; dueNotices: ReadFailed[] }> {
	const reason = reasonOf(context);
	if (reason === 'test') {
		const { items } = await pollInTime(context, reason);
		return { items, dueNotices: [] };
	}

	const staticData = context.getWorkflowStaticData('node');
	const lock = triggerStates.start(triggerKeyOf(context), {
		context,
		activation: reason === 'activation',
		budgetMs: budgetOf(context),
		pollTimes: pollTimesOf(context),
		saved: staticData['memory'],
		nowMs: clock.now(),
	});
	if (lock === undefined) return { items: [], dueNotices: [] };
	const outcome = await outcomeOf(async () => await pollInTime(context, reason, lock));
	lock.end('value' in outcome ? outcome.value : undefined);
	if (lock.superseded) return { items: [], dueNotices: [] };
	if ('error' in outcome) throw outcome.error;
	const { items, memory, reading } = outcome.value;
	if (memory !== undefined) staticData['memory'] = memory;
	return { items, dueNotices: lock.dueNotices(reading?.unread ?? []) };
}

/** What a poll found. */
interface Polled {
	items: IDataObject[];
	/** What to store; undefined if the memory must not change. */
	memory?: IDataObject;
	/** How far the poll came, if the event reads customers one by one. */
	reading?: ReadingProgress | undefined;
}

/** Polls in the time that n8n allows, and says so if that isn't enough. */
async function pollInTime(
	context: IPollFunctions,
	reason: PollReason,
	lock?: PollLock,
): Promise<Polled> {
	const param = (name: string): unknown => context.getNodeParameter(name, null);
	const event = eventOf(events, param('event'));
	const connection = await connect(context);
	const superseded = (): boolean => lock?.superseded ?? false;
	const apis = pollApisOf(connection, { reason, budgetMs: budgetOf(context), superseded });
	const manual = reason === 'test';
	const credential = connection.fingerprint.slice(0, 12);
	const poll = { ...apis, param, stored: lock?.memory, credential, manual };
	const outcome = await outcomeOf(async () => await pollEvent(event, poll));
	if ('error' in outcome) {
		if (!ranOutOfTime(outcome.error)) throw outcome.error;
		// The workflow can be published anyway: the next poll has more time.
		if (reason === 'activation') return { items: [] };
		throw noTime(manual);
	}
	if (!manual) return outcome.value;

	const { items, reading } = outcome.value;
	const { limit } = apis.report;
	if (items.length === 0) throw nothingToShow(event.nothing, reading, limit);
	const [first, ...others] = items;
	if (reading === undefined || first === undefined) return { items };
	return { items: [{ ...first, note: noteOn(reading, limit) }, ...others] };
}

/** What an event's poll is made with. */
export interface EventPoll extends PollApis {
	/** A parameter of the node, of any type. */
	param: (name: string) => unknown;
	/** The stored memory as unchecked data; undefined before the first poll, and in a manual test. */
	stored: unknown;
	/** Identifies the credential without containing the API key. */
	credential: string;
	manual: boolean;
}

/**
 * Reads what SendGrid shows now, and lets the event compare it with the memory.
 * @throws Refusal, SendGridError, or ReadFailed
 */
export async function pollEvent<Row, Value, Entry>(
	event: TriggerEvent<Row, Value, Entry>,
	poll: EventPoll,
): Promise<Polled> {
	const name = event.option.value;
	const watch = event.watch(poll.param);
	const { rows, complete } = await listRows(watch, poll);
	const listed = rows.map((row) => watch.customerOf(row));
	const names = listed.map((customer) => customer.name);
	const before = readMemory(name, event.memory, { ...poll, names });
	const { each } = watch;
	const startedAt = clock.now();
	const plan = each && {
		listed: names,
		remembered: [...before.customers.keys()].filter((known) => each.isWatched(known)),
		from: before.next,
		subject: (value: string) => ({ noun: each.target.noun, key: each.target.key, value }),
		read: async (customer: string) => await poll.api.send(each.call(customer)),
	};
	const reading = plan && (await readEachCustomer(plan, poll.timeIsUp));
	const tookMs = clock.now() - startedAt;

	const { seen = [], unread = [], next } = reading ?? {};
	const now = { listed, seen, unread: unread.map(({ subject }) => subject.value) };
	const mode = before.recording ? 'record' : 'report';
	const { items, customers } = watch.diff(before.customers, now, poll.manual ? 'show' : mode);
	const after = { ...before, customers, recording: before.recording && next !== undefined, next };
	return {
		items: items.map((item) => ({ event: name, ...item })),
		memory: writeMemory(name, event.memory, after) as IDataObject,
		reading: reading && { ...reading, noun: each.plural, complete, tookMs },
	};
}

/** Lists the customers. A manual test needs no more than it shows, or than half of its time allows. */
async function listRows<Row, Value, Entry>(
	watch: Watch<Row, Value, Entry>,
	{ api, listApi, manual }: EventPoll,
): Promise<{ rows: Row[]; complete: boolean }> {
	const found = new Map<string, Row>();
	if (watch.each === undefined) {
		const rows = await watch.list(api, manual ? MOST_SHOWN : Infinity, found);
		return { rows, complete: true };
	}
	const outcome = await outcomeOf(async () => await watch.list(listApi, Infinity, found));
	if ('value' in outcome) return { rows: outcome.value, complete: true };
	const isPart = manual && found.size > 0 && ranOutOfTime(outcome.error);
	if (!isPart) throw outcome.error;
	return { rows: [...found.values()], complete: false };
}
