import { apiKeyIdFrom } from '../../nodes/SendGridProvisioning/fields/apiKey';
import { newIpsFrom } from '../../nodes/SendGridProvisioning/fields/accountIp';
import {
	brandingIdFrom,
	brandingRegionFrom,
	domainFrom,
	domainIdField,
	linkIdField,
} from '../../nodes/SendGridProvisioning/fields/branding';
import { dryRunFrom } from '../../nodes/SendGridProvisioning/fields/dryRun';
import { limitFrom } from '../../nodes/SendGridProvisioning/fields/limit';
import { offeringChangeFrom } from '../../nodes/SendGridProvisioning/fields/offerings';
import { optionsField, runOptionsFrom } from '../../nodes/SendGridProvisioning/fields/options';
import { subuserFrom } from '../../nodes/SendGridProvisioning/fields/newSubuser';
import { refuseRemovalsFrom } from '../../nodes/SendGridProvisioning/fields/refuseRemovals';
import { refusalOf } from './refusals';

describe('the options of every operation', () => {
	const read = (options: unknown) =>
		runOptionsFrom((name) => (name === 'options' ? options : null));
	const defaults = { concurrency: Infinity, timeLimits: { maxWaitMs: 300_000, timeoutMs: 30_000 } };

	it.each([{}, '', null, undefined])('have their defaults where they are %j', (value) => {
		expect(read(value)).toEqual(defaults);
		expect(read({ concurrency: 0 })).toEqual(defaults);
	});

	it('can be set one by one', () => {
		const { timeLimits } = defaults;
		expect(read({ concurrency: '7' })).toEqual({ ...defaults, concurrency: 7 });
		expect(read({ maxWaitSeconds: 0 }).timeLimits).toEqual({ ...timeLimits, maxWaitMs: 0 });
		expect(read({ timeoutSeconds: '5' }).timeLimits).toEqual({
			...timeLimits,
			timeoutMs: 5_000,
		});
	});

	it.each([
		['Concurrency', { concurrency: 'x' }],
		['Max Wait', { maxWaitSeconds: -1 }],
		['Max Wait', { maxWaitSeconds: '' }],
		['Timeout', { timeoutSeconds: 0 }],
		['Timeout', { timeoutSeconds: 1.5 }],
		['Options', []],
	])('are refused by the name of the field: %s (%j)', (field, value) => {
		expect(refusalOf(() => read(value)).message).toContain(field);
	});
});

describe('the field Options', () => {
	it('has what all operations have and what one adds, from A to Z', () => {
		const added = { displayName: 'Quiet', name: 'quiet', type: 'boolean', default: false } as const;
		const names = (optionsField([added]).options ?? []).map(({ name }) => name);
		expect(names).toEqual(['concurrency', 'maxWaitSeconds', 'quiet', 'timeoutSeconds']);
	});
});

describe('the limit of a list', () => {
	function limit(params: Record<string, unknown>): number {
		return limitFrom((name) => params[name] ?? null);
	}

	it('is none with Return All, whatever limit was left in the form', () => {
		expect(limit({ returnAll: true, limit: 'stale' })).toBe(Infinity);
	});

	it('is the entered number otherwise', () => {
		expect(limit({ returnAll: false, limit: 5 })).toBe(5);
		expect(limit({ limit: '5' })).toBe(5);
	});

	it.each([0, -1, 1.5, '', null, 'all'])('is refused if it is %j', (given) => {
		expect(refusalOf(() => limit({ limit: given })).message).toContain('Limit');
	});
});

describe.each([
	['Dry Run', (value: unknown) => dryRunFrom((field) => (field === 'dryRun' ? value : null))],
	[
		'Fail on Removal',
		(value: unknown) =>
			refuseRemovalsFrom((field) => (field === 'options' ? { refuseRemovals: value } : null)),
	],
])('%s', (label, read) => {
	it.each([null, '', false, 'false', undefined])('is off as %j', (value) => {
		expect(read(value)).toBe(false);
	});

	it.each([true, 'true'])('is on as %j', (value) => {
		expect(read(value)).toBe(true);
	});

	it('is refused if it is neither true nor false', () => {
		expect(refusalOf(() => read('yes')).message).toContain(label);
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
		['null', 'No offerings are specified'],
		['  ', 'No offerings are specified'],
	])('is refused if the JSON is “%s”', (offeringsJson, message) => {
		const read = () => change({ specifyOfferings: 'json', offeringsJson });
		expect(refusalOf(read).message).toContain(message);
	});

	it('is refused if it is specified in an unknown way', () => {
		const read = () => change({ specifyOfferings: 'csv', package: PRO.name });
		expect(refusalOf(read).message).toContain('Specify Offerings');
	});
});

