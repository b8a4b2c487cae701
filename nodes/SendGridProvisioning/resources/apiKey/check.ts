import { getScopes, isReseller } from '../../sendgrid/apiKey';
import type {
	Operation,
	OperationContext,
	OperationResult,
	Resource,
} from '../../runner/operation';

/** Holds the key against what the operations of these resources need. */
export function checkOf(resources: Resource[]): Operation {
	return {
		option: {
			name: 'Check',
			value: 'check',
			action: 'Check API key permissions',
			description:
				'Find out which operations the API key allows (permissions, scopes), without changing anything',
		},
		needs: [],
		readOnly: true,
		description: [],
		execute: async (context) => await check(context, resources),
	};
}

async function check(
	{ api, cached }: OperationContext,
	resources: Resource[],
): Promise<OperationResult> {
	const scopes = new Set(await cached('scopes', async () => await api.send(getScopes())));
	const reseller = await cached('reseller', async () => await isReseller(api));
	const output = resources.flatMap((resource) =>
		resource.operations.map(({ option, needs }) => {
			const missing = needs
				.filter((need) => (typeof need === 'string' ? !reseller : !scopes.has(need.scope)))
				.map((need) => (typeof need === 'string' ? need : need.scope));
			return {
				action: option.action,
				allowed: missing.length === 0,
				// n8n's table would show "[empty array]", or "undefined" if it were left out.
				missing: missing.length > 0 ? missing : 'nothing',
				resource: resource.option.value,
				operation: option.value,
			};
		}),
	);
	return { output, effect: 'read', notes: [noteOn(output)] };
}

function noteOn(checked: Array<{ allowed: boolean; missing: string[] | string }>): string {
	const refused = checked.filter(({ allowed }) => !allowed);
	if (refused.length === 0)
		return `All ${checked.length} allowed. This check itself needs no permission.`;
	const missing = [...new Set(refused.flatMap((one) => one.missing))].sort();
	return `${checked.length - refused.length} of ${checked.length} allowed. Missing: ${missing.join(', ')}.`;
}
