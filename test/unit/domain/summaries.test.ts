import type { Credits, CreditsRequest } from '../../../nodes/SendGridProvisioning/domain/credits';
import type { Offering } from '../../../nodes/SendGridProvisioning/domain/offerings';
import {
	apiKeySummary,
	apiKeyUpdateSummary,
	brandingSummary,
	creditSummary,
	deletionSummary,
	fieldSummary,
	ipSummary,
	newAccountSummary,
	newSubuserSummary,
	offeringSummary,
	remainingSummary,
	stateSummary,
	balanceSummary,
	wouldBe,
} from '../../../nodes/SendGridProvisioning/domain/summaries';

const plan = (name: string): Offering => ({ name, type: 'package', quantity: 1 });
const addon = (name: string, quantity = 1): Offering => ({ name, type: 'addon', quantity });
const [free, pro, ip] = [plan('free'), plan('pro'), addon('ip')];

const MONTHLY = {
	type: 'recurring',
	reset_frequency: 'monthly',
	remain: 400,
	total: 10_000,
	used: 9600,
};
const ONCE = { type: 'nonrecurring', reset_frequency: null, remain: 30, total: null, used: null };
const UNLIMITED = { ...ONCE, type: 'unlimited', remain: null };

const monthly = (total: number): CreditsRequest => ({
	type: 'recurring',
	reset_frequency: 'monthly',
	total,
});
const once = (total: number): CreditsRequest => ({ type: 'nonrecurring', total });

describe('the summary of offerings', () => {
	it.each<[string, Offering[], Offering[]]>([
		['unchanged', [pro, ip], [ip, pro]],
		['free → pro', [free, ip], [pro, ip]],
		['ip 1 → 1,200', [pro, ip], [pro, addon('ip', 1200)]],
		['free → pro; ip 2 → 1', [free, addon('ip', 2)], [pro, ip]],
		['added ip', [pro], [pro, ip]],
		['added ip (2)', [pro], [pro, addon('ip', 2)]],
		['removed ip (2)', [pro, addon('ip', 2)], [pro]],
		['added b; removed a', [pro, addon('a')], [pro, addon('b')]],
		['added pro; added ip', [], [pro, ip]],
		['removed free; removed pro', [free, pro], []],
	])('is “%s”', (summary, before, after) => {
		expect(offeringSummary(before, after)).toBe(summary);
	});

	it('stays one short line where much changes', () => {
		const many = Array.from({ length: 40 }, (_, index) => addon(`a${index}`));
		expect(offeringSummary([free], [pro, ...many])).toBe(
			'free → pro; added a0; added a1; added a2; added a3; added a4; added a5; added a6; and 33 more',
		);
	});
});

describe('the summary of IPs', () => {
	it.each<[string, string[], string[]]>([
		['unchanged', [], []],
		['added a, b', ['a', 'b'], []],
		['removed a', [], ['a']],
		['added a; removed b, c', ['a'], ['b', 'c']],
	])('is “%s”', (summary, added, removed) => {
		expect(ipSummary({ added, removed })).toBe(summary);
	});

	it('counts the rest of a long list, but never just one', () => {
		const letters = [...'abcdefghijkl'];
		expect(ipSummary({ added: letters.slice(0, 9), removed: [] })).toBe(
			'added a, b, c, d, e, f, g, h, i',
		);
		expect(ipSummary({ added: letters, removed: [] })).toBe(
			'added a, b, c, d, e, f, g, h, and 4 more',
		);
	});
});

describe('the summary of new credits', () => {
	it.each<[string, CreditsRequest, Credits | undefined]>([
		['unchanged', monthly(10_000), MONTHLY],
		['recurring, monthly, 10,000 → 20,000', monthly(20_000), MONTHLY],
		[
			'recurring, daily → monthly, 10,000',
			monthly(10_000),
			{ ...MONTHLY, reset_frequency: 'daily' },
		],
		['nonrecurring → recurring, monthly, 500', monthly(500), ONCE],
		['unlimited → recurring, monthly, 500', monthly(500), UNLIMITED],
		['recurring → unlimited', { type: 'unlimited' }, MONTHLY],
		['unlimited', { type: 'unlimited' }, UNLIMITED],
		['unlimited', { type: 'unlimited' }, undefined],
		['recurring → nonrecurring, balance set from 400 to 1,000', once(1000), MONTHLY],
		['unlimited → nonrecurring, balance set to 1,000', once(1000), UNLIMITED],
		['nonrecurring, balance set from 30 to 1,000', once(1000), ONCE],
		['nonrecurring, balance set to 30', once(30), ONCE],
		['nonrecurring, balance set to 1,000', once(1000), { ...ONCE, remain: null }],
		['nonrecurring, balance set to 1,000', once(1000), undefined],
	])('is “%s”', (summary, request, before) => {
		expect(creditSummary(request, { refill: false, ...(before && { before }) })).toBe(summary);
	});

	it.each<[string, number, Credits | undefined]>([
		['recurring, monthly, 10,000, refilled', 10_000, MONTHLY],
		['recurring, monthly, 10,000 → 500, refilled', 500, MONTHLY],
		['unlimited → recurring, monthly, 500, refilled', 500, UNLIMITED],
		['recurring, monthly, 500, refilled', 500, undefined],
	])('says of a refill “%s”', (summary, total, before) => {
		expect(creditSummary(monthly(total), { refill: true, ...(before && { before }) })).toBe(
			summary,
		);
	});
});

