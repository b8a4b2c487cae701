import type { INodeProperties } from 'n8n-workflow';
import { assertDomain } from '../domain/branding';
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
		'The authenticated domain to work on. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** Picks one of the subuser's link brandings. */
export const linkIdField: INodeProperties = {
	...domainIdField,
	displayName: 'Link Name or ID',
	name: 'linkId',
	typeOptions: { ...domainIdField.typeOptions, loadOptionsMethod: 'getSubuserLinks' },
	description:
		'The link branding to work on. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
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
		description: 'The domain from which the subuser sends email',
	},
	{
		displayName: 'Subdomain',
		name: 'subdomain',
		type: 'string',
		default: '',
		placeholder: 'e.g. mail',
		description:
			'The part before the domain in the DNS records. If it’s empty, SendGrid chooses one for a new entry.',
	},
];

/** Reads them. @throws Refusal */
export function domainFrom(param: (name: string) => unknown): {
	domain: string;
	subdomain: string | undefined;
} {
	const domain = text(param('domain'), 'Domain');
	assertDomain(domain);
	return { domain, subdomain: textOrNone(param('subdomain'), 'Subdomain') };
}

/** Options of domains and link brandings alike. */
export const brandingOptions: INodeProperties[] = [
	{
		displayName: 'Default',
		name: 'default',
		type: 'boolean',
		default: false,
		description: 'Whether the subuser uses it where no other one fits',
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
		description: 'Where the subuser’s email is handled',
	},
];

/** Reads the region in Options; undefined if it isn't set. @throws Refusal */
export function brandingRegionFrom(options: Record<string, unknown>): Region | undefined {
	const { region } = options;
	return region === undefined ? undefined : oneOf(region, REGIONS, 'Region');
}
