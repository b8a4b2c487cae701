import fc from 'fast-check';
import {
	assertKeyConfirmed,
	assignable,
	hasScopes,
	keyUpdate,
	missingScopes,
	scopesFor,
} from '../../../nodes/SendGridProvisioning/domain/apiKeyScopes';
import { Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { refusalOf } from '../refusals';

const ADDED = [
	'2fa_exempt',
	'2fa_required',
	'sender_verification_eligible',
	'sender_verification_exempt',
	'sender_verification_legacy',
];
const someScopes = fc.uniqueArray(fc.constantFrom('mail.send', 'stats.read', 'alerts.read', 'a.b'));
const someAdded = fc.uniqueArray(fc.constantFrom(...ADDED));

describe('the scopes to request', () => {
	it('are none only for full access, which SendGrid grants to a request without any', () => {
		expect(scopesFor('full', ['mail.send'])).toBeUndefined();
		expect(scopesFor('mailSend', [])).toEqual(['mail.send']);
		expect(scopesFor('custom', ['stats.read', 'mail.send'])).toEqual(['stats.read', 'mail.send']);
	});

	it.each([[[]], [''], [undefined], [null], [[' ']], [{}], [true]])(
		'are never none for custom access, as with %j',
		(scopes) => {
			refusalOf(() => scopesFor('custom', scopes));
		},
	);

	it.each([undefined, '', 'Full', 'unchanged'])('require a known access, not %j', (access) => {
		expect(refusalOf(() => scopesFor(access, ['mail.send'])).message).toContain('Access');
	});

	it.each(ADDED)('can’t include %s, which SendGrid adds', (scope) => {
		expect(refusalOf(() => scopesFor('custom', ['mail.send', scope])).message).toContain(scope);
	});

	it('are either all about billing, or none is', () => {
		const billing = ['billing.read', 'billing.update'];
		expect(scopesFor('custom', billing)).toEqual(billing);
		expect(refusalOf(() => scopesFor('custom', [...billing, 'mail.send'])).message).toContain(
			'billing',
		);
	});
});

it('offers the scopes that can be requested, sorted', () => {
	expect(assignable(['stats.read', '2fa_required', 'mail.send'])).toEqual([
		'mail.send',
		'stats.read',
	]);
});

describe('the scopes of a key', () => {
	it('are compared in any order, without those that SendGrid adds', () => {
		fc.assert(
			fc.property(someScopes, someAdded, (scopes, added) => {
				const answered = [...added, ...scopes].reverse();
				expect(hasScopes(scopes, answered)).toBe(true);
				expect(missingScopes(scopes, answered)).toEqual([]);
			}),
		);
	});

	it('differ if one is missing or another one is there', () => {
		expect(hasScopes(['mail.send', 'stats.read'], ['mail.send'])).toBe(false);
		expect(hasScopes(['mail.send'], ['mail.send', 'stats.read'])).toBe(false);
		expect(hasScopes(['mail.send'], ['stats.read'])).toBe(false);
		expect(missingScopes(['mail.send', 'stats.read'], ['mail.send'])).toEqual(['stats.read']);
	});

	it('that SendGrid doesn’t show aren’t missing, but not known to be right either', () => {
		expect(missingScopes(['mail.send'], undefined)).toEqual([]);
		expect(missingScopes(undefined, ['mail.send'])).toEqual([]);
		expect(hasScopes(['mail.send'], undefined)).toBe(false);
	});
});

describe('an update of a key', () => {
	const KEY = { name: 'Shop', scopes: ['mail.send', '2fa_required'] };
	const update = (name: string | undefined, access: string, scopes: unknown = []) =>
		keyUpdate({ name, access, scopes })(KEY);

	it.each([
		['Blog', 'unchanged', [], { name: 'Blog', scopes: undefined, changed: true }],
		['Shop', 'unchanged', [], { name: 'Shop', scopes: undefined, changed: false }],
		[undefined, 'mailSend', [], { name: 'Shop', scopes: undefined, changed: false }],
		['Blog', 'mailSend', [], { name: 'Blog', scopes: undefined, changed: true }],
		[undefined, 'custom', ['a.b'], { name: 'Shop', scopes: ['a.b'], changed: true }],
		['Blog', 'custom', ['a.b'], { name: 'Blog', scopes: ['a.b'], changed: true }],
	])('to the name %j and %s access %j', (name, access, scopes, sent) => {
		expect(update(name, access, scopes)).toEqual(sent);
	});

	it('sends the scopes if SendGrid doesn’t show the present ones', () => {
		const decide = keyUpdate({ name: undefined, access: 'mailSend', scopes: [] });
		expect(decide({ name: 'Shop' })).toEqual({
			name: 'Shop',
			scopes: ['mail.send'],
			changed: true,
		});
	});

	it('that names nothing to change is refused', () => {
		expect(refusalOf(() => update(undefined, 'unchanged')).message).toContain('Nothing to change');
	});

	it('can’t grant full access', () => {
		expect(refusalOf(() => update('Shop', 'full')).message).toContain('Access');
	});
});

describe('the answer to an update of a key', () => {
	const before = { name: 'Shop', scopes: ['mail.send', 'stats.read', '2fa_required'] };
	const confirm = (scopes: string[] | undefined, name: string, answered?: string[]) => () =>
		assertKeyConfirmed(
			{ name: 'Blog', scopes },
			{ name, ...(answered && { scopes: answered }) },
			before,
		);

	it.each([
		[['mail.send'], ['mail.send', '2fa_required']],
		[
			['mail.send', 'a.b'],
			['a.b', 'mail.send'],
		],
		[['mail.send'], undefined],
		[['mail.send'], ['mail.send', 'added.by.sendgrid']],
		[undefined, ['mail.send', 'stats.read']],
	])('to %j is confirmed by %j', (scopes, answered) => {
		expect(confirm(scopes, 'Blog', answered)).not.toThrow();
	});

	it.each([
		[['mail.send', 'a.b'], 'Blog', ['mail.send'], /lacks the scopes a\.b/],
		[['mail.send'], 'Blog', ['mail.send', 'stats.read'], /still has the scopes stats\.read/],
		[['a.b'], 'Shop', [], /name “Shop” instead of “Blog”, and it lacks the scopes a\.b/],
		[undefined, 'Shop', undefined, /name “Shop” instead of “Blog”/],
	])('to %j isn’t confirmed by %s %j', (scopes, name, answered, words) => {
		expect(confirm(scopes, name, answered)).toThrow(Unconfirmed);
		expect(confirm(scopes, name, answered)).toThrow(words);
	});
});
