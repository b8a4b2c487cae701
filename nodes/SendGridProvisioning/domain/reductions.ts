// What a change removes or lowers, for a hint above the output: someone who meant to add something
// must see that the customer has less than before.

import type { Credits } from './credits';
import { differenceBetween } from './offerings';
import type { Offering } from './offerings';
import { remainingSummary } from './summaries';

/**
 * Add-ons that are removed, and lowered quantities. A package that another one replaces is neither, as
 * names don't tell which one is larger. It's listed with these only so that the list is complete.
 */
export function offeringReductions(before: Offering[], after: Offering[]): string[] {
	const { removed, updated } = differenceBetween(before, after);
	const lost = before.filter(({ name, type }) => removed.includes(name) && type !== 'package');
	const reduced = [
		...updated
			.filter(({ from, to }) => to < from)
			.map(({ name, from, to }) => `${name} ${number(from)} → ${number(to)}`),
		...removals(lost.map(({ name }) => name)),
	];
	const [oldPackage, newPackage] = [packageOf(before), packageOf(after)];
	if (reduced.length === 0 || oldPackage === newPackage) return reduced;
	return [`package ${oldPackage} → ${newPackage}`, ...reduced];
}

function packageOf(offerings: Offering[]): string {
	return offerings.find(({ type }) => type === 'package')?.name ?? 'none';
}

/** IP addresses or scopes that are removed. */
export function removals(names: string[]): string[] {
	return names.map((name) => `${name} removed`);
}

/**
 * A limit that is removed or that replaces unlimited credits, recurring credits that end, a lower total,
 * or a lower balance. A removed limit is listed because credits no longer limit what the subuser can
 * send.
 */
export function creditReductions(before: Credits, after: Credits): string[] {
	if (before.type === 'unlimited' && after.type === 'unlimited') return [];
	const limits = `${limitOf(before)} → ${limitOf(after)}`;
	if (after.type === 'unlimited') return [`limit removed, ${limits}`];
	if (before.type === 'unlimited') return [limits];
	const isLower = (from: number | null, to: number | null): boolean =>
		from !== null && to !== null && to < from;
	return [
		// Nonrecurring credits never reset.
		...(before.type === 'recurring' && after.type === 'nonrecurring' ? [limits] : []),
		...(isLower(before.total, after.total)
			? [`total ${number(before.total ?? 0)} → ${number(after.total ?? 0)}`]
			: []),
		...(isLower(before.remain, after.remain)
			? [remainingSummary(before.remain, after.remain)]
			: []),
	];
}

/** What a subuser can send, such as "20,000 monthly" or "250 nonrecurring". */
function limitOf({ type, reset_frequency: frequency, total, remain }: Credits): string {
	const limit = total ?? remain;
	return limit === null ? type : `${number(limit)} ${frequency ?? type}`;
}

function number(value: number): string {
	return value.toLocaleString('en-US');
}
