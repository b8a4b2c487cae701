import type { INodeProperties } from 'n8n-workflow';

/** On every operation whose effect nothing can restore. */
export const irreversibleNotice: INodeProperties = {
	displayName: 'This can’t be undone. To see what it would remove, turn on Dry Run first.',
	name: 'irreversibleNotice',
	type: 'notice',
	default: '',
};
