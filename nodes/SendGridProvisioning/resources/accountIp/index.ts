import type { Resource } from '../../runner/operation';
import { add } from './add';
import { getAll } from './getAll';
import { remove } from './remove';

export const accountIp: Resource = {
	option: {
		name: 'Account IP',
		value: 'accountIp',
		description: 'A dedicated IP of an account',
	},
	operations: [add, getAll, remove],
};
