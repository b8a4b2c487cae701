import type { INodeProperties } from 'n8n-workflow';

/** Picks IPs of the SendGrid account. An expression can return a list, or text with commas. */
export function ipsFieldFor(purpose: string): INodeProperties {
	return {
		displayName: 'IP Names or IDs',
		name: 'ips',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getIps' },
		default: [],
		required: true,
		description: `${purpose}. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.`,
	};
}

/** Picks the IPs of a change. */
export const ipsField = ipsFieldFor('IPv4 addresses to add, keep, or remove');

/** Picks IPs of the reseller's account that the form names. */
export const accountIpsField: INodeProperties = {
	...ipsFieldFor('IPv4 addresses to remove. Those that the account doesn’t have are ignored'),
	typeOptions: { loadOptionsMethod: 'getAccountIps', loadOptionsDependsOn: ['account.value'] },
};

/** What to do with the addresses that a subuser has. */
export const ipChangeField: INodeProperties = {
	displayName: 'Change',
	name: 'change',
	type: 'options',
	options: [
		{ name: 'Add', value: 'merge', description: 'Adds to the current addresses' },
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
