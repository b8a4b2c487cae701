import type { StatsOfDate } from '../../../nodes/SendGridProvisioning/domain/stats';
import {
	readReport,
	readSubuserStats,
} from '../../../nodes/SendGridProvisioning/sendgrid/statsPages';
import { allIps } from '../../../nodes/SendGridProvisioning/sendgrid/subuserIps';
import {
	allSubusers,
	subuserNamed,
} from '../../../nodes/SendGridProvisioning/sendgrid/subuserPages';
import { getStatsSums } from '../../../nodes/SendGridProvisioning/sendgrid/subuserStats';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
import type { SendGridApi } from '../../../nodes/SendGridProvisioning/transport/client';

/** An API that answers by offset and limit. It fails the test if reading doesn't end. */
function answering(answer: (offset: number, limit: number) => unknown): {
	api: SendGridApi;
	sent: () => number;
} {
	let sent = 0;
	const send = async <Result>({ query, read }: Call<Result>): Promise<Result> => {
		sent += 1;
		if (sent > 200) throw new Error('It has no end');
		const body = answer(Number(query?.['offset']), Number(query?.['limit']));
		const result = read(body, undefined, 0);
		if (result === undefined) throw new Error('It cannot be read');
		return await Promise.resolve(result);
	};
	return { api: { send, trySend: async (call) => ({ done: await send(call) }) }, sent: () => sent };
}

const numbered = (from: number, count: number): number[] =>
	Array.from({ length: count }, (_, index) => from + index);
const subusers = (from: number, count: number) =>
	numbered(from, count).map((number) => ({ username: `subuser-${number}` }));
const ips = (from: number, count: number) =>
	numbered(from, count).map((number) => ({ ip: `192.0.${number >> 8}.${number & 255}` }));
const stats = (from: number, count: number): StatsOfDate => ({
	date: '2026-03-01',
	stats: numbered(from, count).map((number) => ({ name: `subuser-${number}`, metrics: {} })),
});

/** The rows at an offset of a list with this total. */
const partOf =
	<Part>(rows: (from: number, count: number) => Part, total: number) =>
	(offset: number, limit: number): Part =>
		rows(offset, Math.max(0, Math.min(limit, total - offset)));

/** The same for a list with a maximum page size. */
const cut =
	<Part>(answer: (offset: number, limit: number) => Part, rows: number) =>
	(offset: number, limit: number): Part =>
		answer(offset, Math.min(limit, rows));

const SAME_AGAIN = { name: 'SendGridError', failure: { kind: 'shape' } };

