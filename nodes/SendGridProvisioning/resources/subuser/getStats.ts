import type { IDataObject } from 'n8n-workflow';
import { dayFrom, inGroups, statsRows } from '../../domain/stats';
import type { StatsOfDate } from '../../domain/stats';
import { chosen, names, oneOf, textOrNone } from '../../domain/values';
import { limitFrom } from '../../fields/limit';
import { PERIODS, REPORTS, sortingFrom, statsFields, timeFrom } from '../../fields/stats';
import { allStats } from '../../sendgrid/statsPages';
import {
	SUBUSERS_PER_CALL,
	getMonthlyStats,
	getMonthlyStatsOf,
	getStats as readStats,
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
		description: 'Get how many emails subusers sent, and what became of them',
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
			: await allStats(api, { limit, sorting: sortingFrom(param), call: pageCall(report, param) });
	return statsRows(answers).slice(0, limit) as IDataObject[];
}

async function statsOfSubusers(api: OperationContext['api'], param: Param): Promise<StatsOfDate[]> {
	const subusers = names(param('subusers'), 'Subusers');
	const time = timeFrom(param);
	const aggregatedBy = oneOf(param('aggregatedBy'), PERIODS, 'Aggregated By');
	const answers: StatsOfDate[] = [];
	for (const group of inGroups(subusers, SUBUSERS_PER_CALL)) {
		answers.push(...(await api.send(readStats({ subusers: group, aggregatedBy, ...time }))));
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
