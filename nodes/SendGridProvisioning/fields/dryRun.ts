import type { INodeProperties } from 'n8n-workflow';
import { flag } from '../domain/values';

/** On every operation that changes something, except for sign-in links. */
export const dryRunField: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description:
		'Whether to only check the item and show what would change. Nothing is sent that changes anything.',
};

/** Whether to send nothing that changes anything. @throws Refusal */
export function dryRunFrom(param: (name: string) => unknown): boolean {
	return flag(param('dryRun'), 'Dry Run');
}
