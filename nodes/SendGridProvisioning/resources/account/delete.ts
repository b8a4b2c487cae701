import type { IDataObject } from 'n8n-workflow';
import { account } from '../../fields/account';
import { deleteAccount } from '../../sendgrid/accounts';
import type { Operation, OperationContext } from '../resource';

export const deleteOne: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete account',
		description:
			'Delete an account permanently: its API keys, offerings, and IPs are removed, and billing stops. Expect queued email to be deleted and tracked links in delivered email to stop working.',
	},
	needs: ['reseller agreement'],
	target: account,
	description: [],
	irreversible: true,
	execute,
};

async function execute({ api, target }: OperationContext): Promise<IDataObject> {
	const outcome = await api.attempt(deleteAccount(target));
	if ('unknown' in outcome && !outcome.echo) throw outcome.unknown;
	return { account_id: target, deleted: true };
}
