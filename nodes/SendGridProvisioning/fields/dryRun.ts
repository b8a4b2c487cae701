import type { INodeProperties } from 'n8n-workflow';

/** For operations that change something and can say beforehand what. */
export const dryRunOption: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description: 'Whether to only report what would change, and send nothing that changes anything',
};
