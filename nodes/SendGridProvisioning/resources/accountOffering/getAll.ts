import { account } from '../../fields/account';
import { limitFields, limitFrom } from '../../fields/limit';
import { getAccountOfferings } from '../../sendgrid/accountOfferings';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

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
	readOnly: true,
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const limit = limitFrom(param);
	const offerings = await api.send(getAccountOfferings(target));
	const output = offerings.slice(0, limit).map((offering) => ({ account_id: target, ...offering }));
	return { output, effect: 'read' };
}
