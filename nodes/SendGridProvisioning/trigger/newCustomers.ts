import type { IDataObject } from 'n8n-workflow';
import { arrivalsIn, readKnown, writeKnown } from '../domain/arrivals';
import type { Known, Listed } from '../domain/arrivals';
import { isAbout, recall, stored } from '../domain/memory';
import type { Format } from '../domain/memory';
import type { EventContext, Polled } from './event';

/** A customer of the list, and the item for it if it is new. */
export interface ListedItem extends Listed {
	item: IDataObject;
}

/** A test by hand shows so many of them. */
export const SHOWN = 100;

const NONE_KNOWN: Known = new Map();

/** Tells who of the list is new since the last poll. The first one only records who is there. */
export function newCustomers(
	{ memory, credential, manual }: EventContext,
	event: string,
	list: ListedItem[],
): Polled {
	const format: Format<Known> = { event, read: readKnown, write: writeKnown };
	const before = recall(manual ? undefined : memory, format);
	const names = list.map(({ name }) => name);
	const first =
		typeof before === 'string' || !isAbout(before.data.keys(), before, { credential, names });
	const { arrived, known } = arrivalsIn(first ? NONE_KNOWN : before.data, list);
	const items = first && !manual ? [] : arrived.map(({ item }) => item);
	const next = { data: known, credential, recording: false, next: undefined };
	return { items, remember: stored(next, format) as IDataObject };
}
