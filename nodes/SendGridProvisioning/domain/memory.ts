import { isRecord } from './values';

/** Raise this when the stored form changes. Memory that older versions stored must stay readable. */
const VERSION = 1;

/** What a trigger remembers from one poll to the next. */
export interface Memory<Entry> {
	/** What the event remembers about each customer, by name. */
	customers: ReadonlyMap<string, Entry>;
	/** Identifies the credential that read the customers, without containing its API key. */
	credential: string;
	/** Whether the first round is still running and only records customers it hasn't seen before. */
	recording: boolean;
	/** The name that the next poll continues with, if this round isn't finished. */
	next: string | undefined;
}

/** How an event's memory begins, and how its customers are stored. */
export interface MemoryFormat<Entry> {
	/** Whether the first round reports what it finds or only records it. */
	firstRound: 'reports' | 'records';
	/** Reads what `write` returned; undefined for anything else. */
	read(stored: unknown): ReadonlyMap<string, Entry> | undefined;
	write(customers: ReadonlyMap<string, Entry>): unknown;
}

/**
 * The memory that a poll starts with: the stored one, if it can be read and is about this event and
 * the customers that are there now. Otherwise the first round begins.
 */
export function readMemory<Entry>(
	event: string,
	format: MemoryFormat<Entry>,
	{ stored, credential, names }: { stored: unknown; credential: string; names: string[] },
): Memory<Entry> {
	const found = parsed(event, format, stored);
	if (typeof found !== 'string') {
		// Another API key belongs to the same SendGrid account if a remembered customer is still there.
		const isSame =
			found.credential === credential || names.some((name) => found.customers.has(name));
		if (isSame) return { ...found, credential };
	}
	// Unreadable memory may have listed customers as reported. They must not be reported again.
	const recording = found === 'unreadable' || format.firstRound === 'records';
	return { customers: new Map(), credential, recording, next: undefined };
}

/** The memory as plain data, to be stored. */
export function writeMemory<Entry>(
	event: string,
	format: MemoryFormat<Entry>,
	{ customers, credential, recording, next }: Memory<Entry>,
): Record<string, unknown> {
	const continued = next === undefined ? {} : { next };
	const data = format.write(customers);
	return { version: VERSION, event, credential, recording, ...continued, data };
}

/**
 * "nothing" before the first poll, and after another event was chosen; "unreadable" if another version
 * wrote it, or if it was damaged.
 */
function parsed<Entry>(
	event: string,
	format: MemoryFormat<Entry>,
	stored: unknown,
): Memory<Entry> | 'nothing' | 'unreadable' {
	if (stored === undefined || stored === null) return 'nothing';
	if (!isRecord(stored) || stored['version'] !== VERSION) return 'unreadable';
	if (stored['event'] !== event) return 'nothing';
	const { credential, recording, next } = stored;
	const customers = format.read(stored['data']);
	if (customers === undefined || typeof credential !== 'string') return 'unreadable';
	if (typeof recording !== 'boolean') return 'unreadable';
	if (next !== undefined && next !== null && typeof next !== 'string') return 'unreadable';
	return { customers, credential, recording, next: next ?? undefined };
}