describe('the ID of an API key', () => {
	const read = (value: unknown) => apiKeyIdFrom(() => value);

	it('is read', () => {
		expect(read(' k1 ')).toBe('k1');
	});

	it('can’t be a key, which the message doesn’t repeat', () => {
		const refusal = refusalOf(() => read('SG.abc.def'));
		expect(refusal.message + refusal.description).not.toContain('abc');
	});
});

describe('the fields of a domain or link branding', () => {
	const domain = (values: Record<string, unknown>) => domainFrom((name) => values[name]);

	it('are read, with the subdomain if there is one', () => {
		expect(domain({ domain: ' birch.example ', subdomain: '' })).toEqual({
			domain: 'birch.example',
			subdomain: undefined,
		});
		expect(domain({ domain: 'birch.example', subdomain: 'mail' }).subdomain).toBe('mail');
	});

	it.each([
		['Domain', { domain: 'https://birch.example' }],
		['Domain', { domain: '' }],
		['Subdomain', { domain: 'birch.example', subdomain: 'mail.birch.example' }],
		['Subdomain', { domain: 'birch.example', subdomain: true }],
	])('are refused by the name of the field: %s (%j)', (field, values) => {
		expect(refusalOf(() => domain(values)).message).toContain(field);
	});

	it.each([
		[domainIdField, /^Domain ID /],
		[linkIdField, /^Link Branding ID /],
	])('have an ID, which must be a number', (field, words) => {
		expect(brandingIdFrom(() => '302183', field)).toBe('302183');
		expect(refusalOf(() => brandingIdFrom(() => 'mail.birch.example', field)).message).toMatch(
			words,
		);
	});

	it('have a region only if it’s set', () => {
		expect(brandingRegionFrom({})).toBeUndefined();
		expect(brandingRegionFrom({ region: 'eu' })).toBe('eu');
		expect(refusalOf(() => brandingRegionFrom({ region: 'us' })).message).toContain('Region');
	});
});

describe('the IPs to add to an account', () => {
	const read = (count: unknown, region: unknown = 'global') =>
		newIpsFrom((name) => (name === 'count' ? count : region));

	it('are 1 to 10 in one region', () => {
		expect(read('10', 'eu')).toEqual({ count: 10, region: 'eu' });
	});

	it.each([0, 11, '', undefined])('can’t be %j', (count) => {
		expect(refusalOf(() => read(count)).message).toContain('Count');
	});

	it('can’t be in a region that only SendGrid names', () => {
		expect(refusalOf(() => read(1, 'us')).message).toContain('Region');
	});
});

describe('the fields of a subuser to create or update', () => {
	const read = (values: Record<string, unknown>) =>
		subuserFrom((name) => ({ email: 'mail@birch.example', ...values })[name]);

	it('change only what is set', () => {
		expect(read({})).toEqual({
			email: 'mail@birch.example',
			ips: undefined,
			region: 'global',
			status: undefined,
			updateEmail: false,
		});
		const updateFields = { status: 'disabled', updateEmail: true };
		expect(read({ ips: '192.0.2.1, 192.0.2.2', region: 'eu', updateFields })).toEqual({
			email: 'mail@birch.example',
			ips: ['192.0.2.1', '192.0.2.2'],
			region: 'eu',
			status: 'disabled',
			updateEmail: true,
		});
	});

	it.each([
		['Email', { email: '' }],
		['Region', { region: 'us' }],
		['Status', { updateFields: { status: '' } }],
		['Update Email', { updateFields: { updateEmail: 'yes' } }],
		['Update Fields', { updateFields: 'disabled' }],
	])('are refused by the name of the field: %s (%j)', (field, values) => {
		expect(refusalOf(() => read(values)).message).toContain(field);
	});
});
