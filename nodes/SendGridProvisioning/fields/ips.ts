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
