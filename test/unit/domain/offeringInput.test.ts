import {
	changeFromFields,
	changeFromJson,
} from '../../../nodes/SendGridProvisioning/domain/offeringInput';
import { assertSendable, withChange } from '../../../nodes/SendGridProvisioning/domain/offerings';
import type { Change, OfferingChange } from '../../../nodes/SendGridProvisioning/domain/offerings';
import { BAD_AMOUNTS, refusalOf } from '../refusals';

const PRO = { name: 'acme.pro.v1', type: 'package', quantity: 1 };
const FREE = { name: 'acme.free.v1', type: 'package', quantity: 1 };
const IPS = { name: 'acme.ip.v2', type: 'addon', quantity: 2 };

function fromFields(
	fields: { package?: unknown; addons?: unknown; offeringNames?: unknown },
	change: Change = 'merge',
): OfferingChange {
	return changeFromFields(change, { package: '', addons: {}, offeringNames: [], ...fields });
}

function fromRows(...addon: unknown[]): OfferingChange {
	return fromFields({ addons: { addon } });
}

describe('a change from the form', () => {
	it('has the package and the add-ons', () => {
		const change = fromFields({
			package: 'acme.pro.v1',
			addons: { addon: [{ name: 'acme.ip.v2', quantity: 2 }] },
		});
		expect(change).toEqual({ change: 'merge', offerings: [PRO, IPS] });
	});

	it('has only the package if no add-on was added', () => {
		for (const addons of [{}, '', null, undefined, [], { addon: [] }]) {
			const change = fromFields({ package: 'acme.pro.v1', addons });
			expect(change).toEqual({ change: 'merge', offerings: [PRO] });
		}
	});

	it('has only add-ons if no package was chosen', () => {
		for (const none of ['', null, undefined]) {
			const change = fromFields({ package: none, addons: { addon: [IPS] } });
			expect(change).toEqual({ change: 'merge', offerings: [IPS] });
		}
	});

	it('accepts a bare list of add-ons from an expression', () => {
		expect(fromFields({ addons: [{ name: 'acme.ip.v2', quantity: 2 }] })).toEqual({
			change: 'merge',
			offerings: [IPS],
		});
	});

	it('has quantity 1 for an add-on without one', () => {
		expect(fromRows({ name: 'acme.ip.v2' })).toMatchObject({ offerings: [{ quantity: 1 }] });
	});

	it('accepts a quantity as text', () => {
		expect(fromRows({ name: 'acme.ip.v2', quantity: '2' })).toMatchObject({ offerings: [IPS] });
	});

	it('ignores spaces around names', () => {
		const change = fromFields({
			package: ' acme.pro.v1\n',
			addons: { addon: [{ ...IPS, name: '\tacme.ip.v2 ' }] },
		});
		expect(change).toMatchObject({ offerings: [PRO, IPS] });
	});

	it.each(BAD_AMOUNTS)('refuses %j as a quantity, and names the offering', (quantity) => {
		const { message } = refusalOf(() => fromRows({ name: 'acme.ip.v2', quantity }));
		expect(message).toMatch(
			/^The quantity of acme\.ip\.v2 must be a whole number of at least 1, but (is \S|it’s empty)/,
		);
	});

	it.each([
		['a row without a name', { quantity: 2 }, 'Add-on 2 has no name'],
		['a row whose name is null', { name: null }, 'Add-on 2 has no name'],
		['a row whose name is empty', { name: '' }, 'The name of add-on 2 is empty'],
		['a row whose name is blank', { name: '  ' }, 'The name of add-on 2 is empty'],
		['a row whose name is a list', { name: ['a'] }, 'Add-on 2 has no name, but ["a"]'],
		['a row whose name is a switch', { name: true }, 'Add-on 2 has no name, but true'],
		['a row that is text', 'acme.ip.v2', 'Add-on 2 must have a name and a quantity'],
		['a row that is null', null, 'Add-on 2 must have a name and a quantity'],
	])('refuses %s', (_what, row, message) => {
		expect(refusalOf(() => fromRows({ name: 'acme.ease.v1' }, row)).message).toContain(message);
	});

	it.each<[string, object, string]>([
		['a row with another word for quantity', { name: 'a', qty: 5 }, 'unknown key “qty”'],
		[
			'a row of a package',
			{ name: 'a', type: 'package' },
			'The type of add-on 2 must be one of addon',
		],
	])('refuses %s instead of ignoring it', (_what, row, message) => {
		expect(refusalOf(() => fromRows(IPS, row)).message).toContain(message);
	});

	it.each([
		['a row in place of rows', { name: 'acme.ip.v2', quantity: 2 }, 'name'],
		['rows under another key', { addons: [IPS] }, 'addons'],
	])('refuses %s instead of ignoring it', (_what, addons, key) => {
		for (const change of ['merge', 'replace'] as const) {
			const read = (): unknown => fromFields({ package: 'acme.pro.v1', addons }, change);
			expect(refusalOf(read).message).toContain(`Add-Ons has an unknown key “${key}”`);
		}
	});

	it.each([
		['text', 'acme.ip.v2'],
		['a number', 3],
		['an object that holds no list', { addon: 'acme.ip.v2' }],
	])('refuses add-ons that are %s', (_what, addons) => {
		expect(refusalOf(() => fromFields({ addons })).message).toContain('Add-ons must be a list');
	});

	it.each([
		['blank', '  '],
		['a list', ['acme.pro.v1']],
		['an object', { name: 'acme.pro.v1' }],
		['false', false],
	])('refuses a package that is %s', (_what, value) => {
		refusalOf(() => fromFields({ package: value }));
	});

	it('refuses an add-on that is in two rows', () => {
		expect(refusalOf(() => fromRows(IPS, { name: ' acme.ip.v2' })).message).toBe(
			'acme.ip.v2 is named twice',
		);
	});

	it('refuses an add-on that is also the package', () => {
		const twice = (): unknown =>
			fromFields({ package: 'acme.pro.v1', addons: { addon: [{ name: 'acme.pro.v1' }] } });
		expect(refusalOf(twice).message).toBe('acme.pro.v1 is named twice');
	});

	it('refuses to name nothing, and mentions expressions', () => {
		for (const fields of [{}, { addons: { addon: [] } }, { package: null, addons: null }]) {
			const { message, description } = refusalOf(() => fromFields(fields));
			expect(message).toBe('No offerings are specified');
			expect(description).toContain('expression');
		}
	});

	it('asks for a package where nothing replaces everything: an add-on isn’t enough', () => {
		const { description } = refusalOf(() => fromFields({}, 'replace'));
		expect(description).toMatch(/^Choose a package: Replace All requires one\./);
	});

	it('refuses to replace everything with only add-ons', () => {
		const replacing = (): unknown => fromFields({ addons: { addon: [IPS] } }, 'replace');
		expect(refusalOf(replacing).message).toBe('The account would be left without a package');
	});

	it('accepts one or several names to remove', () => {
		const names = { change: 'remove', names: ['acme.ip.v2'] };
		expect(fromFields({ offeringNames: ['acme.ip.v2'] }, 'remove')).toEqual(names);
		expect(fromFields({ offeringNames: ' acme.ip.v2 ' }, 'remove')).toEqual(names);
		const two = { change: 'remove', names: ['acme.ip.v2', 'acme.mc.v1'] };
		expect(fromFields({ offeringNames: 'acme.ip.v2, acme.mc.v1' }, 'remove')).toEqual(two);
	});

	it('reads names only for a removal, and package and add-ons only for other changes', () => {
		const stale = { package: {}, addons: 'stale', offeringNames: ['acme.ip.v2'] };
		expect(fromFields(stale, 'remove')).toEqual({ change: 'remove', names: ['acme.ip.v2'] });
		expect(fromFields({ package: 'acme.pro.v1', offeringNames: [null] })).toMatchObject({
			offerings: [PRO],
		});
	});

	it.each([
		['nothing', []],
		['an empty text', ''],
		['null', null],
		['an empty name', ['']],
		['null among names', ['acme.ip.v2', null]],
		['a name twice', ['acme.ip.v2', 'acme.ip.v2']],
		['an object', [{ name: 'acme.ip.v2' }]],
		['nothing between commas', 'acme.ip.v2,,acme.mc.v1'],
		['text that is JSON', '["acme.ip.v2"]'],
		['text with quotes', '"acme.ip.v2"'],
		['several names in one', ['acme.ip.v2, acme.mc.v1']],
	])('refuses to remove %s', (_what, offeringNames) => {
		refusalOf(() => fromFields({ offeringNames }, 'remove'));
	});
});

