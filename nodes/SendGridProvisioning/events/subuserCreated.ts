import { allSubusers } from '../sendgrid/subuserPages';
import type { TriggerEvent, EventContext, Polled } from './event';
import { SHOWN, newCustomers } from './newCustomers';

export const subuserCreated: TriggerEvent = {
	option: {
		name: 'Subuser Created',
		value: 'subuserCreated',
		action: 'On subuser created',
		description: 'When there is a subuser that was not there before',
	},
	description: [],
	nothing: 'There is no subuser',
	poll,
};

async function poll(context: EventContext): Promise<Polled> {
	const limit = context.manual ? SHOWN : Infinity;
	const subusers = await allSubusers(context.api, { limit });
	const event = subuserCreated.option.value;
	return newCustomers(
		context,
		event,
		subusers.map((row) => ({
			// SendGrid ignores the case of usernames.
			name: row.username.toLowerCase(),
			id: typeof row['id'] === 'number' ? row['id'] : undefined,
			item: { event, ...row },
		})),
	);
}
