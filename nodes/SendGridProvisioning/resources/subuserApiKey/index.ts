import type { Resource } from '../../runner/operation';
import { create } from './create';
import { deleteOne } from './delete';
import { getAll } from './getAll';
import { update } from './update';

export const subuserApiKey: Resource = {
	option: {
		name: 'Subuser API Key',
		value: 'subuserApiKey',
		description: 'A key that a subuser’s programs use for sending email',
	},
	operations: [create, deleteOne, getAll, update],
};
