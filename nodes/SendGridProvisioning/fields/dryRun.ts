import type { INodeProperties } from 'n8n-workflow';
import { collection, flag } from '../domain/values';

/** For operations that change something and can say beforehand what. */
export const dryRunOption: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description: 'Whether to only report what would change, and send nothing that changes anything',
};

/** The Options of an operation that has no others. */
export const dryRunOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [dryRunOption],
};

/** Whether nothing shall be changed. @throws Refusal */
export function dryRunFrom(param: (name: string) => unknown): boolean {
	return flag(collection(param('options'), 'Options')['dryRun'], 'Dry Run');
}
