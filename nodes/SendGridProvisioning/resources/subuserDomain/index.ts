import { domainIdField } from '../../fields/branding';
import { DOMAINS } from '../../sendgrid/brandings';
import type { Resource } from '../../runner/operation';
import { deleteOf } from '../branding/delete';
import { getAllOf } from '../branding/getAll';
import { validateOf } from '../branding/validate';
import { authenticate } from './authenticate';

export const subuserDomain: Resource = {
	option: {
		name: 'Subuser Domain',
		value: 'subuserDomain',
		description: 'A domain that a subuser sends email from',
	},
	operations: [
		authenticate,
		deleteOf(DOMAINS, domainIdField, {
			option: {
				name: 'Delete',
				value: 'delete',
				action: 'Delete subuser domain',
				description: 'Delete (remove) an authenticated domain from a subuser',
			},
			lost: 'SendGrid doesn’t sign email for it anymore.',
		}),
		getAllOf(DOMAINS, {
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many subuser domains',
			description: 'Get a subuser’s authenticated domains with their DNS records',
		}),
		validateOf(DOMAINS, domainIdField, {
			name: 'Validate',
			value: 'validate',
			action: 'Validate subuser domain',
			description:
				'Let SendGrid check (verify) the DNS records of a domain, and find out which are missing and why',
		}),
	],
};
