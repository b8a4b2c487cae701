import type { INodeProperties } from 'n8n-workflow';

/** Where a subuser's data lie; it cannot be changed later. */
export const subuserRegionField: INodeProperties = {
	displayName: 'Region',
	name: 'region',
	type: 'options',
	options: [
		{ name: 'EU', value: 'eu', description: 'Needs an IP address in the EU' },
		{ name: 'Global', value: 'global' },
	],
	default: 'global',
	description: 'Where the subuser’s email is handled. It cannot be changed later.',
};
