import { Refusal, Unconfirmed } from './refusal';

/** How many addresses one item may add. */
const MOST_ADDED = 10;

/** @throws Refusal */
export function assertAddable(count: number): void {
	if (count <= MOST_ADDED) return;
	throw new Refusal(
		`Count must be at most ${MOST_ADDED}, but is ${count}`,
		'Add up to ten IPs per item. Use several items to add more.',
	);
}

/** Checks what SendGrid says it added. @throws Unconfirmed */
export function assertAdded(
	wanted: { count: number; region: string },
	added: Array<{ ip: string; region: string }>,
): void {
	const isRegion = added.every(({ region }) => region === wanted.region);
	if (added.length === wanted.count && isRegion) return;
	const received = added.map(({ ip, region }) => `${ip} (${region})`).join(', ') || 'none';
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request. Sent: ${wanted.count} in region ${wanted.region}. Received: ${received}; IPs may have been added`,
		'Check the account’s IPs with Get many account IPs before you run the item again: each run adds more.',
	);
}

/**
 * What was added although no response came: the addresses of the region that weren't there before, if
 * they are as many as wanted.
 */
export function addedSince<Row extends { ip: string; region: string }>(
	{ before, now }: { before: Row[]; now: Row[] },
	wanted: { count: number; region: string },
): Row[] | undefined {
	const known = new Set(before.map(({ ip }) => ip));
	const added = now.filter(({ ip, region }) => !known.has(ip) && region === wanted.region);
	return added.length === wanted.count ? added : undefined;
}
