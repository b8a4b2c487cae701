import { createHash } from 'crypto';
import { allSubusers } from '../../sendgrid/subuserPages';
import type { TriggerEvent, EventContext, Polled } from '../event';
import { SHOWN, newCustomers } from '../newCustomers';

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
			name: shortened(row.username.toLowerCase()),
			id: typeof row['id'] === 'number' ? row['id'] : undefined,
			item: { event, ...row },
		})),
	);
}

/** A long name is remembered by its hash: 20,000 of them shall take less than a megabyte. */
function shortened(name: string): string {
	if (/^[ -~]{1,24}$/.test(name)) return name;
	return `#${createHash('sha256').update(name).digest('base64url').slice(0, 16)}`;
}
