import type { Credits } from '../../domain/credits';
import { newlyLow, readReported, thresholdFrom, writeReported } from '../../domain/lowCredits';
import type { LowPoint } from '../../domain/lowCredits';
import { collection, textOrNone } from '../../domain/values';
import { digitsOnly } from '../../fields/credits';
import { subuser } from '../../fields/subuser';
import { getCredits } from '../../sendgrid/subuserCredits';
import { allSubusers } from '../../sendgrid/subuserPages';
import type { Subuser } from '../../sendgrid/subusers';
import type { TriggerEvent } from '../event';

export const creditsLow: TriggerEvent<Subuser, Credits, LowPoint> = {
	option: {
		name: 'Credits Low',
		value: 'creditsLow',
		action: 'On subuser credits low',
		description: 'When a subuser has fewer credits left than a number or percentage',
	},
	description: [
		{
			displayName: 'Threshold',
			name: 'threshold',
			type: 'number',
			// Without a minimum: n8n 1 would fill it in automatically.
			default: '',
			required: true,
			placeholder: 'e.g. 1000',
			hint: digitsOnly('1000'),
			description:
				'Reports a subuser once when it falls below this, and again after it recovers or gets more credits. Each round sends one request per subuser; with thousands, it takes several polls. Test the step to see how long a round takes.',
		},
		{
			displayName: 'Threshold Unit',
			name: 'thresholdUnit',
			type: 'options',
			options: [
				{ name: 'Credits', value: 'credits', description: 'A number of emails' },
				{
					name: 'Percent',
					value: 'percent',
					description: 'Of the total, which only recurring credits have',
				},
			],
			default: 'credits',
			description: 'What the threshold counts. Unlimited credits are never low.',
		},
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Username Starts With',
					name: 'username',
					type: 'string',
					default: '',
					placeholder: 'e.g. birch',
					description: 'In upper or lower case. Fewer subusers make a round shorter.',
				},
			],
		},
	],
	nothing: 'No subuser is below the threshold',
	memory: { firstRound: 'reports', read: readReported, write: writeReported },
	watch(param) {
		const threshold = thresholdFrom(param('threshold'), param('thresholdUnit'));
		const { username: prefixField } = collection(param('filters'), 'Filters');
		const prefix = textOrNone(prefixField, 'Username Starts With');
		const filter = prefix === undefined ? {} : { username: prefix };
		const settings = { threshold: threshold.amount, threshold_unit: threshold.unit };
		return {
			list: async (api, limit, found) => await allSubusers(api, { ...filter, limit }, found),
			customerOf: (row) => ({ name: row.username, id: undefined, fields: row }),
			each: {
				target: subuser,
				plural: 'subusers',
				isWatched: (username) => startsWith(username, prefix ?? ''),
				call: getCredits,
			},
			diff(before, { seen }, mode) {
				const found = seen.map(({ name, value }) => ({ username: name, credits: value }));
				const recording = mode === 'record';
				const { low, reported } = newlyLow(before, found, { threshold, recording });
				const items = low.map(({ username, credits }) => ({ username, ...settings, ...credits }));
				return { items, customers: reported };
			},
		};
	},
};

/** Compares as SendGrid does, which ignores the case of usernames. */
function startsWith(username: string, prefix: string): boolean {
	return username.toLowerCase().startsWith(prefix.toLowerCase());
}
