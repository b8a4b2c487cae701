import type { IDataObject } from 'n8n-workflow';
import { limitFields, limitFrom } from '../../fields/limit';
import { ACCOUNTS_PAGE, listAccounts } from '../../sendgrid/accounts';
import type { Account } from '../../sendgrid/accounts';
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
	const limit = limitFrom(param);
	const found = new Map<string, Account>();
	let after: string | undefined;
	do {
		const page = await api.send(listAccounts({ limit: ACCOUNTS_PAGE, after }));
		const known = found.size;
		for (const account of page.accounts) found.set(account.id, account);
		// A page without anything new would be answered again and again.
		after = found.size === known ? undefined : page.last;
	} while (after !== undefined && found.size < limit);
	return [...found.values()].slice(0, limit) as IDataObject[];
}
