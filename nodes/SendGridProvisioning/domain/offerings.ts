import { Refusal, Unconfirmed } from './refusal';
import { isRecord, oneOf, shown, text, wholeNumber } from './values';

/**
 * What an account is given: one package and any number of add-ons.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api
 */
export interface Offering {
	name: string;
	/** `package` or `addon`; kept as text so that a kind SendGrid adds later survives a merge. */
	type: string;
	/** Always 1 for a package. SendGrid may leave it out, which is read as 1. */
	quantity: number;
}

/** What the user asks for: offerings to put in (`merge`), to have alone (`replace`), or names to take out. */
export type OfferingChange =
	{ change: 'merge' | 'replace'; offerings: Offering[] } | { change: 'remove'; names: string[] };

export const CHANGES = ['merge', 'replace', 'remove'] as const;
export type Change = (typeof CHANGES)[number];

/** How two lists of offerings differ; quantities are in units of the add-on. */
export interface OfferingDifference {
	added: string[];
	removed: string[];
	updated: Array<{ name: string; from: number; to: number }>;
}

const TYPES = ['package', 'addon'] as const;
const KEYS = ['name', 'type', 'quantity'];

/**
 * The change as the form gives it: a package name (empty = none) and rows of add-ons.
 * @throws Refusal where it names nothing, names one twice, or a row is incomplete
 */
export function changeFromFields(
	change: Change,
	fields: { package: unknown; addons: unknown; offeringNames: unknown },
): OfferingChange {
	if (change === 'remove') return removal(namesFrom(fields.offeringNames, 'Offerings'));
	const packageName = fields.package ?? '';
	const packages = packageName === '' ? [] : [offering('Package', packageName, 'package', 1)];
	const addons = rowsOf(fields.addons).map((row, index) =>
		addonFromRow(row, `Add-on ${index + 1}`),
	);
	return addition(change, [...packages, ...addons]);
}

/**
 * The change as JSON gives it: a list of `{ name, type, quantity? }`, or `{ "offerings": [ … ] }`;
 * for `remove` also a list of names.
 * @throws Refusal where it names nothing, names one twice, or an entry breaks SendGrid's rules
 */
export function changeFromJson(change: Change, value: unknown): OfferingChange {
	const list = offeringListOf(value);
	if (change === 'remove') {
		const names = list.map((entry, index) =>
			isRecord(entry)
				? offeringFromJson(entry, index).name
				: nameFrom(entry, `Offering ${index + 1}`),
		);
		return removal(names);
	}
	return addition(change, list.map(offeringFromJson));
}

/** The list that the account would have after the change, untouched offerings in their place. */
export function withChange(current: Offering[], change: OfferingChange): Offering[] {
	if (change.change === 'replace') return change.offerings;
	if (change.change === 'remove') {
		return current.filter(({ name }) => !change.names.includes(name));
	}
	return merged(current, change.offerings);
}

/** What differs between two lists, by name. The order of a list means nothing to SendGrid. */
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

/** Whether anything differs at all. */
export function isChange({ added, removed, updated }: OfferingDifference): boolean {
	return added.length + removed.length + updated.length > 0;
}

/**
 * Holds the list that is about to be sent against SendGrid's rules. An account has exactly one
 * package, and SendGrid removes whatever the list leaves out; what it makes of a name that
 * stands there twice is not documented.
 * @throws Refusal
 */
export function assertSendable(offerings: Offering[]): void {
	const packages = offerings.filter(({ type }) => type === 'package').map(({ name }) => name);
	if (packages.length === 0) {
		throw new Refusal(
			'The account would be left without a package',
			'An account has exactly one package. Choose one; to change plans, use Add or Update with the new package, which takes the place of the old one.',
		);
	}
	if (packages.length > 1) {
		throw new Refusal(
			`The account would have ${packages.length} packages: ${packages.join(', ')}`,
			'An account has exactly one package. Name only one.',
		);
	}
	assertNamedOnce(offerings.map(({ name }) => name));
	for (const { name, quantity } of offerings) wholeNumber(quantity, `The quantity of ${name}`, 1);
}

/**
 * Stops a change that would take something away: an offering (the old package of a plan change
 * included), or some of an add-on's quantity.
 * @throws Refusal
 */
export function assertNothingTaken({ removed, updated }: OfferingDifference): void {
	const lowered = updated.filter(({ from, to }) => to < from);
	const losses = [
		...removed.map((name) => `${name} would go`),
		...lowered.map(({ name, from, to }) => `${name} would be lowered from ${from} to ${to}`),
	];
	if (losses.length === 0) return;
	throw new Refusal(
		`The change would take something away: ${losses.join('; ')}`,
		'Nothing was sent, because Refuse Removals is on. If this is what you want, switch it off in the options.',
	);
}

/**
 * Holds SendGrid's answer against the list that was sent.
 * @throws Unconfirmed where an offering was dropped, altered or put in
 */
export function assertConfirmed(sent: Offering[], answered: Offering[]): void {
	if (!isChange(differenceBetween(sent, answered)) && sent.length === answered.length) return;
	throw new Unconfirmed(
		`SendGrid did not do what it was asked to: sent ${listed(sent)}; SendGrid answered ${listed(answered)}`,
		'Read the account’s offerings, and ask SendGrid why it treats these differently. Running the item again compares with what the account has then.',
	);
}

