import { account } from '../../fields/account';
import { getState as readState } from '../../sendgrid/accounts';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const getState: Operation = {
	option: {
		name: 'Get State',
		value: 'getState',
		action: 'Get account state',
		description:
			'Get (check) whether an account is activated, so that it can sign in and send email',
	},
	needs: ['reseller agreement'],
	target: account,
	description: [],
	readOnly: true,
	execute,
};

async function execute({ api, target }: OperationContext): Promise<OperationResult> {
	const state = await api.send(readState(target));
	return { output: { account_id: target, state }, effect: 'read' };
}
