import type { INodeProperties } from 'n8n-workflow';

/** Where a subuser's email is handled; it can't be changed later. */
export const subuserRegionField: INodeProperties = {
	displayName: 'Region',
	name: 'region',
	type: 'options',
	options: [
		{ name: 'EU', value: 'eu', description: 'Requires an IP address in the EU' },
		{ name: 'Global', value: 'global' },
	],
	default: 'global',
	description: 'Where the subuser’s email is handled. It can’t be changed later.',
};
