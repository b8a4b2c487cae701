import { flag } from '../../domain/values';
import {
	brandingOptions,
	brandingRegionFrom,
	domainFields,
	domainFrom,
} from '../../fields/branding';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { optionsFrom } from '../../fields/options';
import { subuser } from '../../fields/subuser';
import { LINKS, linkRegion } from '../../sendgrid/brandings';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';
import { findOrCreate } from '../branding/findOrCreate';

export const brand: Operation = {
	option: {
		name: 'Brand',
		value: 'brand',
		action: 'Brand subuser links',
		description:
			'Let tracked links in a subuser’s email use its own domain (whitelabel), or reuse the link branding that it has, and get the DNS records',
	},
	needs: [
		{ scope: 'user.username.read' },
		{ scope: 'whitelabel.create' },
		{ scope: 'whitelabel.read' },
	],
	target: subuser,
	description: [...domainFields, dryRunField],
	options: brandingOptions,
	execute,
};

async function execute(context: OperationContext): Promise<OperationResult> {
	const { param } = context;
	const { domain, subdomain } = domainFrom(param);
	const options = optionsFrom(param);
	const region = brandingRegionFrom(options);
	const body = {
		domain,
		...(subdomain === undefined ? {} : { subdomain }),
		...(options['default'] === undefined ? {} : { default: flag(options['default'], 'Default') }),
		...(region === undefined ? {} : { region: linkRegion(region) }),
	};
	// SendGrid doesn't return a link branding's region, and it isn't known whether the records show it.
	const wanted = { domain, subdomain, region: undefined };
	return await findOrCreate(context, LINKS, { wanted, body, dryRun: dryRunFrom(param) });
}
