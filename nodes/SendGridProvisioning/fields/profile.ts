import type { INodeProperties } from 'n8n-workflow';

/** Who the customer is. */
export const profileField: INodeProperties = {
	displayName: 'Profile',
	name: 'profile',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description: 'What is known of the customer. SendGrid asks for the rest at the first sign-in.',
	options: [
		{
			displayName: 'Company Name',
			name: 'companyName',
			type: 'string',
			default: '',
			description: 'What the company is called',
		},
		{
			displayName: 'Company Website',
			name: 'companyWebsite',
			type: 'string',
			default: '',
			description: 'Where the company is on the web',
			placeholder: 'e.g. https://birchwood-bakery.example',
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			description: 'Where SendGrid writes to the customer',
			placeholder: 'e.g. owner@birchwood-bakery.example',
		},
		{
			displayName: 'First Name',
			name: 'firstName',
			type: 'string',
			default: '',
			description: 'Of the person who signs in',
		},
		{
			displayName: 'Last Name',
			name: 'lastName',
			type: 'string',
			default: '',
			description: 'Of the person who signs in',
		},
		{
			displayName: 'Phone',
			name: 'phone',
			type: 'string',
			default: '',
			placeholder: 'e.g. +14155550100',
			description: 'With country code, digits only after the plus sign, 15 at most',
		},
		{
			displayName: 'Timezone',
			name: 'timezone',
			type: 'string',
			default: '',
			description: 'As a name of the time zone database',
			placeholder: 'e.g. Europe/Berlin',
		},
	],
};
