import type { INodeProperties } from 'n8n-workflow';
import { deletionSummary } from '../../domain/summaries';
import { brandingIdFrom } from '../../fields/branding';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { allBrandings, deleteBranding, getBranding } from '../../sendgrid/brandings';
import type { BrandingKind } from '../../sendgrid/brandings';
import { assertActsFor, assertIsOf } from '../../sendgrid/identity';
import { confirmDeletion } from '../../runner/confirmDeletion';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

/** Deletes a domain or link branding of a subuser. `lost` says what stops working. */
export function deleteOf(
	kind: BrandingKind,
	idField: INodeProperties,
	{ option, lost }: { option: Operation['option']; lost: string },
): Operation {
	return {
		option: { ...option, description: [option.description, lost].join('. ') },
		needs: [
			{ scope: 'user.username.read' },
			{ scope: 'whitelabel.delete' },
			{ scope: 'whitelabel.read' },
		],
		target: subuser,
		description: [idField, dryRunField],
		irreversible: lost,
		execute: async (context) => await execute(context, kind, idField),
	};
}

async function execute(
	context: OperationContext,
	kind: BrandingKind,
	idField: INodeProperties,
): Promise<OperationResult> {
	const { api, target, param } = context;
	const id = brandingIdFrom(param, idField);
	const customer = { username: target, [kind.key]: Number(id) };
	await assertActsFor(context);
	if (dryRunFrom(param)) {
		const { username, domain, subdomain } = await api.send(getBranding(kind, target, id));
		assertIsOf(target, username);
		const summary = deletionSummary(true, [subdomain === '' ? domain : `${subdomain}.${domain}`]);
		return {
			output: { ...customer, summary, dry_run: true, deleted: false },
			effect: 'would change',
		};
	}

	await confirmDeletion(await api.trySend(deleteBranding(kind, target, id)), {
		noun: kind.noun,
		look: async () => (await allBrandings(context, kind)).find((one) => String(one.id) === id),
	});
	const summary = deletionSummary(false);
	return { output: { ...customer, summary, dry_run: false, deleted: true }, effect: 'updated' };
}
