import type { StatsOfDate } from '../domain/stats';
import type { Call } from '../transport/call';
import { SendGridError } from '../transport/failure';
import type { SendGridApi } from '../transport/send';
import { STATS_PAGE } from './subuserStats';
import type { StatsPage } from './subuserStats';

/**
 * Reads a report page by page, up to `limit` rows.
 * @throws SendGridError where a page has nobody new, as from a gateway that drops the offset
 */
export async function allStats(
	api: SendGridApi,
	wanted: {
		limit: number;
		sorting: Omit<StatsPage, 'offset'>;
		call: (page: StatsPage) => Call<StatsOfDate>;
	},
): Promise<StatsOfDate[]> {
	const pages: StatsOfDate[] = [];
	const known = new Set<string>();
	for (let offset = 0; offset < wanted.limit; offset += STATS_PAGE) {
		const call = wanted.call({ ...wanted.sorting, offset });
		const page = await api.send(call);
		const rows = page.stats.length;
		if (rows > 0 && page.stats.every(({ name }) => known.has(name))) {
			throw new SendGridError({ kind: 'shape', status: 200 }, call);
		}
		for (const { name } of page.stats) known.add(name);
		pages.push(page);
		if (rows < STATS_PAGE) break;
	}
	return pages;
}
