import { account } from '../../fields/account';
import { createSsoLink as requestLink } from '../../sendgrid/accounts';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const createSsoLink: Operation = {
	option: {
		name: 'Create Sign-In Link',
		value: 'createSsoLink',
		action: 'Create account sign-in link',
		description:
			'Get a link that signs in once, within 60 seconds, as an administrator of the account',
	},
	needs: ['reseller agreement'],
	target: account,
	note: 'A sign-in link works for 60 seconds and once, but n8n keeps it in the data of this execution. To keep none, switch off saving executions in the workflow’s settings.',
	description: [],
	execute,
};

async function execute({ api, target }: OperationContext): Promise<OperationResult> {
	const link = await api.send(requestLink(target));
	return { output: { account_id: target, ...link }, effect: 'updated' };
}
