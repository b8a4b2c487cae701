import { assertDomainRequest } from '../../../nodes/SendGridProvisioning/domain/domainRequest';
import { refusalOf } from '../refusals';

const DOMAIN = { domain: 'birchwood.example', automatic_security: true };

it.each([
	DOMAIN,
	{ ...DOMAIN, custom_spf: false },
	{ ...DOMAIN, automatic_security: false, custom_spf: true },
	{ ...DOMAIN, custom_dkim_selector: 'ab1' },
	{ ...DOMAIN, custom_dkim_selector: 'ABC' },
])('accepts %j', (request) => {
	expect(() => assertDomainRequest(request)).not.toThrow();
});

it('refuses a custom SPF record with automatic security', () => {
	const refusal = refusalOf(() => assertDomainRequest({ ...DOMAIN, custom_spf: true }));
	expect(refusal.message).toContain('Automatic Security');
});

it.each(['ab', 'abcd', 'a-b', 'äbc', 'a b'])('refuses the DKIM selector “%s”', (selector) => {
	const request = { ...DOMAIN, custom_dkim_selector: selector };
	expect(refusalOf(() => assertDomainRequest(request)).message).toContain(`“${selector}”`);
});