describe('a change from JSON', () => {
	it('is a list, or an object with the list', () => {
		const change = { change: 'merge', offerings: [PRO, IPS] };
		expect(changeFromJson('merge', [PRO, IPS])).toEqual(change);
		expect(changeFromJson('merge', { offerings: [PRO, IPS] })).toEqual(change);
	});

	it('has quantity 1 for packages and add-ons without one', () => {
		const change = changeFromJson('merge', [
			{ name: 'acme.pro.v1', type: 'package' },
			{ name: 'acme.ip.v2', type: 'addon' },
		]);
		expect(change).toMatchObject({ offerings: [{ quantity: 1 }, { quantity: 1 }] });
	});

	it('accepts a number as a name', () => {
		expect(changeFromJson('merge', [{ name: 42, type: 'addon' }])).toMatchObject({
			offerings: [{ name: '42' }],
		});
	});

	it.each([NaN, Infinity, 2 ** 53, 1.5])('refuses %p as a name', (name) => {
		refusalOf(() => changeFromJson('merge', [{ name, type: 'addon' }]));
	});

	it.each(BAD_AMOUNTS)('refuses %j as an add-on’s quantity', (quantity) => {
		const { message } = refusalOf(() => changeFromJson('merge', [{ ...IPS, quantity }]));
		expect(message).toContain('The quantity of acme.ip.v2 must be a whole number of at least 1');
	});

	it.each(BAD_AMOUNTS)('refuses %j as a package’s quantity', (quantity) => {
		refusalOf(() => changeFromJson('merge', [{ ...PRO, quantity }]));
	});

	it.each([2, '2'])('refuses a package with the quantity %p', (quantity) => {
		expect(refusalOf(() => changeFromJson('merge', [{ ...PRO, quantity }])).message).toBe(
			'A package has quantity 1, but acme.pro.v1 was given 2',
		);
	});

	it.each([
		['no name', { type: 'addon' }, 'Offering 1 has no name'],
		['an empty name', { name: '', type: 'addon' }, 'The name of offering 1 is empty'],
		['a name that is null', { name: null, type: 'addon' }, 'Offering 1 has no name'],
		['no type', { name: 'acme.ip.v2' }, 'The type of offering 1 must be one of package, addon'],
		['another type', { ...IPS, type: 'bundle' }, 'but is “bundle”'],
		['a type in capitals', { ...IPS, type: 'Addon' }, 'but is “Addon”'],
		['a misspelled key', { ...IPS, quanttiy: 3 }, 'Offering 1 has an unknown key “quanttiy”'],
	])('refuses an offering with %s', (_what, entry, message) => {
		expect(refusalOf(() => changeFromJson('merge', [entry])).message).toContain(message);
	});

	it.each(['acme.ip.v2', 7, null, true, ['acme.ip.v2']])(
		'refuses %j in place of an offering',
		(entry) => {
			expect(refusalOf(() => changeFromJson('merge', [entry])).message).toContain(
				'Offering 1 must be an object',
			);
			expect(refusalOf(() => changeFromJson('replace', [PRO, entry])).message).toContain(
				'Offering 2 must be an object',
			);
		},
	);

	it.each([
		['text', 'acme.ip.v2', 'must be a list, but is “acme.ip.v2”'],
		['a number', 3, 'must be a list, but is 3'],
		['a switch', true, 'must be a list, but is true'],
		['an object without offerings', {}, 'must be a list, but it’s empty'],
		['an object with more', { offerings: [], dry: 1 }, 'has an unknown key “dry”'],
		['a single offering', IPS, 'has an unknown key “name”'],
		['an object in an object', { offerings: { offerings: [] } }, 'must be a list, but is {'],
	])('refuses %s instead of a list', (_what, value, message) => {
		expect(refusalOf(() => changeFromJson('merge', value)).message).toContain(message);
	});

	it.each(['', null, undefined, [], { offerings: [] }])(
		'refuses %j because it names nothing',
		(value) => {
			for (const change of ['merge', 'replace', 'remove'] as const) {
				expect(refusalOf(() => changeFromJson(change, value)).message).toBe(
					'No offerings are specified',
				);
			}
		},
	);

	it('refuses a name that occurs twice', () => {
		for (const change of ['merge', 'replace', 'remove'] as const) {
			expect(refusalOf(() => changeFromJson(change, [PRO, IPS, IPS])).message).toBe(
				'acme.ip.v2 is named twice',
			);
		}
	});

	it('refuses two packages without reading what the account has', () => {
		for (const change of ['merge', 'replace'] as const) {
			expect(refusalOf(() => changeFromJson(change, [PRO, FREE])).message).toBe(
				'The account would have 2 packages: acme.pro.v1, acme.free.v1',
			);
		}
	});

	it('accepts names and offerings to remove', () => {
		const change = { change: 'remove', names: ['acme.ip.v2', 'acme.pro.v1'] };
		expect(changeFromJson('remove', ['acme.ip.v2', PRO])).toEqual(change);
		expect(changeFromJson('remove', { offerings: ['acme.ip.v2', PRO] })).toEqual(change);
	});

	it('refuses a misspelled key in an offering to remove, too', () => {
		const read = (): unknown => changeFromJson('remove', [{ ...IPS, qty: 2 }]);
		expect(refusalOf(read).message).toBe('Offering 1 has an unknown key “qty”');
	});

	it('refuses to replace everything with only add-ons', () => {
		expect(refusalOf(() => changeFromJson('replace', [IPS])).message).toBe(
			'The account would be left without a package',
		);
	});

	it('refuses a name that is both the package and an add-on', () => {
		const twice = (): unknown => changeFromJson('replace', [PRO, { ...PRO, type: 'addon' }]);
		expect(refusalOf(twice).message).toBe('acme.pro.v1 is named twice');
	});

	it.each([null, true, [], ''])('refuses %j as a name to remove', (name) => {
		refusalOf(() => changeFromJson('remove', [name]));
	});
});

