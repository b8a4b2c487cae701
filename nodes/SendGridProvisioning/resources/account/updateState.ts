import { oneOf } from '../../domain/values';
import { account } from '../../fields/account';
import { putState } from '../../sendgrid/accounts';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

const STATES = ['activated', 'deactivated'] as const;

export const updateState: Operation = {
	option: {
		name: 'Update State',
		value: 'updateState',
		action: 'Update account state',
		description:
			'Activate or deactivate an account. While deactivated, it sends nothing, but billing goes on. Queued email is deleted, and tracked links in email already delivered stop working.',
	},
	needs: ['reseller agreement'],
	target: account,
	description: [
		{
			displayName: 'State',
			name: 'state',
			type: 'options',
			options: [
				{
					name: 'Activated',
					value: 'activated',
					description: 'The account can send email again. Deleted email doesn’t come back.',
				},
				{
					name: 'Deactivated',
					value: 'deactivated',
					description:
						'Sending and API keys stop, queued email is deleted, and tracked links in delivered email stop working. Billing goes on.',
				},
			],
			default: 'activated',
			description:
				'What the account is allowed to do. Only SendGrid sets three other states: suspended (no sending), banned (no access; subusers and IPs are removed), and indeterminate (ask SendGrid).',
		},
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const state = oneOf(param('state'), STATES, 'State');
	await api.send(putState(target, state));
	return { output: { account_id: target, state }, effect: 'updated' };
}
