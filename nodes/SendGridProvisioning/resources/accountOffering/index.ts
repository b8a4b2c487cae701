import type { Resource } from '../../runner/operation';
import { getAll } from './getAll';
import { getCatalog } from './getCatalog';
import { update } from './update';

export const accountOffering: Resource = {
	option: {
		name: 'Account Offering',
		value: 'accountOffering',
		description: 'Package and add-ons of a reseller’s customer account',
	},
	operations: [getCatalog, getAll, update],
};
