import type { IDataObject } from 'n8n-workflow';
import { account } from '../../fields/account';
import { limitFields, limitFrom } from '../../fields/limit';
import { getAccountOfferings } from '../../sendgrid/accountOfferings';
import type { Operation, OperationContext } from '../resource';

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many account offerings',
		description: 'Get the package and add-ons that an account has',
	},
	needs: ['reseller agreement'],
	target: account,
	description: limitFields,
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<IDataObject[]> {
	const limit = limitFrom(param);
	const offerings = await api.send(getAccountOfferings(target));
	return offerings.slice(0, limit).map((offering) => ({ account_id: target, ...offering }));
}
