import { deletionSummary, offeringLabel } from '../../domain/summaries';
import { account } from '../../fields/account';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { getAccountOfferings } from '../../sendgrid/accountOfferings';
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
			'Delete (cancel, close) an account permanently, with its API keys, offerings, and IPs. Billing stops.',
	},
	needs: ['reseller agreement'],
	target: account,
	description: [dryRunField],
	irreversible:
		'The account’s API keys, offerings, and IPs go with it. Expect queued email to be deleted, and tracked links to stop working.',
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	if (dryRunFrom(param)) {
		// An account that doesn't exist is refused here.
		const offerings = await api.send(getAccountOfferings(target));
		const summary = deletionSummary(true, offerings.map(offeringLabel), 'with its offerings');
		const output = { account_id: target, summary, dry_run: true, deleted: false };
		return { output, effect: 'would change' };
	}

	const outcome = await api.trySend(deleteAccount(target));
	await confirmDeletion(outcome, {
		noun: account.noun,
		look: async () => {
			const accounts = await allAccounts(api, Infinity);
			return accounts.find(({ id }) => id === target);
		},
	});
	const summary = deletionSummary(false);
	return {
		output: { account_id: target, summary, dry_run: false, deleted: true },
		effect: 'updated',
	};
}
