import { deletionSummary } from '../../domain/summaries';
import { apiKeyIdField, apiKeyIdFrom } from '../../fields/apiKey';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { deleteApiKey, getApiKey, listApiKeys } from '../../sendgrid/subuserApiKeys';
import { confirmDeletion } from '../../runner/confirmDeletion';
import { assertActsFor } from '../../sendgrid/identity';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

const LOST = 'Programs that still use it can’t send anymore.';
const DESCRIPTION = `Delete (revoke) a subuser’s API key permanently. ${LOST}`;

export const deleteOne: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete subuser API key',
		description: DESCRIPTION,
	},
	needs: [
		{ scope: 'api_keys.delete' },
		{ scope: 'api_keys.read' },
		{ scope: 'user.username.read' },
	],
	target: subuser,
	description: [apiKeyIdField, dryRunField],
	irreversible: LOST,
	execute,
};

async function execute(context: OperationContext): Promise<OperationResult> {
	const { api, target, param } = context;
	const id = apiKeyIdFrom(param);
	const call = deleteApiKey(target, id);
	await assertActsFor(context);
	const customer = { username: target, api_key_id: id };
	if (dryRunFrom(param)) {
		const { name } = await api.send(getApiKey(target, id));
		const summary = deletionSummary(true, [name]);
		return {
			output: { ...customer, summary, dry_run: true, deleted: false },
			effect: 'would change',
		};
	}

	await confirmDeletion(await api.trySend(call), {
		noun: 'API key',
		look: async () => {
			const keys = await api.send(listApiKeys(target));
			return keys.find((key) => key.api_key_id === id);
		},
	});
	const summary = deletionSummary(false);
	return { output: { ...customer, summary, dry_run: false, deleted: true }, effect: 'updated' };
}
