import type { INodeProperties } from 'n8n-workflow';
import { ipsField } from './ips';
import { subuserRegionField } from './region';
import { subuser } from './subuser';
import { optional } from './target';
import type { Target } from './target';

/** The subuser doesn't exist yet, but errors name it, and items about it run in order. */
export const newSubuser: Target = {
	...subuser,
	field: {
		displayName: 'Username',
		name: 'username',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. birchwood-bakery',
		description: 'Name of the new subuser. It must be unique across SendGrid.',
	},
};

/** The other fields of a new subuser. */
export const newSubuserFields: INodeProperties[] = [
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. mail@birchwood-bakery.example',
		description: 'Address at which SendGrid contacts the subuser',
	},
	{
		displayName: 'Password',
		name: 'password',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
		description: 'Password for SendGrid’s website',
	},
	{
		...optional(ipsField),
		description:
			'IPv4 addresses of your SendGrid account to assign to the subuser, separated by commas. Leave empty to assign none now.',
	},
	subuserRegionField,
];
