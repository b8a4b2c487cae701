import type { Resource } from '../../runner/operation';
import { create } from './create';
import { createSsoLink } from './createSsoLink';
import { deleteOne } from './delete';
import { getAll } from './getAll';
import { getState } from './getState';
import { updateState } from './updateState';

export const account: Resource = {
	option: {
		name: 'Account',
		value: 'account',
		description: 'A reseller’s customer account',
	},
	operations: [create, createSsoLink, deleteOne, getAll, getState, updateState],
};
