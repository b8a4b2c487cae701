import { assertSubuserKnown } from '../../domain/refusal';
import { stateSummary } from '../../domain/summaries';
import { oneOf } from '../../domain/values';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { SWITCH } from '../../fields/switch';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { patchStatus } from '../../sendgrid/subusers';
import { dryRunResult } from '../../runner/dryRunResult';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const updateStatus: Operation = {
	option: {
		name: 'Update Status',
		value: 'updateStatus',
		action: 'Update subuser status',
		description: 'Enable a subuser, or disable (suspend, pause) its sending',
	},
	needs: [{ scope: 'subusers.read' }, { scope: 'subusers.update' }],
	target: subuser,
	description: [
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			options: [
				{
					name: 'Disabled (Pause)',
					value: 'disabled',
					description: 'The subuser can’t send email',
				},
				{ name: 'Enabled (Resume)', value: 'enabled', description: 'The subuser can send email' },
			],
			default: 'enabled',
			description: 'Status that the subuser should have',
		},
		{
			displayName: 'Disabled: the subuser can’t send email until you enable it',
			name: 'disabledNotice',
			type: 'notice',
			default: '',
			displayOptions: { hide: { status: ['enabled'] } },
		},
		dryRunField,
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const status = oneOf(param('status'), SWITCH, 'Status');
	const call = patchStatus(target, status === 'disabled');
	if (dryRunFrom(param)) {
		const before = await subuserNamed(api, target);
		assertSubuserKnown(before);
		const present = before['disabled'] === true ? 'disabled' : 'enabled';
		const summary = stateSummary(status, present);
		const changed = present !== status;
		return dryRunResult({ username: target }, { summary, call, changed, before });
	}

	await api.send(call);
	const summary = stateSummary(status);
	const output = { username: target, summary, dry_run: false, changed: true, status };
	return { output, effect: 'updated' };
}
