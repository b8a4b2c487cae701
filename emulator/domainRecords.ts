import { refuse } from './errors';
import type { DnsRecord, Domain } from './state';

/** The records that a domain requires; with manual security, the customer also hosts SPF and the DKIM key. */
export function requiredRecords(
	domain: Domain,
	selector: string | undefined,
	withDomainSpf: boolean,
): Domain['records'] {
	return domain.automaticSecurity
		? automaticRecords(domain, selector)
		: manualRecords(domain, selector, withDomainSpf);
}

/** Three CNAMEs; assumed: where `eu` is in their targets. */
function automaticRecords(domain: Domain, selector: string | undefined): Domain['records'] {
	const target = `u${domain.owner.id}.wl.${domain.region === 'eu' ? 'eu.' : ''}sendgrid.net`;
	// Assumed: the second selector is the custom one followed by a 2.
	const [first, second] = selector === undefined ? ['s1', 's2'] : [selector, `${selector}2`];
	const cname = (host: string, data: string): DnsRecord => ({ type: 'cname', host, data });
	return {
		mail_cname: cname(`${domain.subdomain}.${domain.domain}`, target),
		dkim1: cname(`${first}._domainkey.${domain.domain}`, `s1._domainkey.${target}`),
		dkim2: cname(`${second}._domainkey.${domain.domain}`, `s2._domainkey.${target}`),
	};
}

function manualRecords(
	{ domain, subdomain, ips, customSpf, id }: Domain,
	selector: string | undefined,
	withDomainSpf: boolean,
): Domain['records'] {
	const host = `${subdomain}.${domain}`;
	const txt = (name: string, data: string): DnsRecord => ({ type: 'txt', host: name, data });
	const senders = customSpf ? ips.map((ip) => `ip4:${ip}`).join(' ') : 'include:sendgrid.net';
	return {
		mail_server: { type: 'mx', host, data: 'mx.sendgrid.net.' },
		subdomain_spf: txt(host, `v=spf1 ${senders} -all`),
		...(withDomainSpf && { domain_spf: txt(domain, `v=spf1 include:${host} -all`) }),
		dkim: txt(`${selector ?? 'm1'}._domainkey.${domain}`, `k=rsa; t=s; p=publicKey${id}`),
	};
}

/** Reads a custom DKIM selector. */
export function readSelector(value: unknown): string | undefined {
	if (value === undefined) return undefined;
	if (typeof value === 'string' && /^[a-z0-9]{3}$/i.test(value)) return value.toLowerCase();
	return refuse(400, 'this must be three letters or digits', 'custom_dkim_selector');
}
