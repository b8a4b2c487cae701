import type { INodeProperties } from 'n8n-workflow';

/** Hidden, not shown, by type: of an expression without data yet the editor would show none. */
const recurringAlone = { hide: { creditType: ['nonrecurring', 'unlimited'] } };

/** How a subuser gets credits. */
export const creditFields: INodeProperties[] = [
	{
		displayName: 'Credit Type',
		name: 'creditType',
		type: 'options',
		options: [
			{
				name: 'Nonrecurring',
				value: 'nonrecurring',
				description: 'A number of emails once, until they are used up',
			},
			{
				name: 'Recurring',
				value: 'recurring',
				description: 'A number of emails that is handed out again each day, week or month',
			},
			{ name: 'Unlimited', value: 'unlimited', description: 'No limit of its own' },
		],
		default: 'recurring',
		description:
			'How the subuser gets credits; one credit is one email. A nonrecurring reset hands out the credits each time it runs: put a Remove Duplicates node before it where the same event can come twice.',
	},
	{
		displayName: 'Reset Frequency',
		name: 'resetFrequency',
		type: 'options',
		options: [
			{ name: 'Daily', value: 'daily' },
			{ name: 'Monthly', value: 'monthly' },
			{ name: 'Weekly', value: 'weekly' },
		],
		default: 'monthly',
		description: 'How often SendGrid hands out the credits again',
		displayOptions: recurringAlone,
	},
	{
		displayName: 'Total Credits',
		name: 'total',
		type: 'number',
		// No smallest value: n8n 1 would fill it in by itself.
		default: '',
		required: true,
		placeholder: 'e.g. 50000',
		description:
			'How many emails the subuser may send, until the next reset if credits are recurring',
		displayOptions: { hide: { creditType: ['unlimited'] } },
	},
	{
		displayName: 'Refill',
		name: 'refill',
		type: 'boolean',
		default: false,
		description:
			'Whether to hand out all credits again even if the subuser has this limit and frequency already. Off, such an item changes nothing, so an event that comes twice does no harm.',
		displayOptions: recurringAlone,
	},
];
