import { isRecord } from './values';

/** Raised when the stored form changes. What an older version wrote must be read for ever. */
const VERSION = 1;

/** What a trigger remembers between two polls. */
export interface Memory<Data> {
	data: Data;
	/** Names the credential it came from, without holding the key. */
	credential: string;
	/** Whether what is seen for the first time is only remembered, until the first round has ended. */
	recording: boolean;
	/** Where the next poll goes on, in a round that takes several polls. */
	next: string | undefined;
}

/** How the data of an event are stored; `read` gives undefined for anything else. */
export interface Format<Data> {
	event: string;
	read: (stored: unknown) => Data | undefined;
	write: (data: Data) => unknown;
}

/**
 * Reads what an earlier poll stored. "nothing" before the first poll, and where the node was set to
 * another event meanwhile; "unreadable" for what another version wrote, or what was damaged.
 */
export function recall<Data>(
	stored: unknown,
	{ event, read }: Format<Data>,
): Memory<Data> | 'nothing' | 'unreadable' {
	if (stored === undefined || stored === null) return 'nothing';
	if (!isRecord(stored) || stored['version'] !== VERSION) return 'unreadable';
	if (stored['event'] !== event) return 'nothing';
	const { credential, recording, next } = stored;
	const data = read(stored['data']);
	if (data === undefined || typeof credential !== 'string') return 'unreadable';
	if (typeof recording !== 'boolean') return 'unreadable';
	if (next !== undefined && next !== null && typeof next !== 'string') return 'unreadable';
	return { data, credential, recording, next: next ?? undefined };
}

/** What is stored: plain data, nothing of which is shared with the memory. */
export function stored<Data>(
	{ data, credential, recording, next }: Memory<Data>,
	{ event, write }: Format<Data>,
): Record<string, unknown> {
	const going = next === undefined ? {} : { next };
	return { version: VERSION, event, credential, recording, ...going, data: write(data) };
}

/**
 * Whether a memory is about the customers that are there now. With another key it may not be: the key
 * may have been replaced by a new one, or by that of another SendGrid account, where nobody is known.
 */
export function isAbout(
	known: Iterable<string>,
	{ credential }: { credential: string },
	now: { credential: string; names: string[] },
): boolean {
	if (credential === now.credential) return true;
	const names = new Set(now.names);
	return [...known].some((name) => names.has(name));
}
