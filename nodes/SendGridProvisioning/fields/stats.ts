import type { INodeProperties } from 'n8n-workflow';
import { assertInOrder, assertNotFuture, dayFrom } from '../domain/stats';
import { limitFields } from './limit';
import { sortingField } from './statsSorting';
import { subuser } from './subuser';
import { optional } from './target';

export const REPORTS = ['bySubuser', 'sums', 'monthly', 'monthlyBySubuser'] as const;
export const PERIODS = ['day', 'week', 'month'] as const;

const overTime = { show: { report: ['bySubuser', 'sums'] } };
const ofMonth = { show: { report: ['monthly', 'monthlyBySubuser'] } };

/**
 * The fields of the four reports that SendGrid has. Those that a report requires aren't marked as
 * required: if Report is an expression, the form shows all fields, and n8n would require all.
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
				description: 'A row for each subuser and day, week, or month',
			},
			{
				name: 'Month of All Subusers',
				value: 'monthly',
				description: 'A row for each subuser, with its totals for the month',
			},
			{
				name: 'Month of One Subuser',
				value: 'monthlyBySubuser',
				description: 'A row with the subuser’s totals for the month',
			},
			{
				name: 'Totals for Each Subuser',
				value: 'sums',
				description: 'A row for each subuser, with its totals from start to end date',
			},
		],
		default: 'bySubuser',
		description: 'Statistics to get',
	},
	{
		displayName: 'Subusers',
		name: 'subusers',
		type: 'string',
		default: '',
		placeholder: 'e.g. birchwood-bakery, copperleaf-cycles',
		description: 'Any number of usernames, separated by commas, or a list from an expression',
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
		description: 'First day to include',
		displayOptions: overTime,
	},
	{
		displayName: 'End Date',
		name: 'endDate',
		type: 'dateTime',
		default: '',
		description: 'Last day to include; today if empty',
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
		description: 'Period that each row covers',
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
		description: 'Text that usernames must contain; all subusers if empty',
		displayOptions: { show: { report: ['monthly'] } },
	},
	sortingField,
	...limitFields,
];

/** The first day of a report, and the last one unless it's today. @throws Refusal */
export function timeFrom(
	param: (name: string) => unknown,
	now: number,
): {
	startDate: string;
	endDate: string | undefined;
} {
	const end = param('endDate') ?? '';
	const startDate = pastDay(param('startDate'), 'Start Date', now);
	// In time zones where it's tomorrow already, SendGrid's default, today in UTC, would be too early.
	const isTomorrow = startDate > new Date(now).toISOString().slice(0, 'YYYY-MM-DD'.length);
	const byDefault = isTomorrow ? startDate : undefined;
	const endDate = end === '' ? byDefault : pastDay(end, 'End Date', now);
	assertInOrder(startDate, endDate);
	return { startDate, endDate };
}

/** The first day of a report's month. Any day of the month may be entered. @throws Refusal */
export function monthFrom(param: (name: string) => unknown, now: number): string {
	const day = `${dayFrom(param('month'), 'Month').slice(0, 'YYYY-MM'.length)}-01`;
	assertNotFuture(day, 'Month', now);
	return day;
}

function pastDay(value: unknown, field: string, now: number): string {
	const day = dayFrom(value, field);
	assertNotFuture(day, field, now);
	return day;
}
