import type { INodeProperties } from 'n8n-workflow';
import { repeatNotice } from './onceKey';

/**
 * The hint below each number of credits: n8n's field drops what it can't read, so "50.000" becomes 50
 * without a warning.
 */
export function digitsOnly(example: string): string {
	return `Such as ${example}. Digits only: n8n reads 50.000 as 50 (n8n 1: replace the 0).`;
}

/** The label of the switch, for its reader. */
export const REFILL = 'Refill Even If Unchanged';

/**
 * Says which types hide a field, not which show it: for an expression that has no data yet, the editor
 * would show no field.
 */
const onlyRecurring = { hide: { creditType: ['nonrecurring', 'unlimited'] } };

/** How a subuser gets credits. */
export const creditFields: INodeProperties[] = [
	{
		displayName: 'Credit Type',
		name: 'creditType',
		type: 'options',
		options: [
			{
				name: 'Nonrecurring (One-Time)',
				value: 'nonrecurring',
				description: 'A one-time number of emails, until they’re used up',
			},
			{
				name: 'Recurring',
				value: 'recurring',
				description: 'A number of emails that resets daily, weekly, or monthly',
			},
			{ name: 'Unlimited', value: 'unlimited', description: 'No limit for this subuser' },
		],
		default: 'recurring',
		description:
			'How the subuser gets credits; one credit is one email. When you change the type, n8n empties the fields that it hides: check Reset Frequency afterwards.',
	},
	{
		displayName:
			'Recurring credits: a new total or reset frequency also resets the balance immediately, to the full total',
		name: 'recurringNotice',
		type: 'notice',
		default: '',
		displayOptions: onlyRecurring,
	},
	{
		...repeatNotice(
			'nonrecurringNotice',
			'Nonrecurring credits: recurring credits end, and each run sets the balance to Total Credits again, no matter how many were used.',
		),
		displayOptions: { hide: { creditType: ['recurring', 'unlimited'] } },
	},
	{
		displayName:
			'Unlimited credits: the current limit ends, and credits don’t limit what this subuser can send',
		name: 'unlimitedNotice',
		type: 'notice',
		default: '',
		displayOptions: { hide: { creditType: ['nonrecurring', 'recurring'] } },
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
		description: 'How often SendGrid resets the credits',
		displayOptions: onlyRecurring,
	},
	{
		displayName: 'Total Credits',
		name: 'total',
		type: 'number',
		// Without a smallest value, which n8n 1 would enter automatically.
		default: '',
		required: true,
		placeholder: 'e.g. 50000',
		hint: digitsOnly('50000'),
		description: 'Number of emails that the subuser can send. Recurring credits reset to it.',
		displayOptions: { hide: { creditType: ['unlimited'] } },
	},
	{
		displayName: REFILL,
		name: 'refill',
		type: 'boolean',
		default: false,
		description:
			'Whether to reset the balance even if the subuser has this total and frequency already. If off, nothing is sent then, so an event that arrives twice does no harm.',
		displayOptions: onlyRecurring,
	},
];
