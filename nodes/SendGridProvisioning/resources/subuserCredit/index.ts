import type { Resource } from '../resource';
import { get } from './get';
import { update } from './update';

export const subuserCredit: Resource = {
	option: {
		name: 'Subuser Credit',
		value: 'subuserCredit',
		description: 'How many e-mails a subuser may send',
	},
	operations: [get, update],
};
