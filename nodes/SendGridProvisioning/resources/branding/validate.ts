import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { assertSameBranding, validatedRows } from '../../domain/branding';
import { brandingIdFrom } from '../../fields/branding';
import { subuser } from '../../fields/subuser';
import { getBranding, validateBranding } from '../../sendgrid/brandings';
import type { BrandingKind } from '../../sendgrid/brandings';
import { assertActsFor, assertIsOf } from '../../sendgrid/identity';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

/** Lets SendGrid look up the DNS records of a domain or link branding. */
export function validateOf(
	kind: BrandingKind,
	idField: INodeProperties,
	option: Operation['option'],
): Operation {
	return {
		option,
		needs: [
			{ scope: 'user.username.read' },
			{ scope: 'whitelabel.read' },
			{ scope: 'whitelabel.update' },
		],
		target: subuser,
		description: [idField],
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
	await assertActsFor(context);
	const branding = await api.send(getBranding(kind, target, id));
	assertIsOf(target, branding.username);
	const validation = await api.send(validateBranding(kind, target, id));
	assertSameBranding(id, validation);
	const rows = validatedRows(branding, validation) as IDataObject[];
	const output = {
		username: target,
		[kind.key]: branding.id,
		valid: validation.valid,
		domain: branding.domain,
		subdomain: branding.subdomain,
		dns_records: rows,
	};
	return { output, effect: 'read' };
}
