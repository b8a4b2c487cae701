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
		description: 'A domain from which a subuser sends email',
	},
	operations: [
		authenticate,
		deleteOf(DOMAINS, domainIdField, {
			name: 'Delete',
			value: 'delete',
			action: 'Delete subuser domain',
			description:
				'Delete (remove) an authenticated domain. Email from it is no longer signed as the subuser’s own.',
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
				'Let SendGrid look up the DNS records (verify), and find out which are missing and why',
		}),
	],
};
