import {
	getAccountOfferings,
	getCatalog,
	putAccountOfferings,
} from '../../../nodes/SendGridProvisioning/sendgrid/accountOfferings';
import {
	createAccount,
	createSsoLink,
	listAccounts,
} from '../../../nodes/SendGridProvisioning/sendgrid/accounts';
import {
	getCredits,
	patchRemaining,
	putCredits,
} from '../../../nodes/SendGridProvisioning/sendgrid/subuserCredits';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';

const PRO = { name: 'acme.pro.v1', type: 'package', quantity: 1 };
const IPS = { name: 'acme.ip.v2', type: 'addon', quantity: 2 };

const MONTHLY = {
	type: 'recurring',
	reset_frequency: 'monthly',
	remain: 400,
	total: 1000,
	used: 600,
};
const NO_NUMBERS = { reset_frequency: null, remain: null, total: null, used: null };

/** What a call reads from the body of SendGrid's success; undefined if it can't read it. */
function readBy({ read }: Call<unknown>, body: unknown): unknown {
	return read(body, undefined, 0);
}

describe('the response to Create account', () => {
	const call = createAccount({ profile: {}, offerings: [PRO], test: false });

	it('is read as only the ID', () => {
		const body = { account_id: 'sg1', token: 'secret' };
		expect(readBy(call, body)).toStrictEqual({ account_id: 'sg1' });
	});

	it.each(['', {}, { account_id: '' }, { account_id: 5 }])(
		'can’t be read without one: %j',
		(body) => {
			expect(readBy(call, body)).toBeUndefined();
		},
	);
});

describe('the response to Create account sign-in link', () => {
	const { read } = createSsoLink('sg1');

	it('is the redirect’s target, which works until a minute after the request was sent', () => {
		const sentAt = Date.UTC(2026, 2, 10, 9);
		expect(read('', 'https://app.sendgrid.com/sso?code=1', sentAt)).toEqual({
			url: 'https://app.sendgrid.com/sso?code=1',
			expires_at: '2026-03-10T09:01:00.000Z',
		});
	});

	it.each([undefined, ''])('can’t be read if the redirect leads to %j', (location) => {
		expect(read('', location, 0)).toBeUndefined();
	});
});

describe('the response to Get many accounts', () => {
	const call = listAccounts({ limit: 100 });
	const accounts = [{ id: 'sg1', email: 'a@b.example' }];

	it('is read as accounts with all their fields, and the ID to continue after', () => {
		expect(readBy(call, { accounts, pages: { last: 'sg1' } })).toEqual({ accounts, last: 'sg1' });
	});

	it.each([undefined, null, {}, { last: '' }, { last: 5 }])(
		'is the last page if “pages” is %j',
		(pages) => {
			expect(readBy(call, { accounts, pages })).toEqual({ accounts, last: undefined });
		},
	);

	it.each(['', [], {}, { accounts: null }, { accounts: [{ email: 'a@b.example' }] }])(
		'can’t be read from %j',
		(body) => {
			expect(readBy(call, body)).toBeUndefined();
		},
	);
});

describe.each([
	['GET', getAccountOfferings('sg1')],
	['PUT', putAccountOfferings('sg1', [PRO])],
])('the response to %s offerings', (_method, call) => {
	it('is read as names, types, and quantities, and as nothing else', () => {
		const offerings = [{ ...PRO, label: 'Pro', since: 2024 }, IPS];
		expect(readBy(call, { offerings, page: 1 })).toStrictEqual([PRO, IPS]);
	});

	it('has quantity 1 if SendGrid leaves it out', () => {
		const { name, type } = PRO;
		expect(readBy(call, { offerings: [{ name, type }] })).toEqual([PRO]);
	});

	it.each<[string, unknown]>([
		['nothing', ''],
		['an HTML page', '<html></html>'],
		['no list', {}],
		['null in place of the list', { offerings: null }],
		['a bare list', [PRO]],
		['a list of names', { offerings: ['acme.pro.v1'] }],
		['an offering without a name', { offerings: [{ type: 'package', quantity: 1 }] }],
		['an offering without a type', { offerings: [PRO, { name: 'acme.ip.v2', quantity: 1 }] }],
		['a quantity that is text', { offerings: [{ ...PRO, quantity: '1' }] }],
	])('can’t be read if it has %s', (_what, body) => {
		expect(readBy(call, body)).toBeUndefined();
	});
});

describe('the response to Get offering catalog', () => {
	it('is read as offerings with their entitlements', () => {
		const catalog = [
			{ offering: PRO, entitlements: { email_sends_max_monthly: 100_000, ip_count: 1 } },
			{ offering: { name: 'acme.ip.v2', type: 'addon' } },
		];
		expect(readBy(getCatalog(), { catalog })).toStrictEqual([
			{ offering: PRO, entitlements: { email_sends_max_monthly: 100_000, ip_count: 1 } },
			{ offering: { ...IPS, quantity: 1 }, entitlements: {} },
		]);
	});

	it.each(['', {}, [], { catalog: [PRO] }, { catalog: null }])('can’t be read from %j', (body) => {
		expect(readBy(getCatalog(), body)).toBeUndefined();
	});
});

describe.each([
	['GET', getCredits('birchwood')],
	['PUT', putCredits('birchwood', { type: 'unlimited' })],
	['PATCH', patchRemaining('birchwood', 5)],
])('the response to %s credits', (_method, call) => {
	it.each([
		MONTHLY,
		{ ...NO_NUMBERS, type: 'nonrecurring', remain: 500 },
		{ ...NO_NUMBERS, type: 'unlimited' },
	])('is read as SendGrid’s five fields, null included: %j', (credits) => {
		expect(readBy(call, { ...credits, plan: 'pro' })).toStrictEqual(credits);
	});

	it('has null where SendGrid leaves a field out', () => {
		expect(readBy(call, { type: 'unlimited' })).toStrictEqual({ type: 'unlimited', ...NO_NUMBERS });
	});

	it.each<[string, unknown]>([
		['nothing', ''],
		['an HTML page', '<html></html>'],
		['an empty object', {}],
		['a list', [MONTHLY]],
		['no type', { ...MONTHLY, type: undefined }],
		['recurring credits without a total', { ...MONTHLY, total: null }],
		['recurring credits without a frequency', { ...MONTHLY, reset_frequency: null }],
		['a total that is text', { ...MONTHLY, total: '1000' }],
		['remaining credits that are text', { ...MONTHLY, remain: '400' }],
		['a frequency that is a number', { ...MONTHLY, reset_frequency: 30 }],
	])('can’t be read if it has %s', (_what, body) => {
		expect(readBy(call, body)).toBeUndefined();
	});
});
