import type { IDataObject } from 'n8n-workflow';
import { account } from '../../fields/account';
import { limitFields, limitFrom } from '../../fields/limit';
import { allAccountIps } from '../../sendgrid/accountIps';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many account IPs',
		description: 'Get an account’s dedicated IPs, newest first',
	},
	needs: ['reseller agreement'],
	target: account,
	description: limitFields,
	readOnly: true,
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const rows = await allAccountIps(api, target, limitFrom(param));
	const output = rows.map(({ ip, region }): IDataObject => ({ account_id: target, ip, region }));
	return { output, effect: 'read' };
}
