import type { Emulator } from '../../emulator';
import { requiredRecords } from '../../emulator/domainRecords';
import { recordsOf } from '../../emulator/links';
import type { Branding, Domain, User } from '../../emulator/state';

/** Gives a domain and a link branding, both with the subdomain `mail` and not validated yet, to a user. */
export function addBrandings(
	{ state }: Emulator,
	{ id, owner, domain: name }: { id: number; owner: User; domain: string },
): { domain: Domain; link: Branding } {
	const names = { domain: name, subdomain: 'mail', region: 'global' as const };
	const own = { id, owner, ...names, default: false, records: {}, validated: {}, assignedTo: [] };
	const domain = { ...own, ips: [], customSpf: false, automaticSecurity: true };
	domain.records = requiredRecords(domain, undefined, false);
	const link = { ...own, validated: {}, records: recordsOf(own) };
	state.domains.set(id, domain);
	state.links.set(id, link);
	return { domain, link };
}
