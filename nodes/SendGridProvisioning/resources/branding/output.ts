import type { IDataObject } from 'n8n-workflow';
import { dnsRows } from '../../domain/branding';
import type { Branding } from '../../domain/branding';
import type { BrandingKind } from '../../sendgrid/brandings';

/** A domain or link branding in outputs. `own` is what an operation adds before its fields. */
export function brandingOutput(
	{ key }: BrandingKind,
	username: string,
	branding: Branding,
	own: IDataObject = {},
): IDataObject {
	const { id, domain, subdomain, valid } = branding;
	const rows = dnsRows(branding) as IDataObject[];
	return { username, [key]: id, ...own, domain, subdomain, valid, dns_records: rows };
}
