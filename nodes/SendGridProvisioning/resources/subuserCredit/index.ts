import type { Resource } from '../../runner/operation';
import { adjust } from './adjust';
import { get } from './get';
import { topUp } from './topUp';
import { update } from './update';

export const subuserCredit: Resource = {
	option: {
		name: 'Subuser Credit',
		value: 'subuserCredit',
		description: 'How many emails a subuser can send',
	},
	operations: [adjust, get, topUp, update],
};
