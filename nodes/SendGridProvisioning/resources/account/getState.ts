import type { IDataObject } from 'n8n-workflow';
import { account } from '../../fields/account';
import { getState as readState } from '../../sendgrid/accounts';
import type { Operation, OperationContext } from '../resource';

export const getState: Operation = {
	option: {
		name: 'Get State',
		value: 'getState',
		action: 'Get account state',
		description: 'Find out whether an account may sign in and send',
	},
	needs: ['reseller agreement'],
	target: account,
	description: [],
	execute,
};

async function execute({ api, target }: OperationContext): Promise<IDataObject> {
	return { account_id: target, state: await api.send(readState(target)) };
}
