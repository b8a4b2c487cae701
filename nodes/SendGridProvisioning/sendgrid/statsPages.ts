import type { StatsOfDate } from '../domain/stats';
import type { Call } from '../transport/call';
import { SendGridError } from '../transport/errors/failure';
import type { SendGridApi } from '../transport/client';
import { STATS_PAGE, getStats } from './subuserStats';
import type { StatsPage, StatsQuery } from './subuserStats';

/**
 * Reads up to `limit` rows of a report, page by page, and each subuser once. The report ends with a
 * page that has no new subuser, not with a short page.
 * @throws SendGridError if a full page or the first page comes again, as from a gateway that drops
 * the offset
 */
export async function readReport(
	api: SendGridApi,
	wanted: {
		limit: number;
		sorting: Omit<StatsPage, 'offset'>;
		call: (page: StatsPage) => Call<StatsOfDate>;
	},
): Promise<StatsOfDate[]> {
	const pages: StatsOfDate[] = [];
	const known = new Set<string>();
	let offset = 0;
	while (known.size < wanted.limit) {
		const call = wanted.call({ ...wanted.sorting, offset });
		const page = await api.send(call);
		const { length } = page.stats;
		const stats = page.stats.filter(({ name }) => !known.has(name));
		if (stats.length === 0) {
			if (length >= STATS_PAGE || isFirst(page, pages[0]))
				throw new SendGridError({ kind: 'shape', status: 200 }, call);
			break;
		}
		for (const { name } of stats) known.add(name);
		pages.push({ ...page, stats });
		offset += length;
	}
	return pages;
}

/** Whether a page has rows, and they're the same as on the first page. */
function isFirst({ stats }: StatsOfDate, first: StatsOfDate | undefined): boolean {
	return (
		stats.length > 0 &&
		stats.length === first?.stats.length &&
		stats.every(({ name }, index) => name === first.stats[index]?.name)
	);
}

/**
 * Reads up to `limit` rows of the stats of up to ten subusers.
 *
 * SendGrid documents limit and offset for this call, but not what they count, and its lists have at
 * most 500 rows. So the offset advances by the dates received, duplicates of date and subuser are
 * dropped, and a page with nothing new is the end. If SendGrid ignores the offset, that's the first
 * page again, which had everything.
 */
export async function readSubuserStats(
	api: SendGridApi,
	wanted: Omit<StatsQuery, 'offset'>,
	limit: number,
): Promise<StatsOfDate[]> {
	const answers: StatsOfDate[] = [];
	const known = new Set<string>();
	let offset = 0;
	let rows = 0;
	while (rows < limit) {
		const page = await api.send(getStats({ ...wanted, offset }));
		const before = known.size;
		for (const { date, stats } of page) {
			const fresh = stats.filter(({ name }) => !known.has(`${date} ${name}`));
			if (known.has(date) && fresh.length === 0) continue;
			for (const key of [date, ...fresh.map(({ name }) => `${date} ${name}`)]) known.add(key);
			answers.push({ date, stats: fresh });
			rows += fresh.length;
		}
		if (known.size === before) break;
		offset += page.length;
	}
	return answers;
}
