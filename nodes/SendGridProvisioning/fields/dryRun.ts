import type { INodeProperties } from 'n8n-workflow';
import { flag } from '../domain/values';

const DESCRIPTION =
	'Whether to only check the item and show what would change. Nothing is sent that changes anything. n8n turns this off when you switch to an operation without it.';

/** On every operation that changes something, except for sign-in links. */
export const dryRunField: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description: DESCRIPTION,
};

/** On those that may run at most once for a key. */
export const dryRunOfKeyedField: INodeProperties = {
	...dryRunField,
	description: `${DESCRIPTION} A dry run ignores Run Once per Key: it shows what would change even if the key is done.`,
};

/** Whether to send nothing that changes anything. @throws Refusal */
export function dryRunFrom(param: (name: string) => unknown): boolean {
	return flag(param('dryRun'), 'Dry Run');
}
