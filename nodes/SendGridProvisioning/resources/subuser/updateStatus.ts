import { oneOf } from '../../domain/values';
import { subuser } from '../../fields/subuser';
import { SWITCH } from '../../fields/switch';
import { patchStatus } from '../../sendgrid/subusers';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const updateStatus: Operation = {
	option: {
		name: 'Update Status',
		value: 'updateStatus',
		action: 'Update subuser status',
		description: 'Let a subuser send email, or stop it',
	},
	needs: [{ scope: 'subusers.update' }],
	target: subuser,
	description: [
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			options: [
				{ name: 'Disabled', value: 'disabled', description: 'The subuser cannot send email' },
				{ name: 'Enabled', value: 'enabled', description: 'The subuser can send email' },
			],
			default: 'enabled',
			description: 'What the subuser may do',
		},
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const choice = oneOf(param('status'), SWITCH, 'Status');
	await api.send(patchStatus(target, choice === 'disabled'));
	return { output: { username: target, status: choice }, effect: 'updated' };
}
