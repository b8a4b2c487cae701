import type { INodeProperties } from 'n8n-workflow';

/** The notice of an operation whose effect nothing can restore. `lost` says in a sentence what goes. */
export function irreversibleNotice(lost: string): INodeProperties {
	return {
		displayName: `This can’t be undone. ${lost} To check first, turn on Dry Run.`,
		name: 'irreversibleNotice',
		type: 'notice',
		default: '',
	};
}
