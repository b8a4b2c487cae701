import type { Change } from './offerings';
import { Refusal, Unconfirmed } from './refusal';
import { shown } from './values';

const IPV4 = /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/;

/**
 * IPv4 addresses, given as text with commas or as a list; each named once.
 * @throws Refusal where there is none, or something else among them
 */
export function ipsFrom(value: unknown, field: string): string[] {
	const parts = Array.isArray(value) ? (value as unknown[]) : partsOf(value);
	const ips = parts.map((part) => (typeof part === 'string' ? part.trim() : part));
	const given = ips.filter((ip) => ip !== '' && ip !== undefined && ip !== null);
	if (given.length === 0) {
		throw new Refusal(
			`${field} is empty`,
			`Enter at least one IPv4 address. If ${field} comes from an expression, this item has nothing there.`,
		);
	}
	const wrong = ips.find((ip) => typeof ip !== 'string' || !IPV4.test(ip));
	if (wrong !== undefined || ips.includes(undefined)) {
		throw new Refusal(
			`${field} has ${shown(wrong)} in it, which is not an IPv4 address`,
			'Write addresses such as 192.0.2.10, with commas between them.',
		);
	}
	return [...new Set(ips as string[])];
}

/** IPv4 addresses as above; undefined where the field is empty. @throws Refusal */
export function ipsOrNone(value: unknown, field: string): string[] | undefined {
	const isEmpty = value === undefined || value === null || value === '';
	const isBlank = typeof value === 'string' && partsOf(value).length === 0;
	const hasNone = Array.isArray(value) && value.length === 0;
	return isEmpty || isBlank || hasNone ? undefined : ipsFrom(value, field);
}

/** A comma too many in a text means nothing. */
function partsOf(value: unknown): unknown[] {
	if (typeof value !== 'string') return [value];
	return value.split(',').filter((part) => part.trim() !== '');
}

/** The addresses that a subuser would have after the change, those that stay in their order. */
export function withIpChange(current: string[], change: Change, ips: string[]): string[] {
	if (change === 'replace') return ips;
	if (change === 'remove') return current.filter((ip) => !ips.includes(ip));
	return [...current, ...ips.filter((ip) => !current.includes(ip))];
}

/** Which addresses come and go. */
export function ipDifference(
	before: string[],
	after: string[],
): { added: string[]; removed: string[] } {
	return {
		added: after.filter((ip) => !before.includes(ip)),
		removed: before.filter((ip) => !after.includes(ip)),
	};
}

/** @throws Refusal for a list without an address: what SendGrid makes of it is not documented */
export function assertIpsSendable(ips: string[]): void {
	if (ips.length > 0) return;
	throw new Refusal(
		'The subuser would be left without an IP address',
		'Leave at least one. To stop the subuser from sending, use Update subuser status.',
	);
}

/** Holds SendGrid's answer against what was sent. @throws Unconfirmed */
export function assertIpsConfirmed(sent: string[], answered: string[]): void {
	const { added, removed } = ipDifference(sent, answered);
	if (added.length + removed.length === 0) return;
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request. Sent: ${sent.join(', ')}. Received: ${answered.join(', ') || 'nothing'}; the change may have been applied`,
		'Look at the subuser’s IP addresses in SendGrid before you run the item again.',
	);
}
