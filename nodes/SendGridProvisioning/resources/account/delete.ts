import { account } from '../../fields/account';
import { allAccounts } from '../../sendgrid/accountPages';
import { deleteAccount } from '../../sendgrid/accounts';
import { confirmDeletion } from '../../runner/confirmDeletion';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

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

async function execute({ api, target }: OperationContext): Promise<OperationResult> {
	const outcome = await api.trySend(deleteAccount(target));
	await confirmDeletion(outcome, {
		noun: account.noun,
		look: async () => {
			const accounts = await allAccounts(api, Infinity);
			return accounts.find(({ id }) => id === target);
		},
	});
	return { output: { account_id: target, deleted: true }, effect: 'updated' };
}
