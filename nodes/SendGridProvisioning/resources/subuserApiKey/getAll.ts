import type { IDataObject } from 'n8n-workflow';
import { limitFields, limitFrom } from '../../fields/limit';
import { subuser } from '../../fields/subuser';
import { listApiKeys } from '../../sendgrid/subuserApiKeys';
import { assertActsFor } from '../../sendgrid/identity';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many subuser API keys',
		description: 'Get the names and IDs of a subuser’s API keys, not their secrets',
	},
	needs: [{ scope: 'api_keys.read' }, { scope: 'user.username.read' }],
	target: subuser,
	description: limitFields,
	readOnly: true,
	execute,
};

async function execute(context: OperationContext): Promise<OperationResult> {
	const { api, target, param } = context;
	const limit = limitFrom(param);
	await assertActsFor(context);
	const keys = await api.send(listApiKeys(target));
	const output = keys
		.slice(0, limit)
		.map(({ api_key_id, name }): IDataObject => ({ username: target, api_key_id, name }));
	return { output, effect: 'read' };
}
