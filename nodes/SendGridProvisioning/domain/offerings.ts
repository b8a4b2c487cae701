import { Refusal } from './refusal';
import { wholeNumber } from './values';

/**
 * An offering of an account, which has one package and any number of add-ons.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api
 */
export interface Offering {
	name: string;
	/** `package` or `addon`. It's text, so that a merge keeps types that SendGrid adds later. */
	type: string;
	/** Always 1 for a package. If SendGrid leaves it out, it's read as 1. */
	quantity: number;
}

/**
 * A change: offerings to add or update (`merge`), quantities to add (`increase`), the complete new
 * list (`replace`), or names to remove.
 */
export type OfferingChange =
	| { change: Exclude<OfferingChangeKind, 'remove'>; offerings: Offering[] }
	| { change: 'remove'; names: string[] };

export const CHANGES = ['merge', 'replace', 'remove'] as const;
export type Change = (typeof CHANGES)[number];
export const OFFERING_CHANGES = [...CHANGES, 'increase'] as const;
export type OfferingChangeKind = (typeof OFFERING_CHANGES)[number];

/** How two lists of offerings differ. `from` and `to` are quantities. */
export interface OfferingDifference {
	added: string[];
	removed: string[];
	updated: Array<{ name: string; from: number; to: number }>;
}

/** The account's offerings after the change. Unchanged ones keep their position. */
export function withChange(current: Offering[], change: OfferingChange): Offering[] {
	if (change.change === 'remove') {
		return current.filter(({ name }) => !change.names.includes(name));
	}
	const { offerings } = change;
	assertSameTypes(current, offerings);
	if (change.change === 'replace') return offerings;
	return merged(current, change.change === 'increase' ? totals(current, offerings) : offerings);
}

/** Compares two lists by name. Their order doesn't matter to SendGrid. */
export function differenceBetween(before: Offering[], after: Offering[]): OfferingDifference {
	const had = new Map(before.map((entry) => [entry.name, entry]));
	const has = new Map(after.map((entry) => [entry.name, entry]));
	const updated: OfferingDifference['updated'] = [];
	for (const [name, { quantity: to }] of has) {
		const from = had.get(name)?.quantity;
		if (from !== undefined && from !== to) updated.push({ name, from, to });
	}
	return {
		added: [...has.keys()].filter((name) => !had.has(name)),
		removed: [...had.keys()].filter((name) => !has.has(name)),
		updated,
	};
}

/** Whether two lists differ at all. */
export function isChange({ added, removed, updated }: OfferingDifference): boolean {
	return added.length + removed.length + updated.length > 0;
}

/**
 * Checks a list against SendGrid's rules before it's sent. An account has exactly one package, and
 * SendGrid removes all offerings that aren't listed. It doesn't document what it does with a name
 * that's listed twice.
 * @throws Refusal if it breaks a rule
 */
export function assertSendable(offerings: Offering[]): void {
	const packages = offerings.filter(({ type }) => type === 'package').map(({ name }) => name);
	if (packages.length === 0) {
		throw new Refusal(
			'The account would be left without a package',
			'An account has exactly one package. Choose one; to change plans, use Add or Update with the new package, which replaces the old one.',
		);
	}
	if (packages.length > 1) {
		throw new Refusal(
			`The account would have ${packages.length} packages: ${packages.join(', ')}`,
			'An account has exactly one package. Name only one.',
		);
	}
	assertNamedOnce(offerings.map(({ name }) => name));
	for (const { name, type, quantity } of offerings) {
		wholeNumber(quantity, `The quantity of ${name}`, 1);
		if (type === 'package' && quantity !== 1) {
			throw new Refusal(
				`A package has quantity 1, but ${name} would have ${quantity}`,
				'Choose the package again, or ask SendGrid’s support: SendGrid returns this quantity for the account.',
			);
		}
	}
}

/** What to do about an offering that the reseller's contract doesn't have. */
export const CHECK_CATALOG =
	'Choose offerings from the list, or check name and type with Get offering catalog.';

/**
 * Checks a new account's offerings against the catalog, for a dry run: SendGrid's own check comes
 * with the request that creates the account.
 * @throws Refusal
 */
export function assertInCatalog(offerings: Offering[], catalog: Offering[]): void {
	const missing = offerings.filter(
		({ name, type }) => !catalog.some((entry) => entry.name === name && entry.type === type),
	);
	if (missing.length === 0) return;
	throw new Refusal(
		`Your offering catalog doesn’t have ${missing.map(({ name, type }) => `${name} (${type})`).join(', ')}`,
		CHECK_CATALOG,
	);
}

/**
 * Stops a change that would take something away: an offering (the old package of a plan change
 * included), or some of an add-on's quantity.
 * @throws Refusal
 */
export function assertNothingReduced({ removed, updated }: OfferingDifference): void {
	const lowered = updated.filter(({ from, to }) => to < from);
	const reductions = [
		...removed.map((name) => `${name} would be removed`),
		...lowered.map(
			({ name, from, to }) => `the quantity of ${name} would be lowered from ${from} to ${to}`,
		),
	];
	if (reductions.length === 0) return;
	throw new Refusal(
		`The change would reduce the account’s offerings: ${reductions.join('; ')}`,
		'To allow this, turn off Fail on Removal in the options. Nothing was sent.',
	);
}

/** The quantities that add-ons have after an increase. */
function totals(current: Offering[], increases: Offering[]): Offering[] {
	const had = new Map(current.map(({ name, quantity }) => [name, quantity]));
	return increases.map((entry) => ({
		...entry,
		quantity: (had.get(entry.name) ?? 0) + entry.quantity,
	}));
}

/** Checks the types of listed offerings, which comparing by name and quantity would miss. */
function assertSameTypes(current: Offering[], wanted: Offering[]): void {
	for (const { name, type } of wanted) {
		const present = current.find((entry) => entry.name === name);
		if (present === undefined || present.type === type) continue;
		throw new Refusal(
			`On this account ${name} has the type “${present.type}”, not “${type}”`,
			'Correct the type. The offering catalog shows which offerings are packages, and which are add-ons.',
		);
	}
}

/** Replacements keep their position: the package that of the old one, an add-on its own. */
function merged(current: Offering[], wanted: Offering[]): Offering[] {
	const wantedByName = new Map(wanted.map((entry) => [entry.name, entry]));
	const newPackage = wanted.find(({ type }) => type === 'package');
	const packageIndex = current.findIndex(({ type }) => type === 'package');
	const kept = current.flatMap((entry, index) => {
		if (entry.type !== 'package' || newPackage === undefined) {
			return [wantedByName.get(entry.name) ?? entry];
		}
		return index === packageIndex ? [newPackage] : [];
	});
	const keptNames = new Set(kept.map(({ name }) => name));
	return [...kept, ...wanted.filter(({ name }) => !keptNames.has(name))];
}

/** @throws Refusal if a name is listed twice */
export function assertNamedOnce(names: string[]): void {
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice === undefined) return;
	throw new Refusal(`${twice} is named twice`, 'Name each offering once, with its total quantity.');
}
