import type { INodeProperties } from 'n8n-workflow';
import { flag } from '../domain/values';
import { optionsFrom } from './options';

const LABEL = 'Fail on Removal';

/** For changes of offerings that should only ever add. */
export const refuseRemovalsOption: INodeProperties = {
	displayName: LABEL,
	name: 'refuseRemovals',
	type: 'boolean',
	default: false,
	description:
		'Whether to fail the item if an offering would be removed or its quantity lowered. This includes the package that a new package replaces.',
};

/** Whether it is on. @throws Refusal */
export function refuseRemovalsFrom(param: (name: string) => unknown): boolean {
	return flag(optionsFrom(param)['refuseRemovals'], LABEL);
}
