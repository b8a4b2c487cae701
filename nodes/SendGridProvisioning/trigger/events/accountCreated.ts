import { allAccounts } from '../../sendgrid/accountPages';
import type { TriggerEvent, EventContext, Polled } from '../event';
import { SHOWN, newCustomers } from '../newCustomers';

export const accountCreated: TriggerEvent = {
	option: {
		name: 'Account Created',
		value: 'accountCreated',
		action: 'On account created',
		description: 'When there is a customer account that was not there before',
	},
	description: [],
	nothing: 'There is no account',
	poll,
};

async function poll(context: EventContext): Promise<Polled> {
	const accounts = await allAccounts(context.api, context.manual ? SHOWN : Infinity);
	const event = accountCreated.option.value;
	return newCustomers(
		context,
		event,
		accounts.map((row) => ({
			// An ID is never given twice.
			name: row.id,
			id: undefined,
			item: { event, account_id: row.id, ...row },
		})),
	);
}