describe('the summary of a dry run', () => {
	it.each([
		['would be: ip 1 → 2', 'ip 1 → 2'],
		['would be: added 192.0.2.1', 'added 192.0.2.1'],
		['unchanged', 'unchanged'],
		['unchanged: mail.a.example, valid', 'unchanged: mail.a.example, valid'],
		['stays enabled', 'stays enabled'],
		['would be created: pro', 'would be created: pro'],
	])('is “%s”', (dry, summary) => {
		expect(wouldBe(summary)).toBe(dry);
	});

	it('says what new recurring credits do to the balance', () => {
		const full = { ...MONTHLY, remain: 10_000 };
		expect(balanceSummary(full, MONTHLY)).toBe(', balance reset from 400 to 10,000');
		expect(balanceSummary(full, ONCE)).toBe(', balance reset from 30 to 10,000');
		expect(balanceSummary(MONTHLY, MONTHLY)).toBe('');
		expect(balanceSummary(full, UNLIMITED)).toBe('');
		expect(balanceSummary(ONCE, MONTHLY)).toBe('');
	});
});

describe('the summary of remaining credits', () => {
	it.each<[string, number | null, number | null]>([
		['remaining 10,000 → 15,000', 10_000, 15_000],
		['remaining 5 → 0', 5, 0],
		['unchanged', 5, 5],
		['unchanged', null, null],
	])('is “%s”', (summary, before, after) => {
		expect(remainingSummary(before, after)).toBe(summary);
	});
});

describe('the summary', () => {
	it('of a state names the present one where it was read', () => {
		expect(stateSummary('disabled')).toBe('disabled');
		expect(stateSummary('disabled', 'enabled')).toBe('enabled → disabled');
		expect(stateSummary('disabled', 'disabled')).toBe('stays disabled');
	});

	it('of a new account lists its offerings', () => {
		const offerings = [pro, addon('ip', 2)];
		const summary = (test: boolean, dryRun: boolean) =>
			newAccountSummary(offerings, { test, dryRun });
		expect(summary(false, false)).toBe('created: pro, ip (2)');
		expect(summary(true, true)).toBe('would be created as a test account: pro, ip (2)');
	});

	it('of a new subuser has its region and IPs', () => {
		expect(newSubuserSummary({ region: 'eu', ips: ['a', 'b'] }, false)).toBe(
			'created: EU region, a, b',
		);
		expect(newSubuserSummary({ region: 'global' }, true)).toBe('would be created: global region');
	});

	it('of an existing subuser lists what differed', () => {
		expect(fieldSummary([])).toBe('unchanged');
		expect(
			fieldSummary([
				{ field: 'status', from: 'disabled', to: 'enabled' },
				{ field: 'email', from: 'a@b.example', to: 'c@d.example' },
				{ field: 'ips', from: ['192.0.2.1'], to: ['192.0.2.1', '192.0.2.2'] },
			]),
		).toBe('status disabled → enabled; email a@b.example → c@d.example; added 192.0.2.2');
	});

	it.each([
		[
			'created: mail.a.example, not valid yet: set its DNS records, then validate it',
			{ created: true, assigned: false, valid: false },
		],
		['unchanged: mail.a.example, valid', { created: false, assigned: false, valid: true }],
		[
			'unchanged: mail.a.example, assigned by the parent account, not valid yet: set its DNS records, then validate it',
			{ created: false, assigned: true, valid: false },
		],
	])('of a domain is “%s”', (summary, state) => {
		expect(brandingSummary('mail.a.example', state)).toBe(summary);
	});

	it('of a new API key never leaves open what it may do', () => {
		const summary = (scopes: string[] | undefined, dryRun: boolean) =>
			apiKeySummary('Shop', { scopes, dryRun });
		expect(summary(['mail.send', 'a.b'], false)).toBe('created: Shop (mail.send, a.b)');
		expect(summary(undefined, true)).toBe('would be created: Shop (full access)');
	});

	it.each([
		['unchanged', { name: 'Shop', scopes: ['a', 'b'] }],
		['unchanged', { name: 'Shop' }],
		['name Shop → Blog', { name: 'Blog' }],
		['added c; removed b', { name: 'Shop', scopes: ['a', 'c'] }],
		['name Shop → Blog; removed a, b', { name: 'Blog', scopes: [] }],
	])('of an update of an API key is “%s”', (summary, after) => {
		expect(apiKeyUpdateSummary({ name: 'Shop', scopes: ['a', 'b'] }, after)).toBe(summary);
	});

	it('of a deletion names what would be lost', () => {
		expect(deletionSummary(false)).toBe('deleted');
		expect(deletionSummary(true)).toBe('would be deleted');
		expect(deletionSummary(true, ['pro', 'ip (2)'])).toBe('would be deleted: pro, ip (2)');
	});
});
