import { batchingFrom } from '../../nodes/SendGridProvisioning/fields/batching';
import { dryRunFrom } from '../../nodes/SendGridProvisioning/fields/dryRun';
import { limitFrom } from '../../nodes/SendGridProvisioning/fields/limit';
import { offeringChangeFrom } from '../../nodes/SendGridProvisioning/fields/offerings';
import { refuseRemovalsFrom } from '../../nodes/SendGridProvisioning/fields/refuseRemovals';
import { refusalOf } from './refusals';

describe('batching', () => {
	const defaults = { concurrency: Infinity, patience: { maxWaitMs: 300_000, timeoutMs: 30_000 } };

	it.each([{}, '', null, undefined])('has the defaults if it is %j', (value) => {
		expect(batchingFrom(value)).toEqual(defaults);
		expect(batchingFrom({ concurrency: 0 })).toEqual(defaults);
	});

	it('can have each value without the others', () => {
		const { patience } = defaults;
		expect(batchingFrom({ concurrency: '7' })).toEqual({ ...defaults, concurrency: 7 });
		expect(batchingFrom({ maxWaitSeconds: 0 }).patience).toEqual({ ...patience, maxWaitMs: 0 });
		expect(batchingFrom({ timeoutSeconds: '5' }).patience).toEqual({
			...patience,
			timeoutMs: 5_000,
		});
	});

	it.each([
		['Concurrency', { concurrency: 'x' }],
		['Max Wait', { maxWaitSeconds: -1 }],
		['Max Wait', { maxWaitSeconds: '' }],
		['Timeout', { timeoutSeconds: 0 }],
		['Timeout', { timeoutSeconds: 1.5 }],
		['Batching', []],
	])('is refused with the name %s if its value can’t be used: %j', (field, value) => {
		expect(refusalOf(() => batchingFrom(value)).message).toContain(field);
	});
});

describe('the limit of a list', () => {
	function limit(params: Record<string, unknown>): number {
		return limitFrom((name) => params[name] ?? null);
	}

	it('is none with Return All, whatever limit was left in the form', () => {
		expect(limit({ returnAll: true, limit: 'stale' })).toBe(Infinity);
	});

	it('is the given number otherwise', () => {
		expect(limit({ returnAll: false, limit: 5 })).toBe(5);
		expect(limit({ limit: '5' })).toBe(5);
	});

	it.each([0, -1, 1.5, '', null, 'all'])('is refused if it is %j', (given) => {
		expect(refusalOf(() => limit({ limit: given })).message).toContain('Limit');
	});
});

describe.each([
	['Dry Run', 'dryRun', dryRunFrom],
	['Refuse Removals', 'refuseRemovals', refuseRemovalsFrom],
])('%s', (label, name, read) => {
	const readFrom = (options: unknown) => read((field) => (field === 'options' ? options : null));

	it.each([null, '', {}, { [name]: false }, { other: true }])('is off in %j', (options) => {
		expect(readFrom(options)).toBe(false);
	});

	it('is on if it is set', () => {
		expect(readFrom({ [name]: true })).toBe(true);
		expect(readFrom({ [name]: 'true' })).toBe(true);
	});

	it('is refused if it is neither true nor false', () => {
		expect(refusalOf(() => readFrom({ [name]: 'yes' })).message).toContain(label);
	});

	it.each([[[]], [name]])('is refused if the options are %j', (options) => {
		expect(refusalOf(() => readFrom(options)).message).toContain('Options');
	});
});

describe('a change of offerings', () => {
	const PRO = { name: 'acme.pro.v1', type: 'package', quantity: 1 };
	const IP = { name: 'acme.ip.v2', type: 'addon', quantity: 1 };
	const change = (params: Record<string, unknown>) =>
		offeringChangeFrom('merge', (name) => params[name] ?? null);

	it('is read from the fields, whatever was left in the JSON', () => {
		const params = { specifyOfferings: 'fields', package: PRO.name, offeringsJson: '[{' };
		expect(change(params)).toEqual({ change: 'merge', offerings: [PRO] });
	});

	it('is read from the JSON, whatever was left in the fields', () => {
		const params = { package: '', addons: { addon: [{ name: '', quantity: -1 }] } };
		for (const offeringsJson of [JSON.stringify([IP]), [IP], { offerings: [IP] }]) {
			expect(change({ ...params, specifyOfferings: 'json', offeringsJson })).toEqual({
				change: 'merge',
				offerings: [IP],
			});
		}
	});

	it.each([
		['[{', 'Offerings (JSON) is not valid JSON'],
		['5', 'Offerings (JSON) must be a list'],
		['null', 'The change names no offering'],
		['  ', 'The change names no offering'],
	])('is refused if the JSON is “%s”', (offeringsJson, message) => {
		const read = () => change({ specifyOfferings: 'json', offeringsJson });
		expect(refusalOf(read).message).toContain(message);
	});

	it('is refused if it is specified in an unknown way', () => {
		const read = () => change({ specifyOfferings: 'csv', package: PRO.name });
		expect(refusalOf(read).message).toContain('Specify Offerings');
	});
});
