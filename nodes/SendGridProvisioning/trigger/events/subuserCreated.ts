import { createHash } from 'crypto';
import { readKnown, writeKnown } from '../../domain/arrivals';
import { allSubusers } from '../../sendgrid/subuserPages';
import type { Subuser } from '../../sendgrid/subusers';
import type { TriggerEvent } from '../event';
import { newCustomers } from '../newCustomers';

export const subuserCreated: TriggerEvent<Subuser, never, readonly number[]> = {
	option: {
		name: 'Subuser Created',
		value: 'subuserCreated',
		action: 'On subuser created',
		description: 'When a new subuser appears, no matter who created it',
	},
	description: [],
	nothing: 'There is no subuser',
	memory: { firstRound: 'records', read: readKnown, write: writeKnown },
	watch: () => ({
		list: async (api, limit, found) => await allSubusers(api, { limit }, found),
		customerOf: (row) => ({
			// SendGrid ignores the case of usernames.
			name: shortened(row.username.toLowerCase()),
			id: typeof row['id'] === 'number' ? row['id'] : undefined,
			fields: row,
		}),
		diff: newCustomers,
	}),
};

/** Replaces a long username with its hash, so that 20,000 of them take less than a megabyte. */
function shortened(username: string): string {
	if (/^[ -~]{1,24}$/.test(username)) return username;
	return `#${createHash('sha256').update(username).digest('base64url').slice(0, 16)}`;
}