function listed(offerings: Offering[]): string {
	return offerings.map(({ name, quantity }) => `${name} × ${quantity}`).join(', ') || 'nothing';
}

function merged(current: Offering[], wanted: Offering[]): Offering[] {
	for (const { name, type } of wanted) {
		const present = current.find((entry) => entry.name === name);
		if (present === undefined || present.type === type) continue;
		throw new Refusal(
			`${name} is a ${present.type} on this account, not a ${type}`,
			'Correct the type. The catalog says which offering is a package and which an add-on.',
		);
	}
	const wantedByName = new Map(wanted.map((entry) => [entry.name, entry]));
	const newPackage = wanted.some(({ type }) => type === 'package');
	const kept = current
		.filter(({ name, type }) => type !== 'package' || !newPackage || wantedByName.has(name))
		.map((entry) => wantedByName.get(entry.name) ?? entry);
	const keptNames = new Set(kept.map(({ name }) => name));
	return [...kept, ...wanted.filter(({ name }) => !keptNames.has(name))];
}

function addition(change: 'merge' | 'replace', offerings: Offering[]): OfferingChange {
	if (offerings.length === 0) throw namesNothing();
	assertNamedOnce(offerings.map(({ name }) => name));
	if (offerings.filter(({ type }) => type === 'package').length > 1) assertSendable(offerings);
	if (change === 'replace') assertSendable(offerings);
	return { change, offerings };
}

function removal(names: string[]): OfferingChange {
	if (names.length === 0) throw namesNothing();
	assertNamedOnce(names);
	return { change: 'remove', names };
}

function namesNothing(): Refusal {
	return new Refusal(
		'The change names no offering',
		'Choose a package or at least one add-on. If they come from an expression, this item has nothing there.',
	);
}

function assertNamedOnce(names: string[]): void {
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice === undefined) return;
	throw new Refusal(
		`${twice} is named twice`,
		'Name each offering once, with the quantity that it shall have in total.',
	);
}

function rowsOf(addons: unknown): unknown[] {
	if (addons === undefined || addons === null || addons === '') return [];
	const rows = isRecord(addons) ? (addons['addon'] ?? []) : addons;
	if (Array.isArray(rows)) return rows;
	throw new Refusal(
		`Add-ons must be a list, but is ${shown(rows)}`,
		'Add one row for each add-on.',
	);
}

function addonFromRow(row: unknown, label: string): Offering {
	if (!isRecord(row)) {
		throw new Refusal(
			`${label} must have a name and a quantity, but is ${shown(row)}`,
			'Correct the row.',
		);
	}
	const quantity = 'quantity' in row ? row['quantity'] : 1;
	return offering(label, row['name'], 'addon', quantity);
}

function offeringListOf(value: unknown): unknown[] {
	if (value === undefined || value === null || value === '') throw namesNothing();
	if (isRecord(value)) assertKeys(value, ['offerings'], 'Offerings (JSON)');
	const list = isRecord(value) ? value['offerings'] : value;
	if (Array.isArray(list)) return list;
	throw new Refusal(
		`Offerings (JSON) must be a list, but is ${shown(list)}`,
		'Give a list such as [{ "name": "…", "type": "addon", "quantity": 2 }].',
	);
}

function offeringFromJson(entry: unknown, index: number): Offering {
	const label = `Offering ${index + 1}`;
	if (!isRecord(entry)) {
		throw new Refusal(
			`${label} must be an object, but is ${shown(entry)}`,
			'Write each offering as { "name": "…", "type": "package" or "addon", "quantity": 1 }.',
		);
	}
	assertKeys(entry, KEYS, label);
	const type = oneOf(entry['type'], TYPES, `The type of ${label.toLowerCase()}`);
	return offering(label, entry['name'], type, 'quantity' in entry ? entry['quantity'] : 1);
}

function offering(
	label: string,
	name: unknown,
	type: (typeof TYPES)[number],
	given: unknown,
): Offering {
	const named = nameFrom(name, label);
	const quantity = wholeNumber(given, `The quantity of ${named}`, 1);
	if (type === 'package' && quantity !== 1) {
		throw new Refusal(
			`A package has quantity 1, but ${named} was given ${quantity}`,
			'Leave the quantity of a package away, or set it to 1.',
		);
	}
	return { name: named, type, quantity };
}

function nameFrom(value: unknown, label: string): string {
	if (typeof value !== 'string' && typeof value !== 'number') {
		const refused = value === undefined || value === null ? '' : `, but ${shown(value)}`;
		throw new Refusal(
			`${label} has no name${refused}`,
			'Choose the offering from the list, or remove the row.',
		);
	}
	return text(value, `The name of ${label.toLowerCase()}`);
}

function namesFrom(value: unknown, field: string): string[] {
	if (value === undefined || value === null || value === '') return [];
	const list = Array.isArray(value) ? value : [value];
	return list.map((entry, index) => nameFrom(entry, `${field} ${index + 1}`));
}

function assertKeys(entry: Record<string, unknown>, known: string[], label: string): void {
	const unknownKey = Object.keys(entry).find((key) => !known.includes(key));
	if (unknownKey === undefined) return;
	throw new Refusal(
		`${label} has an unknown key “${unknownKey}”`,
		`Only ${known.join(', ')} ${known.length === 1 ? 'is' : 'are'} known here. Check the spelling.`,
	);
}
