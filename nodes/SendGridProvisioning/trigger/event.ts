import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Listed } from '../domain/arrivals';
import type { MemoryFormat } from '../domain/memory';
import { Refusal } from '../domain/refusal';
import { shownWith } from '../fields/displayRules';
import type { Target } from '../fields/target';
import type { Call } from '../transport/call';
import type { SendGridApi } from '../transport/client';

/**
 * What a file under `events/` exports. `Row` is a row of SendGrid's list of customers, `Value` what a
 * request about one customer returns, and `Entry` what the memory holds about one customer.
 */
export interface TriggerEvent<Row = unknown, Value = unknown, Entry = unknown> {
	/** The event's menu entry. */
	option: INodePropertyOptions & { value: string; action: string };
	/** Its own fields, without display rules for the event. */
	description: INodeProperties[];
	/** What a manual test says if there is nothing to show. */
	nothing: string;
	/** How its memory begins and is stored. `runPoll` reads, checks, and writes it. */
	memory: MemoryFormat<Entry>;
	/** Reads the event's fields. @throws Refusal */
	watch(param: (name: string) => unknown): Watch<Row, Value, Entry>;
}

/** What an event reads from SendGrid, and how it compares that with its memory. */
export interface Watch<Row, Value, Entry> {
	/** Lists up to `limit` customers, and adds each row to `found` as soon as it's read. */
	list(api: SendGridApi, limit: number, found: Map<string, Row>): Promise<Row[]>;
	customerOf(row: Row): ListedCustomer;
	/** For events that send one request per customer. */
	each?: EachCustomer<Value>;
	/** A pure function of the memory before and what SendGrid shows now. */
	diff(before: ReadonlyMap<string, Entry>, now: Snapshot<Value>, mode: DiffMode): Diff<Entry>;
}

/** A customer in SendGrid's list. `name` is its name in the memory. */
export interface ListedCustomer extends Listed {
	/** What an item shows of it. */
	fields: object;
}

/** How an event reads each customer. */
export interface EachCustomer<Value> {
	target: Target;
	/** What messages call several of them, such as "subusers". */
	plural: string;
	/** Whether the event's fields still include this remembered customer. */
	isWatched(name: string): boolean;
	call(name: string): Call<Value>;
}

/** What SendGrid shows in one poll. */
export interface Snapshot<Value> {
	listed: ListedCustomer[];
	/** What SendGrid returned about each customer; without a value, the customer doesn't exist anymore. */
	seen: Array<{ name: string; value: Value | undefined }>;
	/** Customers that can't be read although others can. What the memory holds about them must stay. */
	unread: string[];
}

/**
 * `report`: an item for each change. `record`: no items for customers that are seen for the first time.
 * `show`: items for a manual test, which shows what is there now; the memory before is empty.
 */
export type DiffMode = 'report' | 'record' | 'show';

export interface Diff<Entry> {
	/** Items without the event's name, which `runPoll` adds. */
	items: object[];
	/** What to remember about each customer. */
	customers: ReadonlyMap<string, Entry>;
}

/** The trigger's form: the event menu, and each event's fields. */
export function propertiesOf(events: TriggerEvent[]): INodeProperties[] {
	const options = events.map(({ option }) => option);
	const menu: INodeProperties = {
		displayName: 'Trigger On',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		options,
		default: 'creditsLow',
	};
	const fields = events.flatMap(({ option, description }) =>
		description.map((field) => shownWith({ '/event': [option.value] }, field)),
	);
	return [menu, ...fields];
}

/** An expression for the text below the node's name on the canvas: the chosen event's action. */
export function subtitleOf(events: TriggerEvent[]): string {
	const actions = Object.fromEntries(events.map(({ option }) => [option.value, option.action]));
	return `={{ (${JSON.stringify(actions)})[$parameter["event"]] }}`;
}

/** The event that the node's parameter names. @throws Refusal if there is none */
export function eventOf(events: TriggerEvent[], name: unknown): TriggerEvent {
	const found = events.find(({ option }) => option.value === name);
	if (found !== undefined) return found;
	throw new Refusal(
		`There is no event “${String(name)}”`,
		'Choose one from the list Trigger On. A workflow made with a newer version of this node needs that version.',
	);
}
