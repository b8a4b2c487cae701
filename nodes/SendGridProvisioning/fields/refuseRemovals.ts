import type { INodeProperties } from 'n8n-workflow';
import { collection, flag } from '../domain/values';

/** For a change of offerings that shall take nothing away. */
export const refuseRemovalsOption: INodeProperties = {
	displayName: 'Refuse Removals',
	name: 'refuseRemovals',
	type: 'boolean',
	default: false,
	description:
		'Whether to stop the item when an offering would go or a quantity be lowered. The old package of a plan change counts too.',
};

/** Whether it is on. @throws Refusal */
export function refuseRemovalsFrom(param: (name: string) => unknown): boolean {
	return flag(collection(param('options'), 'Options')['refuseRemovals'], 'Refuse Removals');
}
