import { linkIdField } from '../../fields/branding';
import { LINKS } from '../../sendgrid/brandings';
import type { Resource } from '../../runner/operation';
import { deleteOf } from '../branding/delete';
import { getAllOf } from '../branding/getAll';
import { validateOf } from '../branding/validate';
import { brand } from './brand';

export const subuserLink: Resource = {
	option: {
		name: 'Subuser Link',
		value: 'subuserLink',
		description: 'The domain that tracked links in a subuser’s email use',
	},
	operations: [
		brand,
		deleteOf(LINKS, linkIdField, {
			option: {
				name: 'Delete',
				value: 'delete',
				action: 'Delete subuser link branding',
				description: 'Delete (remove) a link branding from a subuser',
			},
			lost: 'Links in email already sent stop working.',
		}),
		getAllOf(LINKS, {
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many subuser link brandings',
			description: 'Get a subuser’s link brandings with their DNS records',
		}),
		validateOf(LINKS, linkIdField, {
			name: 'Validate',
			value: 'validate',
			action: 'Validate subuser link branding',
			description:
				'Let SendGrid check (verify) the DNS records of a link branding, and find out which are missing and why',
		}),
	],
};
