import { outcomeOf } from '../../domain/outcome';
import { assertDeleted } from '../../domain/refusal';
import { account } from '../../fields/account';
import { allAccounts } from '../../sendgrid/accountPages';
import { deleteAccount } from '../../sendgrid/accounts';
import type { SendGridError } from '../../transport/errors/failure';
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
	if ('unknown' in outcome) await confirm(api, target, outcome);
	return { output: { account_id: target, deleted: true }, effect: 'updated' };
}

/** After an unclear answer, “not found” can mean that it was deleted, or that the address is wrong. */
async function confirm(
	api: OperationContext['api'],
	target: string,
	{ unknown, echo }: { unknown: SendGridError; echo: boolean },
): Promise<void> {
	if (!echo) throw unknown;
	const look = await outcomeOf(async () => {
		const accounts = await allAccounts(api, Infinity);
		return accounts.find(({ id }) => id === target);
	});
	if ('error' in look) throw unknown;
	assertDeleted(look.value, account.noun);
}
