import type { INodeProperties } from 'n8n-workflow';
import { assertDomainRequest } from '../../domain/domainRequest';
import type { DomainRequest } from '../../domain/domainRequest';
import { ipsOrNone } from '../../domain/ips';
import { flag, textOrNone } from '../../domain/values';
import {
	brandingOptions,
	brandingRegionFrom,
	domainFields,
	domainFrom,
} from '../../fields/branding';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { ipsFieldFor } from '../../fields/ips';
import { optionsFrom } from '../../fields/options';
import { subuser } from '../../fields/subuser';
import { optional } from '../../fields/target';
import { DOMAINS } from '../../sendgrid/brandings';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';
import { findOrCreate } from '../branding/findOrCreate';

const domainOptions: INodeProperties[] = [
	{
		displayName: 'Automatic Security',
		name: 'automaticSecurity',
		type: 'boolean',
		default: true,
		description: 'Whether to let SendGrid maintain SPF and DKIM. All DNS records are then CNAMEs.',
	},
	{
		displayName: 'Custom DKIM Selector',
		name: 'customDkimSelector',
		type: 'string',
		default: '',
		placeholder: 'e.g. abc',
		description: 'Three letters or digits. A second entry for the same domain requires one.',
	},
	{
		displayName: 'Custom SPF',
		name: 'customSpf',
		type: 'boolean',
		default: false,
		description: 'Whether the SPF record names certain IPs; requires Automatic Security to be off',
	},
	optional(ipsFieldFor('IPv4 addresses for the SPF record')),
];

export const authenticate: Operation = {
	option: {
		name: 'Authenticate',
		value: 'authenticate',
		action: 'Authenticate subuser domain',
		description:
			'Add a domain to a subuser (sender authentication, whitelabel), or reuse the one that it has, and get its DNS records',
	},
	needs: [
		{ scope: 'user.username.read' },
		{ scope: 'whitelabel.create' },
		{ scope: 'whitelabel.read' },
	],
	target: subuser,
	description: [...domainFields, dryRunField],
	options: [...brandingOptions, ...domainOptions],
	execute,
};

async function execute(context: OperationContext): Promise<OperationResult> {
	const { param } = context;
	const { domain, subdomain } = domainFrom(param);
	const options = optionsFrom(param);
	const region = brandingRegionFrom(options);
	const selector = textOrNone(options['customDkimSelector'], 'Custom DKIM Selector');
	const ips = ipsOrNone(options['ips'], 'IPs');
	const body: DomainRequest = {
		domain,
		...(subdomain === undefined ? {} : { subdomain }),
		automatic_security: flag(options['automaticSecurity'] ?? true, 'Automatic Security'),
		...(options['default'] === undefined ? {} : { default: flag(options['default'], 'Default') }),
		...(selector === undefined ? {} : { custom_dkim_selector: selector }),
		...(options['customSpf'] === undefined
			? {}
			: { custom_spf: flag(options['customSpf'], 'Custom SPF') }),
		...(ips === undefined ? {} : { ips }),
		...(region === undefined ? {} : { region }),
	};
	assertDomainRequest(body);
	const wanted = { domain, subdomain, region };
	return await findOrCreate(context, DOMAINS, { wanted, body, dryRun: dryRunFrom(param) });
}
