import { assertNamedOnce, assertSendable } from './offerings';
import type { Offering, OfferingChange, OfferingChangeKind } from './offerings';
import { Refusal } from './refusal';
import { isRecord, oneOf, butIs, describeValue, text, wholeNumber } from './values';

const TYPES = ['package', 'addon'] as const;
const KEYS = ['name', 'type', 'quantity'];

/**
 * Reads a change from the form: a package name (empty for none) and rows of add-ons.
 * @throws Refusal if it names no offering, or one twice, or a row is incomplete
 */
export function changeFromFields(
	change: OfferingChangeKind,
	fields: { package: unknown; addons: unknown; offeringNames: unknown },
): OfferingChange {
	if (change === 'remove') {
		const names = namesFrom(fields.offeringNames, 'Add-on');
		if (names.length === 0) throw noneSpecified('Choose at least one add-on to remove.');
		return removal(names);
	}
	const packageName = fields.package ?? '';
	const packages =
		packageName === '' ? [] : [offering('Package', 'package', { name: packageName })];
	const addons = rowsOf(fields.addons).map((row, index) =>
		addonFromRow(row, `Add-on ${index + 1}`),
	);
	if (packages.length + addons.length === 0) {
		throw noneSpecified(CHOOSE[change]);
	}
	return addition(change, [...packages, ...addons]);
}

/**
 * Reads a change from JSON: a list of `{ name, type, quantity? }`, or `{ "offerings": [ … ] }`; for
 * `remove` also a list of names.
 * @throws Refusal if it names no offering, or one twice, or an entry breaks SendGrid's rules
 */
export function changeFromJson(change: OfferingChangeKind, value: unknown): OfferingChange {
	const list = offeringListOf(value);
	if (list.length === 0) throw noneSpecified(ENTER_JSON);
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

/** What a change needs at least. */
const CHOOSE = {
	increase: 'Choose at least one add-on.',
	merge: 'Choose a package or at least one add-on.',
	replace: 'Choose a package: Replace All requires one.',
};

function addition(
	change: Exclude<OfferingChangeKind, 'remove'>,
	offerings: Offering[],
): OfferingChange {
	if (change === 'increase') assertOnlyAddons(offerings);
	assertNamedOnce(offerings.map(({ name }) => name));
	if (offerings.filter(({ type }) => type === 'package').length > 1) assertSendable(offerings);
	if (change === 'replace') assertSendable(offerings);
	return { change, offerings };
}

/** An account has exactly one package, so there is nothing to add to. @throws Refusal */
function assertOnlyAddons(offerings: Offering[]): void {
	const found = offerings.find(({ type }) => type === 'package');
	if (found === undefined) return;
	throw new Refusal(
		`Increase Quantities is for add-ons, but ${found.name} is a package`,
		'Leave the package out. To change the package, use Add or Update.',
	);
}

function removal(names: string[]): OfferingChange {
	assertNamedOnce(names);
	return { change: 'remove', names };
}

const ENTER_JSON = 'Enter at least one offering in Offerings (JSON).';

function noneSpecified(nextStep: string): Refusal {
	return new Refusal(
		'No offerings are specified',
		`${nextStep} If an expression sets them, it returned nothing for this item.`,
	);
}

function rowsOf(addons: unknown): unknown[] {
	if (addons === undefined || addons === null || addons === '') return [];
	if (isRecord(addons)) assertKeys(addons, ['addon'], 'Add-Ons');
	const rows = isRecord(addons) ? (addons['addon'] ?? []) : addons;
	if (Array.isArray(rows)) return rows;
	throw new Refusal(`Add-ons must be a list, ${butIs(rows)}`, 'Add one row for each add-on.');
}

function addonFromRow(row: unknown, label: string): Offering {
	if (!isRecord(row)) {
		throw new Refusal(
			`${label} must have a name and a quantity, ${butIs(row)}`,
			'Correct the row.',
		);
	}
	// Offerings from another node have a type.
	assertKeys(row, KEYS, label);
	if ('type' in row) oneOf(row['type'], ['addon'], `The type of ${label.toLowerCase()}`);
	return offering(label, 'addon', row);
}

function offeringListOf(value: unknown): unknown[] {
	if (value === undefined || value === null || value === '') throw noneSpecified(ENTER_JSON);
	if (isRecord(value)) assertKeys(value, ['offerings'], 'Offerings (JSON)');
	const list = isRecord(value) ? value['offerings'] : value;
	if (Array.isArray(list)) return list;
	throw new Refusal(
		`Offerings (JSON) must be a list, ${butIs(list)}`,
		'Enter a list such as [{ "name": "…", "type": "addon", "quantity": 2 }].',
	);
}

function offeringFromJson(entry: unknown, index: number): Offering {
	const label = `Offering ${index + 1}`;
	if (!isRecord(entry)) {
		throw new Refusal(
			`${label} must be an object, ${butIs(entry)}`,
			'Write each offering as { "name": "…", "type": "package" or "addon", "quantity": 1 }.',
		);
	}
	assertKeys(entry, KEYS, label);
	const type = oneOf(entry['type'], TYPES, `The type of ${label.toLowerCase()}`);
	return offering(label, type, entry);
}

/** Reads an offering. A missing quantity is 1, but an empty one is refused. */
function offering(
	label: string,
	type: (typeof TYPES)[number],
	entry: Record<string, unknown>,
): Offering {
	const name = nameFrom(entry['name'], label);
	const quantity =
		'quantity' in entry ? wholeNumber(entry['quantity'], `The quantity of ${name}`, 1) : 1;
	if (type === 'package' && quantity !== 1) {
		throw new Refusal(
			`A package has quantity 1, but ${name} was given ${quantity}`,
			'Remove the quantity of the package, or set it to 1.',
		);
	}
	return { name, type, quantity };
}

function nameFrom(value: unknown, label: string): string {
	if (typeof value !== 'string' && typeof value !== 'number') {
		const refused = value === undefined || value === null ? '' : `, but ${describeValue(value)}`;
		throw new Refusal(
			`${label} has no name${refused}`,
			'Choose the offering from the list, or remove the row.',
		);
	}
	return text(value, `The name of ${label.toLowerCase()}`);
}

/** Reads a list of names, or text with commas, as a CRM field may have it. */
function namesFrom(value: unknown, field: string): string[] {
	if (value === undefined || value === null || value === '') return [];
	const list: unknown[] =
		typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
	return list.map((entry, index) => {
		const label = `${field} ${index + 1}`;
		const name = nameFrom(entry, label);
		if (!/[[\]{}",]/.test(name)) return name;
		throw new Refusal(
			`${label} isn’t the name of an offering: ${describeValue(name)}`,
			'Choose the offerings from the list, or let the expression return a list of names. For JSON, set Specify Offerings to Using JSON.',
		);
	});
}

function assertKeys(entry: Record<string, unknown>, known: string[], label: string): void {
	const unknownKey = Object.keys(entry).find((key) => !known.includes(key));
	if (unknownKey === undefined) return;
	throw new Refusal(
		`${label} has an unknown key “${unknownKey}”`,
		`Only ${known.join(', ')} ${known.length === 1 ? 'is' : 'are'} allowed here. Check the spelling.`,
	);
}
