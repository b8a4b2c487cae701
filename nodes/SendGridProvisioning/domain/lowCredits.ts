import type { Credits } from './credits';
import { Refusal } from './refusal';
import { oneOf, butIs, wholeNumber } from './values';

const THRESHOLD_UNITS = ['credits', 'percent'] as const;

/** A subuser that has less than this is low. */
export interface Threshold {
	amount: number;
	unit: (typeof THRESHOLD_UNITS)[number];
}

/** The credits of a subuser when it was reported. */
export interface LowPoint {
	remain: number;
	/** `remain` plus `used`, which sending emails doesn't change; null if SendGrid doesn't return `used`. */
	granted: number | null;
}

/** The subusers that were reported and have not recovered since, by username. */
export type ReportedLow = ReadonlyMap<string, LowPoint>;

/** What a poll found out about a subuser. Without credits, the subuser doesn't exist anymore. */
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
		`Threshold must be at most 100 percent, ${butIs(read)}`,
		'Enter a number from 1 to 100, or set Threshold Unit to Credits.',
	);
}

/** Whether less than the threshold remains. Percentages are of the total, and only for recurring credits. */
export function isLow({ type, remain, total }: Credits, { amount, unit }: Threshold): boolean {
	if (type === 'unlimited' || remain === null) return false;
	if (unit === 'credits') return remain < amount;
	return type === 'recurring' && total !== null && remain * 100 < amount * total;
}

/**
 * Finds the subusers that have fallen below the threshold since they were last reported, and what to
 * remember. While `recording`, they are remembered without being reported.
 *
 * n8n doesn't always save the memory of polls without items, so the poll that saw a subuser recover can
 * be forgotten. A low subuser therefore also counts as recovered if it has more than when it was
 * reported, or if its credits show that it has reached the threshold since.
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
		const needed = creditsOf(threshold, credits);
		if (before !== undefined && !hasRecovered(before, now, credits, needed)) continue;
		after.set(username, now);
		if (!recording) low.push({ username, credits });
	}
	return { low, reported: after };
}

function hasRecovered(
	before: LowPoint,
	now: LowPoint,
	{ total, used }: Credits,
	needed: number,
): boolean {
	if (now.remain > before.remain) return true;
	if (now.granted === null || used === null) return false;
	// When a period starts, a subuser has the total.
	const totalIsEnough = total !== null && total >= needed;
	// It had nonrecurring credits when it was reported, so a period has started since.
	if (before.granted === null) return totalIsEnough;
	// Only a reset lowers `used`. Small differences don't count: SendGrid's numbers can be slightly off.
	const usedBefore = before.granted - before.remain;
	if (totalIsEnough && usedBefore - used >= needed) return true;
	return now.granted - before.granted >= needed;
}

/** The threshold as a number of credits. With a percentage, only credits that have a total are low. */
function creditsOf({ amount, unit }: Threshold, { total }: Credits): number {
	return unit === 'credits' ? amount : ((total ?? 0) * amount) / 100;
}

/** Flattens the subusers for storing: name, `remain`, and `granted` of each. */
export function writeReported(reported: ReportedLow): Array<string | number | null> {
	return [...reported].flatMap(([username, { remain, granted }]) => [username, remain, granted]);
}

/** Reads what `writeReported` returned; undefined for anything else. */
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
