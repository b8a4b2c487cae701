import type { INodeProperties } from 'n8n-workflow';
import { collection, oneOf } from '../domain/values';

const METRICS = [
	['Blocks', 'blocks'],
	['Bounces', 'bounces'],
	['Clicks', 'clicks'],
	['Delivered', 'delivered'],
	['Opens', 'opens'],
	['Requests', 'requests'],
	['Unique Clicks', 'uniqueClicks'],
	['Unique Opens', 'uniqueOpens'],
	['Unsubscribes', 'unsubscribes'],
] as const;

/** The counts that SendGrid can sort by. */
const SORTABLE = METRICS.map(([, value]) => value);
const DIRECTIONS = ['desc', 'asc'] as const;

/** How the reports of all subusers are sorted. A report of chosen subusers has its own order. */
export const sortingField: INodeProperties = {
	displayName: 'Sorting',
	name: 'sorting',
	type: 'collection',
	placeholder: 'Add Sorting',
	default: {},
	options: [
		{
			displayName: 'Sort By',
			name: 'sortBy',
			type: 'options',
			options: METRICS.map(([name, value]) => ({ name, value })),
			default: 'delivered',
			description: 'Count that decides which rows come first',
		},
		{
			displayName: 'Sort Direction',
			name: 'sortDirection',
			type: 'options',
			options: [
				{ name: 'Ascending', value: 'asc' },
				{ name: 'Descending', value: 'desc' },
			],
			default: 'desc',
			description: 'Whether the smallest or the largest count comes first',
		},
	],
	displayOptions: { hide: { report: ['bySubuser'] } },
};

/** Reads it; the largest number of delivered emails comes first unless it's set. @throws Refusal */
export function sortingFrom(param: (name: string) => unknown): {
	sortBy: (typeof SORTABLE)[number];
	direction: (typeof DIRECTIONS)[number];
} {
	const { sortBy, sortDirection } = collection(param('sorting'), 'Sorting');
	return {
		sortBy: oneOf(sortBy ?? 'delivered', SORTABLE, 'Sort By'),
		direction: oneOf(sortDirection ?? 'desc', DIRECTIONS, 'Sort Direction'),
	};
}
