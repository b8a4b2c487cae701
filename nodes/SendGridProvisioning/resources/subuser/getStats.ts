import type { IDataObject } from 'n8n-workflow';
import { dayFrom, inGroups, statsRows } from '../../domain/stats';
import type { StatsOfDate } from '../../domain/stats';
import { chosen, collection, names, oneOf, textOrNone } from '../../domain/values';
import { limitFrom } from '../../fields/limit';
import { DIRECTIONS, PERIODS, REPORTS, SORTABLE, statsFields } from '../../fields/stats';
import {
	STATS_PAGE,
	SUBUSERS_PER_CALL,
	getMonthlyStats,
	getMonthlyStatsOf,
	getStats as statsOf,
	getStatsSums,
} from '../../sendgrid/subuserStats';
import type { StatsPage } from '../../sendgrid/subuserStats';
import type { Call } from '../../transport/call';
import type { Operation, OperationContext } from '../resource';

export const getStats: Operation = {
	option: {
		name: 'Get Stats',
		value: 'getStats',
		action: 'Get subuser stats',
		description: 'Get how many e-mails subusers sent, and what became of them',
	},
	needs: [
		{ scope: 'subusers.stats.read' },
		{ scope: 'subusers.stats.monthly.read' },
		{ scope: 'subusers.stats.sums.read' },
	],
	description: statsFields,
	execute,
};

type Param = OperationContext['param'];

async function execute({ api, param }: OperationContext): Promise<IDataObject[]> {
	const report = oneOf(param('report'), REPORTS, 'Report');
	const limit = limitFrom(param);
	const answers =
		report === 'bySubuser'
			? await statsOfSubusers(api, param)
			: await allPages(api, { limit, sorting: sortingFrom(param), call: pageCall(report, param) });
	return statsRows(answers).slice(0, limit) as IDataObject[];
}

async function statsOfSubusers(api: OperationContext['api'], param: Param): Promise<StatsOfDate[]> {
	const subusers = names(param('subusers'), 'Subusers');
	const time = timeFrom(param);
	const aggregatedBy = oneOf(param('aggregatedBy'), PERIODS, 'Aggregated By');
	const answers: StatsOfDate[] = [];
	for (const group of inGroups(subusers, SUBUSERS_PER_CALL)) {
		answers.push(...(await api.send(statsOf({ subusers: group, aggregatedBy, ...time }))));
	}
	return answers;
}

/** The call for a page of a report, its fields read once. */
function pageCall(
	report: 'sums' | 'monthly' | 'monthlyBySubuser',
	param: Param,
): (page: StatsPage) => Call<StatsOfDate> {
	if (report === 'sums') {
		const time = timeFrom(param);
		return (page) => getStatsSums({ ...page, ...time });
	}
	const date = dayFrom(param('month'), 'Month');
	if (report === 'monthly') {
		const subuser = textOrNone(param('usernameContains'), 'Username Contains');
		return (page) => getMonthlyStats({ ...page, date, subuser });
	}
	const username = chosen(param('subuser'), 'Subuser');
	return (page) => getMonthlyStatsOf(username, { ...page, date });
}

async function allPages(
	api: OperationContext['api'],
	wanted: {
		limit: number;
		sorting: Omit<StatsPage, 'offset'>;
		call: (page: StatsPage) => Call<StatsOfDate>;
	},
): Promise<StatsOfDate[]> {
	const pages: StatsOfDate[] = [];
	for (let offset = 0; offset < wanted.limit; offset += STATS_PAGE) {
		const page = await api.send(wanted.call({ ...wanted.sorting, offset }));
		pages.push(page);
		if (page.stats.length < STATS_PAGE) break;
	}
	return pages;
}

function timeFrom(param: Param): { startDate: string; endDate: string | undefined } {
	const end = param('endDate') ?? '';
	return {
		startDate: dayFrom(param('startDate'), 'Start Date'),
		endDate: end === '' ? undefined : dayFrom(end, 'End Date'),
	};
}

function sortingFrom(param: Param): Omit<StatsPage, 'offset'> {
	const { sortBy, sortDirection } = collection(param('options'), 'Options');
	return {
		sortBy: oneOf(sortBy ?? 'delivered', SORTABLE, 'Sort By'),
		direction: oneOf(sortDirection ?? 'desc', DIRECTIONS, 'Sort Direction'),
	};
}