describe('subusers page by page', () => {
	it('fail if a gateway drops the offset, because the rest would be missing', async () => {
		const { api, sent } = answering((_offset, limit) => subusers(0, limit));
		await expect(allSubusers(api, { limit: Infinity })).rejects.toMatchObject(SAME_AGAIN);
		expect(sent()).toBeLessThan(100);
	});

	it('are all found while others are constantly deleted, and reading ends', async () => {
		let deleted = 0;
		const { api, sent } = answering((offset, limit) => {
			deleted += 7;
			return partOf((from, count) => subusers(from + deleted, count), 6_000 - deleted)(
				offset,
				limit,
			);
		});
		const found = await allSubusers(api, { limit: Infinity });
		expect(found.at(-1)?.username).toBe('subuser-5999');
		expect(sent()).toBeLessThan(100);
	});

	it.each([600, 1_200, 2_900, 3_000])(
		'are all found after %d are deleted at the same time',
		async (deleted) => {
			let requests = 0;
			const { api } = answering((offset, limit) => {
				requests += 1;
				const first = requests > 4 ? deleted : 0;
				return partOf((from, count) => subusers(from + first, count), 3_000 - first)(offset, limit);
			});
			const found = await allSubusers(api, { limit: Infinity });
			const names = new Set(found.map(({ username }) => username));
			expect(names.size).toBe(found.length);
			const left = subusers(deleted, 3_000 - deleted).map(({ username }) => username);
			expect(left.filter((name) => !names.has(name))).toEqual([]);
		},
	);

	it.each([0, 499, 500, 501, 999, 1_200])('are complete with a total of %d', async (total) => {
		const { api } = answering(partOf(subusers, total));
		expect(await allSubusers(api, { limit: Infinity })).toEqual(subusers(0, total));
	});

	it.each([
		[0, 1],
		[1, 2],
		[2, 2],
		[499, 2],
		[500, 2],
		[501, 3],
	])('with a total of %d require %d requests', async (total, requests) => {
		const { api, sent } = answering(partOf(subusers, total));
		await allSubusers(api, { limit: Infinity });
		expect(sent()).toBe(requests);
	});

	it.each([1, 2, 7, 25, 129])('are all found with pages of %d rows', async (rows) => {
		const { api } = answering(cut(partOf(subusers, 130), rows));
		expect(await allSubusers(api, { limit: Infinity })).toEqual(subusers(0, 130));
	});

	it('are all found with short pages while others are deleted', async () => {
		let deleted = 0;
		const { api } = answering((offset, limit) => {
			deleted += 3;
			const part = partOf((from, count) => subusers(from + deleted, count), 300 - deleted);
			return cut(part, 40)(offset, limit);
		});
		const found = await allSubusers(api, { limit: Infinity });
		const names = new Set(found.map(({ username }) => username));
		const left = subusers(deleted, 300 - deleted).map(({ username }) => username);
		expect(left.filter((name) => !names.has(name))).toEqual([]);
	});

	it('are read only as far as the limit requires', async () => {
		for (const [limit, requests] of [
			[25, 1],
			[26, 2],
			[49, 2],
		] as const) {
			const { api, sent } = answering(cut(partOf(subusers, 130), 25));
			expect(await allSubusers(api, { limit })).toEqual(subusers(0, limit));
			expect(sent()).toBe(requests);
		}
	});

	it.each([2, 40, 499])('fail if a gateway drops the offset of %d rows', async (rows) => {
		const { api, sent } = answering(() => subusers(0, rows));
		await expect(allSubusers(api, { limit: Infinity })).rejects.toMatchObject(SAME_AGAIN);
		expect(sent()).toBeLessThan(5);
	});

	it('include one that was added at the start in the meantime', async () => {
		let requests = 0;
		const { api } = answering((offset, limit) => {
			requests += 1;
			const rows = requests > 1 ? [{ username: 'added' }, ...subusers(0, 2)] : subusers(0, 2);
			return rows.slice(offset, offset + limit);
		});
		const found = await allSubusers(api, { limit: Infinity });
		expect(found.map(({ username }) => username).sort()).toEqual([
			'added',
			'subuser-0',
			'subuser-1',
		]);
	});

	it('end if an empty list or null follows a single row', async () => {
		for (const nothing of [[], null]) {
			const { api, sent } = answering((offset) => (offset === 0 ? subusers(0, 1) : nothing));
			expect(await allSubusers(api, { limit: Infinity })).toEqual(subusers(0, 1));
			expect(sent()).toBe(2);
		}
		await expect(allSubusers(answering(() => null).api, { limit: 1 })).rejects.toThrow('read');
	});
});

describe('the subuser with a username', () => {
	it.each([
		['subuser-3', 1],
		['SUBUSER-24', 1],
		['subuser-25', 2],
		['subuser-129', 6],
	])('%s is searched for only until it’s found', async (name, requests) => {
		const { api, sent } = answering(cut(partOf(subusers, 130), 25));
		expect((await subuserNamed(api, name))?.username).toBe(name.toLowerCase());
		expect(sent()).toBe(requests);
	});

	it('is missing only after the list has ended', async () => {
		const { api } = answering(cut(partOf(subusers, 130), 25));
		expect(await subuserNamed(api, 'subuser-13')).toEqual({ username: 'subuser-13' });
		expect(await subuserNamed(api, 'subuser-130')).toBeUndefined();
	});
});

describe('IPs page by page', () => {
	it.each([0, 1, 499, 500, 501, 1_000])('are complete with a total of %d', async (total) => {
		const { api } = answering(partOf(ips, total));
		expect(await allIps(api, 'birch')).toEqual(ips(0, total).map(({ ip }) => ip));
	});

	it('fail if a gateway drops the offset', async () => {
		for (const rows of [500, 11, 2]) {
			const { api, sent } = answering(() => ips(0, rows));
			await expect(allIps(api, 'birch')).rejects.toMatchObject(SAME_AGAIN);
			expect(sent()).toBeLessThan(5);
		}
	});

	it.each([1, 2, 10, 11, 25])('are complete with 26 rows in pages of %d', async (rows) => {
		const { api } = answering(cut(partOf(ips, 26), rows));
		expect(await allIps(api, 'birch')).toEqual(ips(0, 26).map(({ ip }) => ip));
	});

	it('are complete if one is removed between two pages', async () => {
		let requests = 0;
		const { api } = answering((offset, limit) => {
			requests += 1;
			const deleted = requests > 1 ? 1 : 0;
			return cut(
				partOf((from, count) => ips(from + deleted, count), 26 - deleted),
				11,
			)(offset, limit);
		});
		const found = await allIps(api, 'birch');
		expect(found).toEqual(expect.arrayContaining(ips(1, 25).map(({ ip }) => ip)));
	});
});

