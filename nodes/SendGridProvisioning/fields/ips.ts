import type { INodeProperties } from 'n8n-workflow';

/** IPv4 addresses: text with commas, or a list from an expression. */
export const ipsField: INodeProperties = {
	displayName: 'IPs',
	name: 'ips',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 192.0.2.10, 192.0.2.11',
	description: 'IPv4 addresses, separated by commas',
};

/** What to do with the addresses that a subuser has. */
export const ipChangeField: INodeProperties = {
	displayName: 'Change',
	name: 'change',
	type: 'options',
	options: [
		{ name: 'Add', value: 'merge', description: 'Adds to the present addresses' },
		{ name: 'Remove', value: 'remove', description: 'Keeps the other addresses' },
		{
			name: 'Replace All',
			value: 'replace',
			description: 'Removes all other addresses',
		},
	],
	default: 'merge',
	description: 'How to change the subuser’s addresses',
};
