import fc from 'fast-check';
import {
	assertBrandingConfirmed,
	assertDomain,
	assertSameBranding,
	assertSubdomain,
	brandingFrom,
	dnsRows,
	matching,
	validatedRows,
	validationFrom,
} from '../../../nodes/SendGridProvisioning/domain/branding';
import type { Branding } from '../../../nodes/SendGridProvisioning/domain/branding';
import { Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { refusalOf } from '../refusals';

const DOMAIN = 'birchwood.example';
const record = (host: string, data = 'sendgrid.net') => ({
	record: 'mail_cname',
	type: 'cname',
	host,
	data,
	valid: false,
});
const branding = (own: Partial<Branding> = {}): Branding => ({
	id: 7,
	domain: DOMAIN,
	subdomain: 'mail',
	username: 'birchwood',
	valid: false,
	records: [record('mail.birchwood.example')],
	...own,
});

/** An authenticated domain with automatic security, as SendGrid returns it. */
const RAW = {
	id: 7,
	user_id: 4073,
	domain: DOMAIN,
	subdomain: 'mail',
	username: 'birchwood',
	valid: false,
	legacy: false,
	dns: {
		mail_cname: {
			valid: true,
			type: 'cname',
			host: 'mail.birchwood.example',
			data: 'u4073.wl.sendgrid.net',
		},
		dkim1: { valid: false, host: 's1._domainkey.birchwood.example', data: 's1.sendgrid.net' },
		spf: null,
	},
};

describe('reading a domain or link branding', () => {
	it('keeps every DNS record under the name that SendGrid gives it', () => {
		expect(brandingFrom(RAW)).toEqual({
			id: 7,
			domain: DOMAIN,
			subdomain: 'mail',
			username: 'birchwood',
			valid: false,
			records: [
				{ record: 'mail_cname', ...RAW.dns.mail_cname },
				{ record: 'dkim1', type: '', ...RAW.dns.dkim1 },
			],
		});
	});

	it('accepts one without a subdomain', () => {
		expect(brandingFrom({ ...RAW, subdomain: null })?.subdomain).toBe('');
	});

	it.each(['id', 'domain', 'username', 'valid', 'dns'])('rejects one without its %s', (key) => {
		expect(brandingFrom({ ...RAW, [key]: undefined })).toBeUndefined();
	});

	it.each([undefined, null, 'text', [RAW]])('rejects %j', (value) => {
		expect(brandingFrom(value)).toBeUndefined();
	});
});

describe('finding what is wanted', () => {
	const wanted = { domain: DOMAIN, subdomain: undefined, region: undefined };
	const eu = branding({ id: 8, records: [record('a', 'u1.wl.eu.sendgrid.net')] });

	it('ignores upper and lower case', () => {
		const found = matching([branding()], { ...wanted, domain: 'Birchwood.EXAMPLE' });
		expect(found?.id).toBe(7);
		expect(matching([branding()], { ...wanted, subdomain: 'MAIL' })?.id).toBe(7);
	});

	it.each([
		['another domain', { domain: 'mail.birchwood.example' }],
		['another subdomain', { subdomain: 'news' }],
		['another region', { region: 'eu' as const }],
	])('finds nothing for %s', (_what, own) => {
		expect(matching([branding()], { ...wanted, ...own })).toBeUndefined();
	});

	it.each([
		'u1.wl.eu.sendgrid.net',
		'eu.sendgrid.net',
		'mx-eu.sendgrid.net',
		'u1.eu-wl.sendgrid.net',
	])('counts a record with the data %s as the EU’s', (data) => {
		const one = branding({ records: [record('a', data)] });
		expect(matching([one], { ...wanted, region: 'eu' })).toBe(one);
		expect(matching([one], { ...wanted, region: 'global' })).toBeUndefined();
	});

	it.each(['sendgrid.net', 'u1.wl.sendgrid.net', 'eureka.sendgrid.net', 'shop.eu'])(
		'counts a record with the data %s as global',
		(data) => {
			const one = branding({ records: [record('a', data)] });
			expect(matching([one], { ...wanted, region: 'global' })).toBe(one);
		},
	);

	it('prefers valid ones, then the newest', () => {
		const valid = branding({ id: 3, valid: true });
		const newest = branding({ id: 9 });
		expect(matching([branding(), newest, valid], wanted)).toBe(valid);
		expect(matching([branding(), newest, eu], wanted)).toBe(newest);
	});

	it('returns one of the list that is as wanted, if there is any', () => {
		const any = fc.record({
			id: fc.nat(),
			domain: fc.constantFrom(DOMAIN, 'BIRCHWOOD.example', 'other.example'),
			subdomain: fc.constantFrom('mail', 'Mail', 'news', ''),
			valid: fc.boolean(),
		});
		const subdomain = fc.constantFrom('mail', 'news', undefined);
		fc.assert(
			fc.property(fc.array(any), subdomain, (entries, sub) => {
				const list = entries.map((entry) => branding(entry));
				const fits = list.filter(
					(one) =>
						one.domain.toLowerCase() === DOMAIN &&
						(sub === undefined || one.subdomain.toLowerCase() === sub),
				);
				const found = matching(list, { ...wanted, subdomain: sub });
				if (fits.length === 0) expect(found).toBeUndefined();
				else expect(fits).toContain(found);
			}),
		);
	});
});

describe('the rows of DNS records', () => {
	const hostsOf = (host: string) => dnsRows(branding({ records: [record(host)] }));

	it.each([
		['mail.birchwood.example', 'mail'],
		['s1._domainkey.Birchwood.Example', 's1._domainkey'],
		['birchwood.example', '@'],
		['otherbirchwood.example', 'otherbirchwood.example'],
		['mail.other.example', 'mail.other.example'],
	])('have the host %s also without the domain: %s', (host, host_without_domain) => {
		expect(hostsOf(host)).toEqual([
			{
				record: 'mail_cname',
				type: 'cname',
				host,
				host_without_domain,
				data: 'sendgrid.net',
				valid: false,
			},
		]);
	});

	it('have the host again if a provider adds the domain', () => {
		fc.assert(
			fc.property(fc.domain(), fc.domain(), (sub, domain) => {
				const host = `${sub}.${domain}`;
				const [row] = dnsRows(branding({ domain, records: [record(host)] }));
				expect(row).toMatchObject({ host_without_domain: sub });
			}),
		);
	});
});

describe('a validation', () => {
	const results = {
		mail_cname: { valid: true, reason: null },
		dkim1: { valid: false, reason: 'Expected CNAME for s1._domainkey, but found nothing' },
	};

	it.each(['validation_results', 'validation_resuts'])('is read from %s', (key) => {
		const validation = validationFrom({ id: 7, valid: false, [key]: results });
		const read = brandingFrom(RAW);
		if (validation === undefined || read === undefined) throw new Error('It wasn’t read');
		expect(validatedRows(read, validation)).toEqual([
			expect.objectContaining({ record: 'mail_cname', valid: true, reason: null }),
			expect.objectContaining({ record: 'dkim1', ...results.dkim1 }),
		]);
	});

	it('leaves records that it says nothing about as they were', () => {
		const validation = validationFrom({ id: 7, valid: true, validation_results: {} });
		const one = branding({ records: [{ ...record('a'), valid: true }] });
		if (validation === undefined) throw new Error('It wasn’t read');
		expect(validatedRows(one, validation)).toEqual([
			expect.objectContaining({ valid: true, reason: null }),
		]);
	});

	it.each(['id', 'valid', 'validation_results'])('without its %s isn’t accepted', (key) => {
		const complete = { id: 7, valid: false, validation_results: results };
		expect(validationFrom({ ...complete, [key]: undefined })).toBeUndefined();
	});

	it('is confirmed only for the entry that was asked about', () => {
		const validation = { id: 7, valid: true, results: new Map() };
		expect(() => assertSameBranding('7', validation)).not.toThrow();
		expect(() => assertSameBranding('8', validation)).toThrow(Unconfirmed);
	});
});

describe('the domain', () => {
	it.each(['birchwood.example', 'a.b.c', 'bäckerei.example', 'xn--bckerei-5wa.example'])(
		'can be %s',
		(domain) => {
			expect(() => assertDomain(domain)).not.toThrow();
		},
	);

	it.each([
		'https://birchwood.example',
		'birchwood.example/shop',
		'mail@birchwood.example',
		'birchwood',
		'birchwood.',
		'.example',
		'birch wood.example',
		'birchwood.example:443',
		'birchwood..example',
	])('can’t be %s', (domain) => {
		expect(refusalOf(() => assertDomain(domain)).message).toContain(`“${domain}”`);
	});
});

describe('the subdomain', () => {
	it.each(['mail', 'em123', 'a.b', 'birchwood'])('can be %s', (subdomain) => {
		expect(() => assertSubdomain(subdomain, DOMAIN)).not.toThrow();
	});

	it.each([
		'mail.birchwood.example',
		'mail.BIRCHWOOD.example',
		'birchwood.example',
		'mail.',
		'my mail',
		'https://mail',
		'me@mail',
	])('can’t be %s', (subdomain) => {
		const { message, description } = refusalOf(() => assertSubdomain(subdomain, DOMAIN));
		expect(message).toContain(`“${subdomain}”`);
		expect(description).toContain('mail for mail.birchwood.example');
	});
});

describe('what SendGrid created', () => {
	const wanted = { domain: DOMAIN, subdomain: 'mail', region: undefined };

	it('is confirmed, ignoring upper and lower case', () => {
		const created = branding({ domain: 'Birchwood.example', username: 'Birchwood' });
		expect(() => assertBrandingConfirmed(wanted, created, 'birchwood')).not.toThrow();
	});

	it('can have any subdomain if none was asked for', () => {
		const created = branding({ subdomain: 'em4073' });
		const any = { ...wanted, subdomain: undefined };
		expect(() => assertBrandingConfirmed(any, created, 'birchwood')).not.toThrow();
	});

	it.each([
		['in the parent account', { username: 'parent' }],
		['for another domain', { domain: 'other.example' }],
		['with another subdomain', { subdomain: 'em4073' }],
	])('isn’t confirmed %s, and the message has the ID to look for', (_where, own) => {
		const confirm = () => assertBrandingConfirmed(wanted, branding(own), 'birchwood');
		expect(confirm).toThrow(Unconfirmed);
		expect(confirm).toThrow(/Sent: .*Received: .*ID 7$/);
		expect(confirm).toThrow(Object.values(own)[0]);
	});
});
