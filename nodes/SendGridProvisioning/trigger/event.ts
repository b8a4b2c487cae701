import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { shownWith } from '../fields/displayRules';
import type { SendGridApi } from '../transport/client';
import type { CustomerReader, Reading } from './readEachCustomer';

/** What a file under `events/` exports. */
export interface TriggerEvent {
	/** How the event reads in the menu. */
	option: INodePropertyOptions & { value: string; action: string };
	/** Its own fields, without display rules for the event. */
	description: INodeProperties[];
	/** What a test by hand says where there is nothing to show. */
	nothing: string;
	/**
	 * Looks at SendGrid once: reads the parameters, looks, returns what is new.
	 * @throws Refusal, SendGridError or ReadFailed; then the memory stays as it is
	 */
	poll(context: EventContext): Promise<Polled>;
}

/** What an event is handed for one poll. */
export interface EventContext {
	api: SendGridApi;
	/** A parameter, of whatever type. */
	param: (name: string) => unknown;
	/** What earlier polls remember, as unchecked data; undefined before the first. */
	memory: unknown;
	/** Names the credential without holding the key. */
	credential: string;
	/** Whether someone tests the step: it shows what is there and remembers nothing. */
	manual: boolean;
	/** Reads the list of customers; a test by hand goes on with a part of it if the list is long. */
	list: ListReader;
	/** Asks about many customers one by one, for as long as the poll may take. */
	readEach: CustomerReader;
}

/** `load` puts rows into `found` as they come, by name. `complete` is false for a part of the list. */
export type ListReader = <Row>(
	load: (api: SendGridApi, found: Map<string, Row>) => Promise<Row[]>,
) => Promise<{ rows: Row[]; complete: boolean }>;

/** What came of a poll. */
export interface Polled {
	items: IDataObject[];
	/** State for the next poll. */
	remember: IDataObject;
	/** How far it came, where customers are asked about one by one. */
	reading?: ReadingSoFar;
}

export interface ReadingSoFar extends Omit<Reading<unknown>, 'seen'> {
	/** What the customers are called, such as "subusers". */
	noun: string;
	/** Whether all customers are in it, and not only those of a part of the list. */
	complete: boolean;
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

/** What the canvas shows below the node's name, as an expression: the event as users search for it. */
export function subtitleOf(events: TriggerEvent[]): string {
	const actions = Object.fromEntries(events.map(({ option }) => [option.value, option.action]));
	return `={{ (${JSON.stringify(actions)})[$parameter["event"]] }}`;
}

/** The event that the node's parameter names. @throws Refusal where there is none */
export function eventOf(events: TriggerEvent[], name: unknown): TriggerEvent {
	const found = events.find(({ option }) => option.value === name);
	if (found !== undefined) return found;
	throw new Refusal(
		`There is no event “${String(name)}”`,
		'Choose one from the list Trigger On. A workflow made with a newer version of this node needs that version.',
	);
}
