import type { IDataObject } from 'n8n-workflow';
import { inGroups, statsRows } from '../../domain/stats';
import type { StatsOfDate } from '../../domain/stats';
import { chosen, names, oneOf, textOrNone } from '../../domain/values';
import { limitFrom } from '../../fields/limit';
import { PERIODS, REPORTS, monthFrom, statsFields, timeFrom } from '../../fields/stats';
import { sortingFrom } from '../../fields/statsSorting';
import { readReport, readSubuserStats } from '../../sendgrid/statsPages';
import {
	SUBUSERS_PER_CALL,
	getMonthlyStats,
	getMonthlyStatsOf,
	getStatsSums,
} from '../../sendgrid/subuserStats';
import type { StatsPage } from '../../sendgrid/subuserStats';
import type { Call } from '../../transport/call';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const getStats: Operation = {
	option: {
		name: 'Get Stats',
		value: 'getStats',
		action: 'Get subuser stats',
		description: 'Get statistics (delivered, opens, clicks, bounces) of subusers’ email',
	},
	needs: [
		{ scope: 'subusers.stats.read' },
		{ scope: 'subusers.stats.monthly.read' },
		{ scope: 'subusers.stats.sums.read' },
	],
	description: statsFields,
	readOnly: true,
	execute,
};

type Param = OperationContext['param'];

async function execute({ api, param }: OperationContext): Promise<OperationResult> {
	const report = oneOf(param('report'), REPORTS, 'Report');
	const limit = limitFrom(param);
	const answers =
		report === 'bySubuser'
			? await statsOfSubusers(api, param, limit)
			: await readReport(api, {
					// One subuser has one row: once it's there, the report has ended.
					limit: report === 'monthlyBySubuser' ? 1 : limit,
					sorting: sortingFrom(param),
					call: pageCall(report, param),
				});
	return { output: statsRows(answers).slice(0, limit) as IDataObject[], effect: 'read' };
}

async function statsOfSubusers(
	api: OperationContext['api'],
	param: Param,
	limit: number,
): Promise<StatsOfDate[]> {
	const subusers = names(param('subusers'), 'Subusers');
	const time = timeFrom(param, Date.now());
	const aggregatedBy = oneOf(param('aggregatedBy'), PERIODS, 'Aggregated By');
	const answers: StatsOfDate[] = [];
	for (const group of inGroups(subusers, SUBUSERS_PER_CALL)) {
		const missing = limit - statsRows(answers).length;
		if (missing <= 0) break;
		const wanted = { subusers: group, aggregatedBy, ...time };
		answers.push(...(await readSubuserStats(api, wanted, missing)));
	}
	return answers;
}

/** The call for a page of a report, its fields read once. */
function pageCall(
	report: 'sums' | 'monthly' | 'monthlyBySubuser',
	param: Param,
): (page: StatsPage) => Call<StatsOfDate> {
	if (report === 'sums') {
		const time = timeFrom(param, Date.now());
		return (page) => getStatsSums({ ...page, ...time });
	}
	const date = monthFrom(param, Date.now());
	if (report === 'monthly') {
		const subuser = textOrNone(param('usernameContains'), 'Username Contains');
		return (page) => getMonthlyStats({ ...page, date, subuser });
	}
	const username = chosen(param('subuser'), 'Subuser');
	return (page) => getMonthlyStatsOf(username, { ...page, date });
}
