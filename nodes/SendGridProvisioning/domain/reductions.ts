// What a change removes or lowers, for a hint above the output: someone who meant to add something
// must see that the customer has less than before.

import type { Credits } from './credits';
import { differenceBetween } from './offerings';
import type { Offering } from './offerings';
import { remainingSummary } from './summaries';

/** Add-ons that are removed, and lowered quantities. A package that another one replaces is neither. */
export function offeringReductions(before: Offering[], after: Offering[]): string[] {
	const { removed, updated } = differenceBetween(before, after);
	const lost = before.filter(({ name, type }) => removed.includes(name) && type !== 'package');
	return [
		...updated
			.filter(({ from, to }) => to < from)
			.map(({ name, from, to }) => `${name} ${number(from)} → ${number(to)}`),
		...removals(lost.map(({ name }) => name)),
	];
}

/** IP addresses or scopes that are removed. */
export function removals(names: string[]): string[] {
	return names.map((name) => `${name} removed`);
}

/** A limit in place of unlimited credits, a lower total, or a lower balance. */
export function creditReductions(before: Credits, after: Credits): string[] {
	if (after.type === 'unlimited') return [];
	if (before.type === 'unlimited') return [`unlimited → ${after.type}`];
	const isLower = (from: number | null, to: number | null): boolean =>
		from !== null && to !== null && to < from;
	return [
		...(isLower(before.total, after.total)
			? [`total ${number(before.total ?? 0)} → ${number(after.total ?? 0)}`]
			: []),
		...(isLower(before.remain, after.remain)
			? [remainingSummary(before.remain, after.remain)]
			: []),
	];
}

function number(value: number): string {
	return value.toLocaleString('en-US');
}
