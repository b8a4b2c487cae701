import type { INodeProperties } from 'n8n-workflow';
import { assertDomain, assertSubdomain } from '../domain/branding';
import type { Region } from '../domain/regions';
import { REGIONS } from '../domain/regions';
import { oneOf, text, textOrNone, wholeNumber } from '../domain/values';

/** Picks one of the subuser's domains. */
export const domainIdField: INodeProperties = {
	displayName: 'Domain Name or ID',
	name: 'domainId',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'getSubuserDomains',
		loadOptionsDependsOn: ['subuser.value'],
	},
	default: '',
	required: true,
	description:
		'Authenticated domain to work on. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** Picks one of the subuser's link brandings. */
export const linkIdField: INodeProperties = {
	...domainIdField,
	displayName: 'Link Branding Name or ID',
	name: 'linkId',
	typeOptions: { ...domainIdField.typeOptions, loadOptionsMethod: 'getSubuserLinks' },
	description:
		'Link branding to work on. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** Reads an ID. @throws Refusal */
export function brandingIdFrom(
	param: (name: string) => unknown,
	{ name, displayName }: INodeProperties,
): string {
	return String(wholeNumber(param(name), displayName.replace(' Name or', ''), 1));
}

/** Which domain, and below which subdomain. */
export const domainFields: INodeProperties[] = [
	{
		displayName: 'Domain',
		name: 'domain',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. birchwood-bakery.example',
		description: 'Domain that the subuser sends email from',
	},
	{
		displayName: 'Subdomain',
		name: 'subdomain',
		type: 'string',
		default: '',
		placeholder: 'e.g. mail',
		description:
			'Part before the domain in the DNS records. If empty, the node reuses any that exists; otherwise SendGrid chooses one. A domain and its link branding can’t use the same one.',
	},
];

/** Reads them. @throws Refusal */
export function domainFrom(param: (name: string) => unknown): {
	domain: string;
	subdomain: string | undefined;
} {
	const domain = text(param('domain'), 'Domain');
	assertDomain(domain);
	const subdomain = textOrNone(param('subdomain'), 'Subdomain');
	if (subdomain !== undefined) assertSubdomain(subdomain, domain);
	return { domain, subdomain };
}

/** Options of domains and link brandings alike. */
export const brandingOptions: INodeProperties[] = [
	{
		displayName: 'Default',
		name: 'default',
		type: 'boolean',
		default: false,
		description: 'Whether to use this one for email that no other domain matches',
	},
	{
		displayName: 'Region',
		name: 'region',
		type: 'options',
		options: [
			{ name: 'EU', value: 'eu' },
			{ name: 'Global', value: 'global' },
		],
		default: 'global',
		description: 'Region that it’s used in; choose the subuser’s own',
	},
];

/** Reads the region in Options; undefined if it isn't set. @throws Refusal */
export function brandingRegionFrom(options: Record<string, unknown>): Region | undefined {
	const { region } = options;
	return region === undefined ? undefined : oneOf(region, REGIONS, 'Region');
}
