import type { Credits } from './credits';
import { Refusal } from './refusal';
import { oneOf, describeValue, wholeNumber } from './values';

const THRESHOLD_UNITS = ['credits', 'percent'] as const;

/** Below which a subuser counts as low. */
export interface Threshold {
	amount: number;
	unit: (typeof THRESHOLD_UNITS)[number];
}

/** What a subuser had when it was reported. */
export interface LowPoint {
	remain: number;
	/** `remain` and `used` together, which sending alone does not change; null where SendGrid tells no `used`. */
	granted: number | null;
}

/** The subusers that were reported and have not recovered since, by username. */
export type ReportedLow = ReadonlyMap<string, LowPoint>;

/** What a poll has found out about a subuser; without credits it is no longer there. */
export interface SeenCredits {
	username: string;
	credits: Credits | undefined;
}

/** Reads the threshold. @throws Refusal */
export function thresholdFrom(amount: unknown, unit: unknown): Threshold {
	const chosen = oneOf(unit, THRESHOLD_UNITS, 'Threshold Unit');
	const read = wholeNumber(amount, 'Threshold', 1);
	if (chosen === 'credits' || read <= 100) return { amount: read, unit: chosen };
	throw new Refusal(
		`Threshold must be at most 100 percent, but is ${describeValue(read)}`,
		'Enter a number from 1 to 100, or set Threshold Unit to Credits.',
	);
}

/** Whether less remains than the threshold; a percentage is one of recurring credits' total. */
export function isLow({ type, remain, total }: Credits, { amount, unit }: Threshold): boolean {
	if (type === 'unlimited' || remain === null) return false;
	if (unit === 'credits') return remain < amount;
	return type === 'recurring' && total !== null && remain * 100 < amount * total;
}

/**
 * The subusers that have fallen below the threshold since they were last reported, and what is to be
 * remembered. While `recording`, they are remembered without being reported.
 *
 * n8n may forget a poll that reported nothing, the one that saw a subuser recover included. So a
 * subuser also counts as recovered if it has more than when it was reported, or if its counts show
 * that it had the threshold since: that it has less again does not matter then.
 */
export function newlyLow(
	reported: ReportedLow,
	seen: SeenCredits[],
	{ threshold, recording }: { threshold: Threshold; recording: boolean },
): { low: Array<SeenCredits & { credits: Credits }>; reported: ReportedLow } {
	const low: Array<SeenCredits & { credits: Credits }> = [];
	const after = new Map(reported);
	for (const { username, credits } of seen) {
		const before = reported.get(username);
		if (credits === undefined || credits.remain === null || !isLow(credits, threshold)) {
			after.delete(username);
			continue;
		}
		const { remain, used } = credits;
		const now = { remain, granted: used === null ? null : remain + used };
		const floor = floorOf(threshold, credits);
		if (before !== undefined && !hasRecovered(before, now, credits, floor)) continue;
		after.set(username, now);
		if (!recording) low.push({ username, credits });
	}
	return { low, reported: after };
}

function hasRecovered(
	before: LowPoint,
	now: LowPoint,
	{ total, used }: Credits,
	floor: number,
): boolean {
	if (now.remain > before.remain) return true;
	if (now.granted === null || used === null) return false;
	// Whoever got a new period, or was put on one, had the total then.
	const hadTotal = total !== null && total >= floor;
	if (before.granted === null) return hadTotal;
	// Only handing out credits anew lowers `used`. SendGrid's counts may be a little apart.
	const usedBefore = before.granted - before.remain;
	if (hadTotal && usedBefore - used >= floor) return true;
	return now.granted - before.granted >= floor;
}

/** The threshold in credits; `total` is no null where a percentage was found to be low. */
function floorOf({ amount, unit }: Threshold, { total }: Credits): number {
	return unit === 'credits' ? amount : ((total ?? 0) * amount) / 100;
}

/** As it is stored: name, remain and granted of one subuser after the other. */
export function writeReported(reported: ReportedLow): Array<string | number | null> {
	return [...reported].flatMap(([username, { remain, granted }]) => [username, remain, granted]);
}

/** Reads what was stored; undefined where it is something else. */
export function readReported(stored: unknown): ReportedLow | undefined {
	if (!Array.isArray(stored) || stored.length % 3 !== 0) return undefined;
	const reported = new Map<string, LowPoint>();
	for (let index = 0; index < stored.length; index += 3) {
		const [username, remain, granted] = stored.slice(index, index + 3) as unknown[];
		if (typeof username !== 'string' || username === '') return undefined;
		if (typeof remain !== 'number') return undefined;
		if (granted !== null && typeof granted !== 'number') return undefined;
		reported.set(username, { remain, granted });
	}
	return reported;
}
