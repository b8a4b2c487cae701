import { readKnown, writeKnown } from '../../domain/arrivals';
import { allAccounts } from '../../sendgrid/accountPages';
import type { Account } from '../../sendgrid/accounts';
import type { TriggerEvent } from '../event';
import { newCustomers } from '../newCustomers';

export const accountCreated: TriggerEvent<Account, never, readonly number[]> = {
	option: {
		name: 'Account Created',
		value: 'accountCreated',
		action: 'On account created',
		description: 'When a new customer account appears, no matter who created it',
	},
	description: [],
	nothing: 'There is no account',
	memory: { firstRound: 'records', read: readKnown, write: writeKnown },
	watch: () => ({
		list: allAccounts,
		customerOf: (account) => ({
			name: account.id,
			// Account IDs aren't reused, so the name is enough.
			id: undefined,
			fields: { account_id: account.id, ...account },
		}),
		diff: newCustomers,
	}),
};
