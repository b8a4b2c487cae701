import type { INodeProperties } from 'n8n-workflow';
import { ipsField } from './ips';
import { subuserRegionField } from './region';
import { subuser } from './subuser';
import { optional } from './target';
import type { Target } from './target';

/** The subuser does not exist yet, but errors and the order of items go by its name. */
export const newSubuser: Target = {
	...subuser,
	field: {
		displayName: 'Username',
		name: 'username',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. birchwood-bakery',
		description: 'Unique in all of SendGrid',
	},
};

/** What a subuser is created with. */
export const newSubuserFields: INodeProperties[] = [
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. mail@birchwood-bakery.example',
		description: 'Where SendGrid writes to the subuser',
	},
	{
		displayName: 'Password',
		name: 'password',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
		description: 'With which the subuser signs in to SendGrid’s website',
	},
	{
		...optional(ipsField),
		description:
			'IPv4 addresses of your account that the subuser sends from, with commas between them. Leave empty to assign none now.',
	},
	subuserRegionField,
];
