import type { IDataObject } from 'n8n-workflow';
import { oneOf } from '../../domain/values';
import { account } from '../../fields/account';
import { putState } from '../../sendgrid/accounts';
import type { Operation, OperationContext } from '../resource';

const STATES = ['activated', 'deactivated'] as const;

export const updateState: Operation = {
	option: {
		name: 'Update State',
		value: 'updateState',
		action: 'Update account state',
		description: 'Activate or deactivate an account',
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
					description: 'The customer can sign in, make requests and send email',
				},
				{
					name: 'Deactivated',
					value: 'deactivated',
					description: 'The customer can sign in, but neither make requests nor send email',
				},
			],
			default: 'activated',
			description:
				'What the account may do. SendGrid itself sets three more: suspended (no sending), banned (nothing; its subusers, IPs and keys are gone) and indeterminate (ask SendGrid).',
		},
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<IDataObject> {
	const state = oneOf(param('state'), STATES, 'State');
	await api.send(putState(target, state));
	return { account_id: target, state };
}
