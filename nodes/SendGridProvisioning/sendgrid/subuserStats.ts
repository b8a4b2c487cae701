import type { StatsOfDate } from '../domain/stats';
import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call, Path } from '../transport/call';
import { STATS_HINTS } from './fieldHints';
import { pageOf, recordWith } from './shapes';

/** SendGrid's maximum number of subusers per call. */
export const SUBUSERS_PER_CALL = 10;
/** Rows per page; SendGrid's own default is 5. */
export const STATS_PAGE = 100;
/** Dates per page: SendGrid's lists have no more rows, even with a higher limit. */
const DATES_PAGE = 500;

/** Metrics of the form that have another key in SendGrid. */
const METRIC_KEYS: Record<string, string> = {
	uniqueClicks: 'unique_clicks',
	uniqueOpens: 'unique_opens',
};

/** The order of a report's rows, and the page. */
export interface StatsPage {
	sortBy: string;
	direction: 'asc' | 'desc';
	offset: number;
}

/** The subusers and the period of a report. Dates are YYYY-MM-DD. */
export interface StatsQuery {
	subusers: string[];
	startDate: string;
	endDate?: string | undefined;
	aggregatedBy: string;
	offset: number;
}

/**
 * One page of the stats of up to ten subusers, by day, week, or month.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subuser-statistics/retrieve-email-statistics-for-your-subusers
 */
export function getStats(wanted: StatsQuery): Call<StatsOfDate[]> {
	const { subusers, startDate, endDate, aggregatedBy, offset } = wanted;
	return {
		...readCall(path`/v3/subusers/stats`, 'subusers.stats.read'),
		query: {
			subusers,
			start_date: startDate,
			...(endDate === undefined ? {} : { end_date: endDate }),
			aggregated_by: aggregatedBy,
			limit: DATES_PAGE,
			offset,
		},
		read: (body) => pageOf(body, offset, (entry) => statsOfDate(entry, offset)),
	};
}

/**
 * One page of the totals of all subusers in a period.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subuser-statistics/retrieve-the-totals-for-each-email-statistic-metric-for-all-subusers
 */
export function getStatsSums(
	wanted: StatsPage & { startDate: string; endDate?: string | undefined },
): Call<StatsOfDate> {
	const { startDate, endDate } = wanted;
	return {
		...readCall(path`/v3/subusers/stats/sums`, 'subusers.stats.sums.read'),
		query: {
			start_date: startDate,
			...(endDate === undefined ? {} : { end_date: endDate }),
			...pageQuery(wanted),
		},
		read: (body) => statsOfDate(body, wanted.offset),
	};
}

/**
 * One page of the totals of all subusers in the month of a date, or of those whose name contains
 * `subuser`.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subuser-monthly-statistics/retrieve-monthly-stats-for-all-subusers
 */
export function getMonthlyStats(
	wanted: StatsPage & { date: string; subuser?: string | undefined },
): Call<StatsOfDate> {
	const { date, subuser } = wanted;
	return {
		...readCall(path`/v3/subusers/stats/monthly`, 'subusers.stats.monthly.read'),
		query: { date, ...(subuser === undefined ? {} : { subuser }), ...pageQuery(wanted) },
		read: (body) => statsOfDate(body, wanted.offset),
	};
}

/**
 * The totals of one subuser in the month of a date.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subuser-monthly-statistics/retrieve-the-monthly-email-statistics-for-a-single-subuser
 */
export function getMonthlyStatsOf(
	username: string,
	wanted: StatsPage & { date: string },
): Call<StatsOfDate> {
	return {
		...readCall(path`/v3/subusers/${username}/stats/monthly`, 'subusers.stats.monthly.read'),
		query: { date: wanted.date, ...pageQuery(wanted) },
		about: { noun: 'subuser', key: 'username', value: username },
		read: (body) => statsOfDate(body, wanted.offset),
	};
}

function readCall(at: Path, scope: string) {
	return {
		method: 'GET',
		path: at,
		repeatable: true,
		needs: { scope },
		fieldHints: STATS_HINTS,
	} as const;
}

function pageQuery({ sortBy, direction, offset }: StatsPage) {
	return {
		sort_by_metric: METRIC_KEYS[sortBy] ?? sortBy,
		sort_by_direction: direction,
		limit: STATS_PAGE,
		offset,
	};
}

function statsOfDate(body: unknown, offset: number): StatsOfDate | undefined {
	const answer = recordWith(body, 'date');
	const stats = pageOf(answer?.['stats'], offset, (entry) => {
		const row = recordWith(entry, 'name');
		const metrics = row?.['metrics'];
		return row !== undefined && isRecord(metrics) ? { ...row, metrics } : undefined;
	});
	return answer === undefined || stats === undefined ? undefined : { date: answer.date, stats };
}
