// SendGrid replaces a customer's offerings and IPs whole and has no lock, so two processes that change
// one list at the same time can undo each other's change. These rules look for that.

import { ipDifference } from './ips';
import { differenceBetween } from './offerings';
import type { Offering, OfferingChange } from './offerings';
import { Overwritten, Refusal } from './refusal';

/** A list before an item changed it, and as the item left it. */
export interface ListStep<List> {
	before: List;
	after: List;
}

/** The names of the offerings that differ, old and new packages included. */
export function changedOfferings({ before, after }: ListStep<Offering[]>): string[] {
	const { added, removed, updated } = differenceBetween(before, after);
	return [...added, ...removed, ...updated.map(({ name }) => name)];
}

/** The addresses that come or go. */
export function changedIps({ before, after }: ListStep<string[]>): string[] {
	const { added, removed } = ipDifference(before, after);
	return [...added, ...removed];
}

/**
 * What is missing of an item's change from the list as it is now, in words, by name: its own later
 * writes aside, it takes another process to undo it.
 */
export function undoneOfferings(step: ListStep<Offering[]>, now: Offering[]): Map<string, string> {
	const has = new Map(now.map((entry) => [entry.name, entry.quantity]));
	const left = new Map(step.after.map((entry) => [entry.name, entry.quantity]));
	const undone = changedOfferings(step).filter((name) => has.get(name) !== left.get(name));
	return new Map(
		undone.map((name) => {
			const [quantity, wanted] = [has.get(name), left.get(name)];
			if (quantity === undefined) return [name, `${name} is missing`];
			if (wanted === undefined) return [name, `${name} is back`];
			return [name, `the quantity of ${name} is ${quantity}, not ${wanted}`];
		}),
	);
}

/** The same for addresses. */
export function undoneIps(step: ListStep<string[]>, now: string[]): Map<string, string> {
	const undone = changedIps(step).filter((ip) => now.includes(ip) !== step.after.includes(ip));
	return new Map(undone.map((ip) => [ip, `${ip} is ${now.includes(ip) ? 'back' : 'missing'}`]));
}

/**
 * @param except names that this process itself has changed since
 * @throws Overwritten
 */
export function assertNotOverwritten(
	undone: Map<string, string>,
	except: ReadonlySet<string>,
): void {
	const words = [...undone].flatMap(([name, said]) => (except.has(name) ? [] : [said]));
	if (words.length === 0) return;
	throw new Overwritten(
		`The change was applied, but then another process overwrote it: ${words.join('; ')}`,
		'Run the item again: this is safe, because it reads the list first. SendGrid replaces the whole list, so two processes that change it at the same time can undo each other’s changes.',
	);
}

/**
 * Before an increase is decided again whose request may have been applied: if a quantity isn't what
 * it was, that can be this increase or another one.
 * @throws Refusal
 */
export function assertNotIncreased(
	change: OfferingChange,
	{ before, now }: { before: Offering[]; now: Offering[] },
): void {
	if (change.change !== 'increase') return;
	const moved = changedOfferings({ before, after: now });
	const unclear = change.offerings.find(({ name }) => moved.includes(name));
	if (unclear === undefined) return;
	throw new Refusal(
		`The quantity of ${unclear.name} may have been increased`,
		'Look at the account’s offerings before you run the item again.',
	);
}
