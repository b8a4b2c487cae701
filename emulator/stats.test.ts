import { METRICS, metricsOf, type Metrics } from './metrics';
import { startTestClient, type TestClient } from './testClient';

interface Row {
	name: string;
	type: string;
	metrics: Metrics;
}

let test: TestClient;
beforeEach(async () => {
	// Tuesday.
	test = await startTestClient({ now: Date.UTC(2026, 2, 10, 9) });
});
afterEach(() => test.close());

interface Day {
	date: string;
	stats: Row[];
}

const days = async (path: string) => (await test.send<Day[]>(`GET /v3/subusers/${path}`)).data;
const day = async (path: string) => (await test.send<Day>(`GET /v3/subusers/${path}`)).data;
const delivered = (rows: Row[]): number[] => rows.map(({ metrics }) => metrics.delivered);

describe('statistics', () => {
	it('are daily, up to today, for each requested subuser', async () => {
		const data = await days(
			'stats?subusers=tidewater-toys&subusers=lowmoor-linens&start_date=2026-03-07',
		);
		expect(data.map(({ date }) => date)).toEqual([
			'2026-03-07',
			'2026-03-08',
			'2026-03-09',
			'2026-03-10',
		]);
		expect(data[0]?.stats.map(({ name, type }) => [name, type])).toEqual([
			['tidewater-toys', 'subuser'],
			['lowmoor-linens', 'subuser'],
		]);
		expect(Object.keys(data[0]?.stats[0]?.metrics ?? {}).sort()).toEqual([...METRICS].sort());
	});

	it('are also weekly or monthly, with the same totals', async () => {
		const query = 'stats?subusers=tidewater-toys&start_date=2026-01-28&end_date=2026-03-05';
		const sum = async (unit: string): Promise<number> =>
			(await days(`${query}&aggregated_by=${unit}`))
				.flatMap(({ stats }) => delivered(stats))
				.reduce((total, count) => total + count, 0);
		const months = await days(`${query}&aggregated_by=month`);
		expect(months.map(({ date }) => date)).toEqual(['2026-01-28', '2026-02-01', '2026-03-01']);
		const weeks = await days(`${query}&aggregated_by=week&limit=2&offset=1`);
		expect(weeks.map(({ date }) => date)).toEqual(['2026-02-02', '2026-02-09']);
		expect(await sum('day')).toBeGreaterThan(0);
		expect(await sum('week')).toBe(await sum('day'));
		expect(await sum('month')).toBe(await sum('day'));
	});

	it('are 0 for future days', async () => {
		const query = 'stats?subusers=tidewater-toys&start_date=2026-03-11&end_date=2026-03-12';
		const found = await days(query);
		expect(found).toHaveLength(2);
		expect(delivered(found[0]?.stats ?? [])).toEqual([0]);
	});

	it('as sums have one row per subuser, highest first, five by default', async () => {
		const range = 'start_date=2026-03-01&end_date=2026-03-07';
		const { date, stats } = await day(`stats/sums?${range}`);
		expect(date).toBe('2026-03-01');
		expect(delivered(stats)).toEqual(delivered(stats).sort((a, b) => b - a));
		expect(stats).toHaveLength(5);
		const all = (await day(`stats/sums?${range}&limit=50&sort_by_direction=asc`)).stats;
		expect(all).toHaveLength(30);
		expect(delivered(all)).toEqual(delivered(all).sort((a, b) => a - b));
		expect((await day(`stats/sums?${range}&limit=2&offset=1`)).stats).toEqual(stats.slice(1, 3));
		const daily = await days(`stats?subusers=${stats[0]?.name}&${range}`);
		const opens = (rows: Row[]): number => rows.reduce((sum, row) => sum + row.metrics.opens, 0);
		expect(opens(daily.flatMap((entry) => entry.stats))).toBe(stats[0]?.metrics.opens);
	});

	it('for a month cover names that contain a text, or one subuser', async () => {
		const all = await day('stats/monthly?date=2026-02-17&subuser=BAKERY&sort_by_metric=opens');
		expect(all.date).toBe('2026-02-01');
		expect(all.stats.map(({ name }) => name).sort()).toEqual(
			expect.arrayContaining(['birchwood-bakery', 'birchwood-bakery-eu']),
		);
		const one = await day('birchwood-bakery/stats/monthly?date=2026-02-17');
		expect(one.stats).toEqual([
			{
				first_name: 'birchwood',
				last_name: 'bakery',
				name: 'birchwood-bakery',
				type: 'subuser',
				metrics: all.stats.find(({ name }) => name === 'birchwood-bakery')?.metrics,
			},
		]);
	});

	it.each([
		['stats?subusers=tidewater-toys', 'start_date'],
		['stats?subusers=tidewater-toys&start_date=2026-3-1', 'start_date'],
		['stats?subusers=tidewater-toys&start_date=2026-13-01', 'start_date'],
		['stats?subusers=tidewater-toys&start_date=2026-03-02&end_date=2026-03-01', 'end_date'],
		['stats?start_date=2026-03-01', 'subusers'],
		['stats?start_date=2026-03-01&subusers=nobody', 'subusers'],
		[`stats?start_date=2026-03-01${'&subusers=tidewater-toys'.repeat(11)}`, 'subusers'],
		['stats?start_date=2026-03-01&subusers=tidewater-toys&aggregated_by=year', 'aggregated_by'],
		['stats/sums?start_date=2026-03-01&sort_by_metric=deferred', 'sort_by_metric'],
		['stats/monthly', 'date'],
		['tidewater-toys/stats/monthly?date=2026-02-01&sort_by_direction=up', 'sort_by_direction'],
	])('are refused for %s', async (path, field) => {
		const { status, data } = await test.send(`GET /v3/subusers/${path}`);
		expect([status, data.errors[0]?.field]).toEqual([400, field]);
	});

	it('have consistent counts', () => {
		for (const name of ['a', 'b', 'カモメ製菓']) {
			const {
				requests,
				processed,
				delivered: arrived,
				bounces,
				blocks,
				...rest
			} = metricsOf(name, 1);
			const drops = ['bounce_drops', 'spam_report_drops', 'unsubscribe_drops', 'invalid_emails'];
			const dropped = drops.reduce((sum, key) => sum + rest[key as keyof typeof rest], 0);
			expect(requests).toBe(processed + dropped);
			expect(processed).toBe(arrived + bounces + blocks);
			expect(rest.unique_opens).toBeLessThanOrEqual(rest.opens);
			expect(rest.opens).toBeLessThanOrEqual(arrived);
		}
	});
});
