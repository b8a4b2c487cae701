import type { INodeProperties } from 'n8n-workflow';

/** IPv4 addresses, as text or as a list from an expression. */
export const ipsField: INodeProperties = {
	displayName: 'IPs',
	name: 'ips',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 192.0.2.10, 192.0.2.11',
	description: 'IPv4 addresses with commas between them',
};

/** What to do with the addresses that a subuser has. */
export const ipChangeField: INodeProperties = {
	displayName: 'Change',
	name: 'change',
	type: 'options',
	options: [
		{ name: 'Add', value: 'merge', description: 'The present addresses stay' },
		{ name: 'Remove', value: 'remove', description: 'The other addresses stay' },
		{
			name: 'Replace All',
			value: 'replace',
			description: 'The subuser gets exactly these addresses',
		},
	],
	default: 'merge',
	description: 'What to do with the addresses below',
};
