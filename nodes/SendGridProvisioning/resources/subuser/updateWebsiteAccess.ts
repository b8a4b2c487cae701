import { assertSubuserKnown } from '../../domain/refusal';
import { stateSummary } from '../../domain/summaries';
import { oneOf } from '../../domain/values';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { SWITCH } from '../../fields/switch';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { patchWebsiteAccess } from '../../sendgrid/subusers';
import { dryRunResult } from '../../runner/dryRunResult';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const updateWebsiteAccess: Operation = {
	option: {
		name: 'Update Website Access',
		value: 'updateWebsiteAccess',
		action: 'Update subuser website access',
		description: 'Allow or block a subuser’s sign-in to SendGrid’s website',
	},
	needs: [{ scope: 'subusers.read' }, { scope: 'subusers.update' }],
	target: subuser,
	description: [
		{
			displayName: 'Website Access',
			name: 'websiteAccess',
			type: 'options',
			options: [
				{
					name: 'Disabled',
					value: 'disabled',
					description: 'The subuser can’t sign in, but can still send email',
				},
				{
					name: 'Enabled',
					value: 'enabled',
					description: 'The subuser can sign in to SendGrid’s website',
				},
			],
			default: 'enabled',
			description: 'Whether the subuser can sign in. This doesn’t affect sending.',
		},
		dryRunField,
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const access = oneOf(param('websiteAccess'), SWITCH, 'Website Access');
	const call = patchWebsiteAccess(target, access === 'disabled');
	// SendGrid doesn't show the present website access.
	const summary = stateSummary(`website access ${access}`);
	if (dryRunFrom(param)) {
		const before = await subuserNamed(api, target);
		assertSubuserKnown(before);
		return dryRunResult({ username: target }, { summary, call, before });
	}

	await api.send(call);
	const output = { username: target, summary, dry_run: false, changed: true };
	return { output: { ...output, website_access: access }, effect: 'updated' };
}
