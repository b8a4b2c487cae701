// Domain authentication and link branding look alike in SendGrid: a domain with a subdomain, and the
// DNS records that its owner must add.

import { Refusal, Unconfirmed } from './refusal';
import { butIs, isRecord } from './values';

/** A DNS record as SendGrid shows it, under the name that it has there. */
export interface DnsRecord {
	/** Such as `mail_cname` or `dkim1`. */
	record: string;
	/** Such as `cname`, `txt`, or `mx`; empty if SendGrid leaves it out. */
	type: string;
	host: string;
	data: string;
	valid: boolean;
}

/** An authenticated domain, or a link branding. */
export interface Branding {
	id: number;
	domain: string;
	subdomain: string;
	/** Who it belongs to. */
	username: string;
	valid: boolean;
	records: DnsRecord[];
}

/** Reads one of SendGrid's; undefined if it has another shape. */
export function brandingFrom(value: unknown): Branding | undefined {
	if (!isRecord(value)) return undefined;
	const { id, domain, subdomain, username, valid, dns } = value;
	if (typeof id !== 'number' || typeof domain !== 'string' || typeof valid !== 'boolean')
		return undefined;
	if (typeof username !== 'string' || !isRecord(dns)) return undefined;
	const records = Object.entries(dns).flatMap(([record, entry]) => recordFrom(record, entry));
	const own = typeof subdomain === 'string' ? subdomain : '';
	return { id, domain, subdomain: own, username, valid, records };
}

function recordFrom(record: string, entry: unknown): DnsRecord[] {
	if (!isRecord(entry) || typeof entry['host'] !== 'string' || typeof entry['data'] !== 'string')
		return [];
	const { type, host, data, valid } = entry;
	return [
		{ record, type: typeof type === 'string' ? type : '', host, data, valid: valid === true },
	];
}

/** What is wanted: undefined where it doesn't matter. */
export interface WantedBranding {
	domain: string;
	subdomain: string | undefined;
	region: 'global' | 'eu' | undefined;
}

/** The one that is as wanted, valid ones first, then the newest; undefined if there is none. */
export function matching(
	brandings: Branding[],
	{ domain, subdomain, region }: WantedBranding,
): Branding | undefined {
	const found = brandings.filter(
		(one) =>
			isSame(one.domain, domain) &&
			(subdomain === undefined || isSame(one.subdomain, subdomain)) &&
			(region === undefined || isForEu(one) === (region === 'eu')),
	);
	return found.sort((a, b) => Number(b.valid) - Number(a.valid) || b.id - a.id)[0];
}

/**
 * SendGrid doesn't return the region. Records for the EU have it in their targets.
 * @see https://www.twilio.com/docs/sendgrid/data-residency/migrate-subusers
 */
function isForEu({ records }: Branding): boolean {
	return records.some(({ data }) => /(^|[.-])eu[.-]/i.test(data));
}

function isSame(one: string, other: string): boolean {
	return one.toLowerCase() === other.toLowerCase();
}

/**
 * The records as rows to paste. Many DNS providers add the domain to a host, so each row also has the
 * host without it. For the domain itself, that is `@`.
 */
export function dnsRows({ domain, records }: Branding): object[] {
	return records.map(({ record, type, host, data, valid }) => ({
		record,
		type,
		host,
		host_without_domain: withoutDomain(host, domain),
		data,
		valid,
	}));
}

function withoutDomain(host: string, domain: string): string {
	if (isSame(host, domain)) return '@';
	const end = `.${domain}`.toLowerCase();
	return host.toLowerCase().endsWith(end) ? host.slice(0, -end.length) : host;
}

/** What a validation says about each record, by its name. */
export interface Validation {
	id: number;
	valid: boolean;
	results: Map<string, { valid: boolean; reason: string | null }>;
}

/**
 * Reads the answer to a validation; undefined if it has another shape. Older answers misspell a key.
 * @see https://github.com/twilio/sendgrid-oai/pull/68
 */
export function validationFrom(value: unknown): Validation | undefined {
	if (!isRecord(value)) return undefined;
	const { id, valid } = value;
	const results = value['validation_results'] ?? value['validation_resuts'];
	if (typeof id !== 'number' || typeof valid !== 'boolean' || !isRecord(results)) return undefined;
	const read = Object.entries(results).map(([record, result]) => {
		const { valid: isValid, reason } = isRecord(result) ? result : {};
		const words = typeof reason === 'string' ? reason : null;
		return [record, { valid: isValid === true, reason: words }] as const;
	});
	return { id, valid, results: new Map(read) };
}

/** The rows of `dnsRows`, each with what the validation says about it. */
export function validatedRows(branding: Branding, { results }: Validation): object[] {
	return dnsRows(branding).map((row, index) => {
		const name = branding.records[index]?.record ?? '';
		return { ...row, ...(results.get(name) ?? { reason: null }) };
	});
}

const DOMAIN = /^[^\s/@:.]+(\.[^\s/@:.]+)+$/u;

/** @throws Refusal for a value that can't be a domain, such as a URL or an email address */
export function assertDomain(domain: string): void {
	if (DOMAIN.test(domain)) return;
	throw new Refusal(
		`Domain must be a domain name, ${butIs(domain)}`,
		'Enter only the domain, such as birchwood-bakery.example. Leave out https:// and everything before an @.',
	);
}

const SUBDOMAIN = /^[^\s/@:.]+(\.[^\s/@:.]+)*$/u;

/** @throws Refusal for a value that can't be a subdomain, or that has the domain in it */
export function assertSubdomain(subdomain: string, domain: string): void {
	const hasDomain = isSame(subdomain, domain) || withoutDomain(subdomain, domain) !== subdomain;
	if (SUBDOMAIN.test(subdomain) && !hasDomain) return;
	throw new Refusal(
		`Subdomain must be only the part before the domain, ${butIs(subdomain)}`,
		`Enter only that part, such as mail for mail.${domain}, or leave it empty.`,
	);
}

/** Checks what SendGrid says it created for a subuser. @throws Unconfirmed */
export function assertBrandingConfirmed(
	{ domain, subdomain }: WantedBranding,
	created: Branding,
	username: string,
): void {
	const isWanted =
		isSame(created.domain, domain) &&
		(subdomain === undefined || isSame(created.subdomain, subdomain)) &&
		isSame(created.username, username);
	if (isWanted) return;
	const sent = JSON.stringify({ domain, subdomain, username });
	const { id, domain: gotDomain, subdomain: gotSubdomain, username: owner } = created;
	const received = { domain: gotDomain, subdomain: gotSubdomain, username: owner };
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request. Sent: ${sent}. Received: ${JSON.stringify(received)}; it has the ID ${id}`,
		'Look at this entry in SendGrid, and delete it if it’s wrong. Then run the item again.',
	);
}

/** Checks that a validation is about what was asked for. @throws Unconfirmed */
export function assertSameBranding(id: string, validation: Validation): void {
	if (String(validation.id) === id) return;
	throw new Unconfirmed(
		`SendGrid’s response is about ID ${validation.id} instead of ${id}`,
		'Run the item again. This is safe: validating changes nothing else.',
	);
}
