import type { INodeProperties } from 'n8n-workflow';
import { ipsOrNone } from '../domain/ips';
import { collection, flag, oneOf, text } from '../domain/values';
import { REGIONS } from '../domain/regions';
import type { Region } from '../domain/regions';
import { ipsFieldFor } from './ips';
import { subuserRegionField } from './region';
import { subuser } from './subuser';
import { SWITCH } from './switch';
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

/** SendGrid's rules. They're always shown, because only SendGrid checks them, and no dry run does. */
const PASSWORD_RULES = 'Requires 16 to 128 characters, with at least one letter and one number';

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
		hint: PASSWORD_RULES,
		description: 'Password for SendGrid’s website. A dry run doesn’t check it.',
	},
	optional(
		ipsFieldFor(
			'IPv4 addresses of your SendGrid account to assign to the subuser. Leave empty to assign none now',
		),
	),
	subuserRegionField,
];

/** Like `newSubuser`, but the subuser may exist already. */
export const perhapsNewSubuser: Target = {
	...newSubuser,
	field: {
		...newSubuser.field,
		description:
			'Name of the subuser to create or update. A new one must be unique across SendGrid.',
	},
};

/** The other fields of a subuser that may exist already. */
export const perhapsNewSubuserFields = newSubuserFields.map((field): INodeProperties => {
	switch (field.name) {
		case 'password':
			return {
				...optional(field),
				description:
					'Password for SendGrid’s website. It’s only used if the subuser is created. A dry run doesn’t check it.',
			};
		case 'ips':
			return optional(
				ipsFieldFor(
					'IPv4 addresses that the subuser should have. It keeps its others. Leave empty to change none',
				),
			);
		default:
			return field;
	}
});

/** Changes that are made only where they're set. */
export const updateFieldsField: INodeProperties = {
	displayName: 'Update Fields',
	name: 'updateFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			options: [
				{ name: 'Disabled', value: 'disabled', description: 'The subuser can’t send email' },
				{ name: 'Enabled', value: 'enabled', description: 'The subuser can send email' },
			],
			default: 'enabled',
			description: 'Status that the subuser should have, whether or not it’s new',
		},
		{
			displayName: 'Update Email',
			name: 'updateEmail',
			type: 'boolean',
			default: false,
			description:
				'Whether to change the email address of an existing subuser if it differs. If off, the output only shows the difference.',
		},
	],
};

/** How a subuser should be. */
export interface SubuserFields {
	email: string;
	/** IPs that it should have, perhaps among others; undefined if they don't matter. */
	ips: string[] | undefined;
	region: Region;
	/** Undefined if it doesn't matter. */
	status: (typeof SWITCH)[number] | undefined;
	/** Whether to change the email address of a subuser that has another one. */
	updateEmail: boolean;
}

/** Reads them. @throws Refusal */
export function subuserFrom(param: (name: string) => unknown): SubuserFields {
	const { status, updateEmail } = collection(param('updateFields'), 'Update Fields');
	return {
		email: text(param('email'), 'Email'),
		ips: ipsOrNone(param('ips'), 'IPs'),
		region: oneOf(param('region') ?? 'global', REGIONS, 'Region'),
		status: status === undefined ? undefined : oneOf(status, SWITCH, 'Status'),
		updateEmail: flag(updateEmail, 'Update Email'),
	};
}
