import { assertKeyConfirmed, keyUpdate, lostScopes } from '../../domain/apiKeyScopes';
import { doRest } from '../../domain/partlyApplied';
import { removals } from '../../domain/reductions';
import { apiKeyUpdateSummary } from '../../domain/summaries';
import { textOrNone } from '../../domain/values';
import { apiKeyIdField, apiKeyIdFrom, newAccessField, newScopesField } from '../../fields/apiKey';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { getApiKey, patchApiKey, putApiKey } from '../../sendgrid/subuserApiKeys';
import { dryRunResult } from '../../runner/dryRunResult';
import { assertActsFor } from '../../sendgrid/identity';
import { effectOf } from '../../runner/operation';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const update: Operation = {
	option: {
		name: 'Update',
		value: 'update',
		action: 'Update subuser API key',
		description:
			'Change the name or scopes (permissions) of a subuser’s API key. Its secret stays the same.',
	},
	needs: [
		{ scope: 'api_keys.read' },
		{ scope: 'api_keys.update' },
		{ scope: 'user.username.read' },
	],
	target: subuser,
	description: [
		apiKeyIdField,
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			placeholder: 'e.g. Newsletter',
			description: 'New name of the API key. Leave empty to keep the current name.',
		},
		newAccessField,
		newScopesField,
		dryRunField,
	],
	execute,
};

async function execute(context: OperationContext): Promise<OperationResult> {
	const { api, target, param } = context;
	const id = apiKeyIdFrom(param);
	const wanted = keyUpdate({
		name: textOrNone(param('name'), 'Name'),
		access: param('access'),
		scopes: param('scopes'),
	});
	const dryRun = dryRunFrom(param);
	await assertActsFor(context);
	const before = await api.send(getApiKey(target, id));

	const { name, scopes, changed } = wanted(before);
	const call =
		scopes === undefined ? patchApiKey(target, id, name) : putApiKey(target, id, { name, scopes });
	const customer = { username: target, api_key_id: id };
	const summary = apiKeyUpdateSummary(before, { name, ...(scopes && { scopes }) });
	const reduced = removals(lostScopes(before, scopes));
	if (dryRun) {
		const shown = { summary, call: changed ? call : undefined, before };
		return { ...dryRunResult(customer, shown), reduced };
	}

	let after = changed ? await api.send(call) : before;
	if (changed) {
		// SendGrid doesn't always return the new scopes.
		if (scopes !== undefined && after.scopes === undefined) {
			after = await doRest(summary, async () => await api.send(getApiKey(target, id)));
		}
		assertKeyConfirmed({ name, scopes }, after, before);
	}
	const output = {
		...customer,
		summary,
		dry_run: false,
		changed,
		name: after.name,
		scopes: after.scopes ?? before.scopes ?? null,
	};
	return { output, effect: effectOf({ changed, dryRun }), reduced };
}
