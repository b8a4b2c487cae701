import type { StatsOfDate } from '../../../nodes/SendGridProvisioning/domain/stats';
import { allStats } from '../../../nodes/SendGridProvisioning/sendgrid/statsPages';
import { allIps } from '../../../nodes/SendGridProvisioning/sendgrid/subuserIps';
import { allSubusers } from '../../../nodes/SendGridProvisioning/sendgrid/subuserPages';
import { getStatsSums } from '../../../nodes/SendGridProvisioning/sendgrid/subuserStats';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
import type { SendGridApi } from '../../../nodes/SendGridProvisioning/transport/send';

/** An api whose answers are made of offset and limit; it fails the test where there is no end. */
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
	return { api: { send, attempt: async (call) => ({ done: await send(call) }) }, sent: () => sent };
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

/** What a list of so many has at an offset. */
const partOf =
	<Part>(rows: (from: number, count: number) => Part, total: number) =>
	(offset: number, limit: number): Part =>
		rows(offset, Math.max(0, Math.min(limit, total - offset)));

const SAME_AGAIN = { name: 'SendGridError', failure: { kind: 'shape' } };

describe('subusers page by page', () => {
	it('fail where a gateway drops the offset, as the rest would be missing', async () => {
		const { api, sent } = answering((_offset, limit) => subusers(0, limit));
		await expect(allSubusers(api, { limit: Infinity })).rejects.toMatchObject(SAME_AGAIN);
		expect(sent()).toBeLessThan(100);
	});

	it('are all found where some go all the time, and reading comes to an end', async () => {
		let gone = 0;
		const { api, sent } = answering((offset, limit) => {
			gone += 7;
			return partOf((from, count) => subusers(from + gone, count), 6_000 - gone)(offset, limit);
		});
		const found = await allSubusers(api, { limit: Infinity });
		expect(found.at(-1)?.username).toBe('subuser-5999');
		expect(sent()).toBeLessThan(100);
	});

	it.each([600, 1_200, 2_900, 3_000])('are all found where %d go at once', async (gone) => {
		let asked = 0;
		const { api } = answering((offset, limit) => {
			asked += 1;
			const first = asked > 4 ? gone : 0;
			return partOf((from, count) => subusers(from + first, count), 3_000 - first)(offset, limit);
		});
		const found = await allSubusers(api, { limit: Infinity });
		const names = new Set(found.map(({ username }) => username));
		expect(names.size).toBe(found.length);
		const left = subusers(gone, 3_000 - gone).map(({ username }) => username);
		expect(left.filter((name) => !names.has(name))).toEqual([]);
	});

	it.each([0, 499, 500, 501, 999, 1_200])('are all of %d', async (total) => {
		const { api } = answering(partOf(subusers, total));
		expect(await allSubusers(api, { limit: Infinity })).toEqual(subusers(0, total));
	});
});

describe('IPs page by page', () => {
	it.each([0, 1, 499, 500, 501, 1_000])('are all of %d', async (total) => {
		const { api } = answering(partOf(ips, total));
		expect(await allIps(api, 'birch')).toEqual(ips(0, total).map(({ ip }) => ip));
	});

	it('fail where a gateway drops the offset', async () => {
		const { api, sent } = answering((_offset, limit) => ips(0, limit));
		await expect(allIps(api, 'birch')).rejects.toMatchObject(SAME_AGAIN);
		expect(sent()).toBe(2);
	});
});

describe('statistics page by page', () => {
	const sorting = { sortBy: 'delivered', direction: 'desc' } as const;
	const read = async (api: SendGridApi, limit = Infinity): Promise<number> => {
		const pages = await allStats(api, {
			limit,
			sorting,
			call: (page) => getStatsSums({ ...page, startDate: '2026-03-01' }),
		});
		return pages.flatMap((page) => page.stats).length;
	};

	it.each([0, 99, 100, 101, 250])('are all of %d', async (total) => {
		expect(await read(answering(partOf(stats, total)).api)).toBe(total);
	});

	it('fail where a gateway drops the offset', async () => {
		const { api, sent } = answering((_offset, limit) => stats(0, limit));
		await expect(read(api)).rejects.toMatchObject(SAME_AGAIN);
		expect(sent()).toBe(2);
	});
});
