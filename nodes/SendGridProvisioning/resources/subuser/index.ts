import type { Resource } from '../../runner/operation';
import { create } from './create';
import { deleteOne } from './delete';
import { get } from './get';
import { getAll } from './getAll';
import { getReputation } from './getReputation';
import { getStats } from './getStats';
import { updateIps } from './updateIps';
import { updateStatus } from './updateStatus';
import { updateWebsiteAccess } from './updateWebsiteAccess';
import { upsert } from './upsert';

export const subuser: Resource = {
	option: {
		name: 'Subuser',
		value: 'subuser',
		description: 'A separate sender under your SendGrid account',
	},
	operations: [
		create,
		upsert,
		deleteOne,
		get,
		getAll,
		getReputation,
		getStats,
		updateIps,
		updateStatus,
		updateWebsiteAccess,
	],
};