describe('a change on an account', () => {
	it('is refused if the account has the name with another type', () => {
		for (const change of ['merge', 'replace'] as const) {
			const swapped = changeFromJson(change, [
				{ name: 'acme.ip.v2', type: 'package' },
				{ name: 'acme.pro.v1', type: 'addon' },
			]);
			expect(refusalOf(() => withChange([PRO, IPS], swapped)).message).toBe(
				'On this account acme.ip.v2 has the type “addon”, not “package”',
			);
		}
	});

	it('can give a package to an account without one', () => {
		const after = withChange([IPS], changeFromJson('merge', [PRO]));
		expect(after).toEqual([IPS, PRO]);
		assertSendable(after);
	});

	it('can’t give add-ons to an account without a package', () => {
		const after = withChange([], changeFromJson('merge', [IPS]));
		expect(refusalOf(() => assertSendable(after)).message).toBe(
			'The account would be left without a package',
		);
	});

	it('replaces two packages with one', () => {
		const after = withChange([FREE, IPS, PRO], changeFromJson('merge', [PRO]));
		expect(after).toEqual([PRO, IPS]);
	});

	it('without a package is refused on an account that has two', () => {
		const after = withChange([FREE, PRO], changeFromJson('merge', [IPS]));
		expect(refusalOf(() => assertSendable(after)).message).toBe(
			'The account would have 2 packages: acme.free.v1, acme.pro.v1',
		);
	});

	it('that removes the package is refused', () => {
		const after = withChange([PRO, IPS], changeFromJson('remove', ['acme.pro.v1']));
		expect(refusalOf(() => assertSendable(after)).message).toBe(
			'The account would be left without a package',
		);
	});
});
