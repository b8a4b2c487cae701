import type { Branding, DnsRecord, EmulatorState } from './state';

/** The outcome of one record's check, as SendGrid returns it. */
export interface RecordResult {
	valid: boolean;
	reason: string | null;
}

/** Host names ignore case and a dot at the end. */
const hostName = (text: string): string => text.trim().toLowerCase().replace(/\.$/, '');

const keyOf = ({ type, host }: DnsRecord): string => `${type} ${hostName(host)}`;

/** Adds a record to the public DNS, or replaces the one of this type and host. */
export function publishRecord(state: EmulatorState, record: DnsRecord): void {
	state.dns.set(keyOf(record), record);
}

/**
 * Adds the records that all domains and links with this root domain require, or those with these names,
 * such as `mail_cname`. Returns what it added.
 */
export function publishDns(state: EmulatorState, domain: string, names?: string[]): DnsRecord[] {
	const brandings = [...state.domains.values(), ...state.links.values()];
	const records = brandings
		.filter((branding) => branding.domain === hostName(domain))
		.flatMap((branding) => Object.entries(branding.records))
		.filter(([name]) => names?.includes(name) ?? true)
		.map(([, record]) => record);
	for (const record of records) publishRecord(state, record);
	return records;
}

/** SendGrid publishes the words for a wrong CNAME or MX record; assumed: those for no record. */
function reasonOf({ type, data }: DnsRecord, found: DnsRecord | undefined): string {
	const subject = type === 'mx' ? 'your MX record to be' : `${type.toUpperCase()} to match`;
	const instead = found ? `found "${found.data}"` : 'no record was found';
	return `Expected ${subject} "${data}" but ${instead}.`;
}

function checkRecord(state: EmulatorState, record: DnsRecord): RecordResult {
	const found = state.dns.get(keyOf(record));
	const plain = (data: string): string => (record.type === 'txt' ? data.trim() : hostName(data));
	const valid = found !== undefined && plain(found.data) === plain(record.data);
	return { valid, reason: valid ? null : reasonOf(record, found) };
}

/** Checks all records of a domain or link, and keeps the results; `now` is the emulator's time. */
export function validate(
	state: EmulatorState,
	branding: Branding,
	now: number,
): Record<string, RecordResult> {
	const results: Record<string, RecordResult> = {};
	for (const [name, record] of Object.entries(branding.records)) {
		results[name] = checkRecord(state, record);
		branding.validated[name] = results[name].valid;
	}
	branding.validatedAt = Math.floor(now / 1000);
	return results;
}

/** Whether the latest validation found all records. */
export function isValid({ records, validated }: Branding): boolean {
	return Object.keys(records).every((name) => validated[name] === true);
}

/** The `dns` object of a response: each record with the latest validation's result. */
export function dnsOf({ records, validated }: Branding): object {
	return Object.fromEntries(
		Object.entries(records).map(([name, { type, host, data }]) => [
			name,
			{ valid: validated[name] ?? false, type, host, data },
		]),
	);
}
