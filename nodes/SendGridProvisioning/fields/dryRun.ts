import type { INodeProperties } from 'n8n-workflow';
import { collection, flag } from '../domain/values';

const dryRunOption: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description: 'Whether to only report what would change, and send nothing that changes anything',
};

/** The Options of an operation that changes something and can say beforehand what; more may follow. */
export function dryRunOptions(...more: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [dryRunOption, ...more],
	};
}

/** Whether nothing shall be changed. @throws Refusal */
export function dryRunFrom(param: (name: string) => unknown): boolean {
	return flag(collection(param('options'), 'Options')['dryRun'], 'Dry Run');
}
