import type { INodeProperties } from 'n8n-workflow';
import { assertInOrder, assertNotAhead, dayFrom } from '../domain/stats';
import { oneOf } from '../domain/values';
import { limitFields } from './limit';
import { optionsFrom } from './options';
import { subuser } from './subuser';
import { optional } from './target';

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
export const REPORTS = ['bySubuser', 'sums', 'monthly', 'monthlyBySubuser'] as const;
export const PERIODS = ['day', 'week', 'month'] as const;
const DIRECTIONS = ['desc', 'asc'] as const;

const overTime = { show: { report: ['bySubuser', 'sums'] } };
const ofMonth = { show: { report: ['monthly', 'monthlyBySubuser'] } };

/**
 * What statistics are asked for: SendGrid has four forms of them. Fields that a report needs are not
 * marked as required: with an expression as Report the form shows all, and n8n would demand all.
 */
export const statsFields: INodeProperties[] = [
	{
		displayName: 'Report',
		name: 'report',
		type: 'options',
		options: [
			{
				name: 'Chosen Subusers Over Time',
				value: 'bySubuser',
				description: 'A row for each subuser and day, week or month',
			},
			{
				name: 'Month of All Subusers',
				value: 'monthly',
				description: 'A row for each subuser, with its sums of the month',
			},
			{
				name: 'Month of One Subuser',
				value: 'monthlyBySubuser',
				description: 'A row with the subuser’s sums of the month',
			},
			{
				name: 'Sums of All Subusers',
				value: 'sums',
				description: 'A row for each subuser, summed up from start to end date',
			},
		],
		default: 'bySubuser',
		description: 'Which statistics to get',
	},
	{
		displayName: 'Subusers',
		name: 'subusers',
		type: 'string',
		default: '',
		placeholder: 'e.g. birchwood-bakery, copperleaf-cycles',
		description:
			'Usernames with commas between them, or a list from an expression; as many as you like',
		displayOptions: { show: { report: ['bySubuser'] } },
	},
	{
		...optional(subuser.field),
		displayOptions: { show: { report: ['monthlyBySubuser'] } },
	},
	{
		displayName: 'Start Date',
		name: 'startDate',
		type: 'dateTime',
		default: '',
		description: 'The first day that counts',
		displayOptions: overTime,
	},
	{
		displayName: 'End Date',
		name: 'endDate',
		type: 'dateTime',
		default: '',
		description: 'The last day that counts; today if left empty',
		displayOptions: overTime,
	},
	{
		displayName: 'Aggregated By',
		name: 'aggregatedBy',
		type: 'options',
		options: [
			{ name: 'Day', value: 'day' },
			{ name: 'Month', value: 'month' },
			{ name: 'Week', value: 'week' },
		],
		default: 'day',
		description: 'What a row stands for',
		displayOptions: { show: { report: ['bySubuser'] } },
	},
	{
		displayName: 'Month',
		name: 'month',
		type: 'dateTime',
		default: '',
		description: 'Any day of the month',
		displayOptions: ofMonth,
	},
	{
		displayName: 'Username Contains',
		name: 'usernameContains',
		type: 'string',
		default: '',
		placeholder: 'e.g. bakery',
		description: 'Get only subusers with this in their name; all of them if left empty',
		displayOptions: { show: { report: ['monthly'] } },
	},
	...limitFields,
];

/** A report of chosen subusers has its own order. */
const exceptChosen = { hide: { report: ['bySubuser'] } };

/** What the reports of all subusers can be sorted by. */
export const sortingOptions: INodeProperties[] = [
	{
		displayName: 'Sort By',
		name: 'sortBy',
		type: 'options',
		options: METRICS.map(([name, value]) => ({ name, value })),
		default: 'delivered',
		description: 'Count that decides which rows come first',
		displayOptions: exceptChosen,
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
		displayOptions: exceptChosen,
	},
];

/** The first day of a report, and the last unless that is today. @throws Refusal */
export function timeFrom(
	param: (name: string) => unknown,
	now: number,
): {
	startDate: string;
	endDate: string | undefined;
} {
	const end = param('endDate') ?? '';
	const startDate = pastDay(param('startDate'), 'Start Date', now);
	// Where it is tomorrow already, SendGrid's default, today in UTC, would be before the first day.
	const isTomorrow = startDate > new Date(now).toISOString().slice(0, 'YYYY-MM-DD'.length);
	const byDefault = isTomorrow ? startDate : undefined;
	const endDate = end === '' ? byDefault : pastDay(end, 'End Date', now);
	assertInOrder(startDate, endDate);
	return { startDate, endDate };
}

/** The first day of the month of a report, whatever day of it is given. @throws Refusal */
export function monthFrom(param: (name: string) => unknown, now: number): string {
	const day = `${dayFrom(param('month'), 'Month').slice(0, 'YYYY-MM'.length)}-01`;
	assertNotAhead(day, 'Month', now);
	return day;
}

function pastDay(value: unknown, field: string, now: number): string {
	const day = dayFrom(value, field);
	assertNotAhead(day, field, now);
	return day;
}

/** Which rows come first. @throws Refusal */
export function sortingFrom(param: (name: string) => unknown): {
	sortBy: (typeof SORTABLE)[number];
	direction: (typeof DIRECTIONS)[number];
} {
	const { sortBy, sortDirection } = optionsFrom(param);
	return {
		sortBy: oneOf(sortBy ?? 'delivered', SORTABLE, 'Sort By'),
		direction: oneOf(sortDirection ?? 'desc', DIRECTIONS, 'Sort Direction'),
	};
}
