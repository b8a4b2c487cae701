import type { IDataObject } from 'n8n-workflow';
import { limitFields, limitFrom } from '../../fields/limit';
import { allAccounts } from '../../sendgrid/accountPages';
import type { Operation, OperationContext } from '../resource';

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many accounts',
		description: 'Get your customer accounts',
	},
	needs: ['reseller agreement'],
	description: limitFields,
	execute,
};

async function execute({ api, param }: OperationContext): Promise<IDataObject[]> {
	return (await allAccounts(api, limitFrom(param))) as IDataObject[];
}