describe('stats page by page', () => {
	const sorting = { sortBy: 'delivered', direction: 'desc' } as const;
	const read = async (api: SendGridApi, limit = Infinity): Promise<number> => {
		const pages = await readReport(api, {
			limit,
			sorting,
			call: (page) => getStatsSums({ ...page, startDate: '2026-03-01' }),
		});
		return pages.flatMap((page) => page.stats).length;
	};

	it.each([0, 99, 100, 101, 250])('are complete with a total of %d', async (total) => {
		expect(await read(answering(partOf(stats, total)).api)).toBe(total);
	});

	it('fail if a gateway drops the offset', async () => {
		for (const rows of [100, 5, 1]) {
			const { api, sent } = answering(() => stats(0, rows));
			await expect(read(api)).rejects.toMatchObject(SAME_AGAIN);
			expect(sent()).toBe(2);
		}
	});

	it.each([1, 7, 50, 99])('are complete with 250 rows in pages of %d', async (rows) => {
		const total = rows === 1 ? 120 : 250;
		expect(await read(answering(cut(partOf(stats, total), rows)).api)).toBe(total);
	});

	it('require one request more than they have pages, but not more than the limit requires', async () => {
		for (const [limit, requests] of [
			[Infinity, 6],
			[50, 1],
			[51, 2],
			[100, 2],
		] as const) {
			const { api, sent } = answering(cut(partOf(stats, 240), 50));
			await read(api, limit);
			expect(sent()).toBe(requests);
		}
	});

	it('have each subuser once if ranks change between two pages', async () => {
		const pages = [stats(0, 100), stats(95, 60), stats(150, 5)];
		const { api } = answering(() => pages.shift());
		expect(await read(api)).toBe(155);
	});

	it('end with an empty page or null', async () => {
		for (const nothing of [[], null]) {
			const { api } = answering((offset) =>
				offset === 0 ? stats(0, 3) : { date: '2026-03-01', stats: nothing },
			);
			expect(await read(api)).toBe(3);
		}
	});
});

describe('stats of selected subusers', () => {
	const day = (number: number) =>
		new Date(Date.UTC(2024, 0, 1 + number)).toISOString().slice(0, 10);
	const dates = (from: number, count: number): StatsOfDate[] =>
		numbered(from, count).map((number) => ({
			date: day(number),
			stats: ['birch', 'tide'].map((name) => ({ name, metrics: { requests: number } })),
		}));
	const wanted = { subusers: ['birch', 'tide'], startDate: day(0), aggregatedBy: 'day' };
	const rows = async (api: SendGridApi, limit = Infinity) =>
		(await readSubuserStats(api, wanted, limit)).flatMap(({ date, stats: ofDate }) =>
			ofDate.map(({ name }) => `${date} ${name}`),
		);
	const allOf = (count: number) =>
		dates(0, count).flatMap(({ date }) => [`${date} birch`, `${date} tide`]);

	it.each([0, 1, 499, 500, 501, 731])('are complete with a total of %d days', async (total) => {
		expect(await rows(answering(partOf(dates, total)).api)).toEqual(allOf(total));
	});

	it.each([1, 2, 30, 499])('are complete with pages of %d dates', async (most) => {
		const total = most === 1 ? 90 : 120;
		expect(await rows(answering(cut(partOf(dates, total), most)).api)).toEqual(allOf(total));
	});

	it.each([1, 90, 731])('have %d days once if the offset is ignored', async (total) => {
		const { api, sent } = answering(() => dates(0, total));
		expect(await rows(api)).toEqual(allOf(total));
		expect(sent()).toBe(2);
	});

	it('are complete if limit and offset count each subuser’s row', async () => {
		const flat = dates(0, 40).flatMap(({ date, stats: ofDate }) =>
			ofDate.map((row) => ({ date, stats: [row] })),
		);
		const { api } = answering((offset) => {
			const grouped = new Map<string, StatsOfDate>();
			for (const { date, stats: ofDate } of flat.slice(offset, offset + 15)) {
				const present = grouped.get(date)?.stats ?? [];
				grouped.set(date, { date, stats: [...present, ...ofDate] });
			}
			return [...grouped.values()];
		});
		expect((await rows(api)).sort()).toEqual(allOf(40).sort());
	});

	it('continue after days without email', async () => {
		const quiet = (from: number, count: number) =>
			dates(from, count).map((entry) => (entry.date < day(20) ? { ...entry, stats: [] } : entry));
		expect(await rows(answering(cut(partOf(quiet, 25), 10)).api)).toEqual(allOf(25).slice(40));
	});

	it('are read only as far as the limit requires, and end with null', async () => {
		const { api, sent } = answering(cut(partOf(dates, 90), 30));
		expect((await rows(api, 60)).length).toBe(60);
		expect(sent()).toBe(1);
		const ending = answering((offset) => (offset === 0 ? dates(0, 3) : null));
		expect(await rows(ending.api)).toEqual(allOf(3));
	});
});
