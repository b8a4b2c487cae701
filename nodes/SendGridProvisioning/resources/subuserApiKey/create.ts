import { extraScopes, missingScopes, scopesFor } from '../../domain/apiKeyScopes';
import { apiKeySummary } from '../../domain/summaries';
import { text } from '../../domain/values';
import { accessField, scopesField } from '../../fields/apiKey';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { repeatNotice } from '../../fields/onceKey';
import { subuser } from '../../fields/subuser';
import { createApiKey } from '../../sendgrid/subuserApiKeys';
import { dryRunResult } from '../../runner/dryRunResult';
import { assertActsFor } from '../../sendgrid/identity';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create subuser API key',
		description: 'Create (add, generate) an API key for a subuser. Its secret is shown only once.',
	},
	needs: [{ scope: 'api_keys.create' }, { scope: 'user.username.read' }],
	target: subuser,
	onceOnly: 'always',
	onceKey: {},
	description: [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Newsletter',
			description: 'Name of the API key. Several keys can have the same name.',
		},
		accessField,
		scopesField,
		repeatNotice('createApiKeyNotice', 'Each run creates another API key.'),
		dryRunField,
	],
	execute,
};

async function execute(context: OperationContext): Promise<OperationResult> {
	const { api, target, param } = context;
	const name = text(param('name'), 'Name');
	const scopes = scopesFor(param('access'), param('scopes'));
	const call = createApiKey(target, { name, scopes });
	await assertActsFor(context);
	const dryRun = dryRunFrom(param);
	const summary = apiKeySummary(name, { scopes, dryRun });
	if (dryRun) return dryRunResult({ username: target }, { summary, call });

	const created = await api.send(call);
	const output = {
		username: target,
		api_key_id: created.api_key_id,
		summary,
		dry_run: false,
		changed: true,
		name: created.name,
		scopes: created.scopes ?? null,
		api_key: created.api_key,
	};
	// The item doesn't fail: the key's secret would be lost.
	const notes = [STORED, ...scopeNotes(scopes, created.scopes)];
	const id = `API key ${created.api_key_id} of subuser ${target}`;
	return { output, effect: 'updated', notes, created: id };
}

const STORED =
	'n8n keeps new API keys in the execution’s data. To prevent this, turn off saving executions in the workflow’s settings, and deliver each key within this workflow: SendGrid doesn’t show it again.';

function scopeNotes(requested: string[] | undefined, scopes: string[] | undefined): string[] {
	const missing = missingScopes(requested, scopes);
	const extra = extraScopes(requested, scopes);
	return [
		...(missing.length === 0
			? []
			: [
					`SendGrid created an API key without these requested scopes: ${missing.join(', ')}. The subuser, or the credential’s key, may not have them.`,
				]),
		...(extra.length === 0
			? []
			: [
					`SendGrid created an API key with scopes that weren’t requested: ${extra.slice(0, 10).join(', ')}. Look at it in SendGrid, and delete it if it shouldn’t have them.`,
				]),
	];
}
