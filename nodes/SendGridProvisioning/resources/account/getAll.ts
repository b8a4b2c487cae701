import type { IDataObject } from 'n8n-workflow';
import { limitFields, limitFrom } from '../../fields/limit';
import { allAccounts } from '../../sendgrid/accountPages';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many accounts',
		description: 'Get your customer accounts',
	},
	needs: ['reseller agreement'],
	description: limitFields,
	readOnly: true,
	execute,
};

async function execute({ api, param, cached }: OperationContext): Promise<OperationResult> {
	const limit = limitFrom(param);
	const found = await cached(`accounts ${limit}`, async () => await allAccounts(api, limit));
	const output = found.map((account) => ({ ...account }) as IDataObject);
	return { output, effect: 'read' };
}
