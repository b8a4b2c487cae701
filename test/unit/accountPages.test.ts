import { allAccounts } from '../../nodes/SendGridProvisioning/sendgrid/accountPages';
import type { Call } from '../../nodes/SendGridProvisioning/transport/call';
import type { SendGridApi } from '../../nodes/SendGridProvisioning/transport/client';

const PAGE = 100;

/** How SendGrid may answer a request with the ID of a deleted account. */
type Answer = 'goes on' | 'empty page' | 'first page';

/** A SendGrid with this many accounts, some of which are deleted before a certain request. */
function sendGrid(
	count: number,
	answer: Answer,
	deletions: Record<number, string[]> = {},
	page: { rows?: number; lastOf?: (ids: string[], isEnd: boolean) => string | undefined } = {},
) {
	const { rows = PAGE, lastOf = (ids) => ids.at(-1) } = page;
	const all = Array.from({ length: count }, (_, index) => `sg${1000 + index}`);
	const deleted = new Set<string>();
	let requests = 0;
	const pageAfter = (after: string | undefined): string[] => {
		const unknown = after !== undefined && deleted.has(after);
		if (unknown && answer === 'empty page') return [];
		const start =
			after === undefined || (unknown && answer === 'first page') ? 0 : all.indexOf(after) + 1;
		return all
			.slice(start)
			.filter((id) => !deleted.has(id))
			.slice(0, rows);
	};
	const send = async <Result>({ query, read }: Call<Result>): Promise<Result> => {
		for (const id of deletions[requests] ?? []) deleted.add(id);
		requests += 1;
		const after = query?.['offset'] as string | undefined;
		const ids = pageAfter(after);
		const body = {
			accounts: ids.map((id) => ({ id })),
			pages: { last: lastOf(ids, ids.at(-1) === all.at(-1)) },
		};
		const result = read(body, undefined, 0);
		if (result === undefined) throw new Error('The page has another shape');
		return await Promise.resolve(result);
	};
	return {
		api: { send } as SendGridApi,
		requests: () => requests,
		left: () => all.filter((id) => !deleted.has(id)),
	};
}

describe('the list of accounts', () => {
	it.each([
		[0, 1],
		[1, 2],
		[99, 2],
		[100, 3],
		[250, 4],
		[300, 5],
	])('is complete with %i accounts, in %i requests', async (count, requests) => {
		const there = sendGrid(count, 'goes on');
		const rows = await allAccounts(there.api, Infinity);
		expect(rows.map(({ id }) => id)).toEqual(there.left());
		expect(there.requests()).toBe(requests);
	});

	it('sends no more requests than the limit requires', async () => {
		const there = sendGrid(300, 'goes on');
		expect(await allAccounts(there.api, 100)).toHaveLength(100);
		expect(there.requests()).toBe(1);
	});

	it.each<Answer>(['goes on', 'empty page', 'first page'])(
		'is whole although the account that a page ended with is deleted, where SendGrid then answers: %s',
		async (answer) => {
			const there = sendGrid(450, answer, { 1: ['sg1099'], 3: ['sg1298', 'sg1299', 'sg1297'] });
			const rows = await allAccounts(there.api, Infinity);
			const read = new Set(rows.map(({ id }) => id));
			expect(there.left().filter((id) => !read.has(id))).toEqual([]);
		},
	);

	it.each([1, 2, 3, 11, 99])(
		'is read whole where SendGrid’s pages have %i accounts, deleted ones or not',
		async (rows) => {
			const there = sendGrid(120, 'goes on', {}, { rows });
			const found = await allAccounts(there.api, Infinity);
			expect(found.map(({ id }) => id)).toEqual(there.left());
			for (const answer of ['goes on', 'empty page', 'first page'] as const) {
				const changing = sendGrid(120, answer, { 1: [`sg${1000 + rows - 1}`] }, { rows });
				const read = new Set((await allAccounts(changing.api, Infinity)).map(({ id }) => id));
				// After a single account was deleted, there is no ID to continue from.
				if (rows > 1) expect(changing.left().filter((id) => !read.has(id))).toEqual([]);
			}
		},
	);

	it.each([undefined, ''])('ends if SendGrid names %j as the ID to continue from', async (last) => {
		const lastOf = (ids: string[], isEnd: boolean) => (isEnd ? last : ids.at(-1));
		for (const [count, rows, requests] of [
			[250, 100, 3],
			[100, 100, 1],
			[40, 40, 1],
		] as const) {
			const there = sendGrid(count, 'goes on', {}, { rows, lastOf });
			expect(await allAccounts(there.api, Infinity)).toHaveLength(count);
			expect(there.requests()).toBe(requests);
		}
	});

	it('reads no more short pages than the limit requires', async () => {
		const there = sendGrid(300, 'goes on', {}, { rows: 11 });
		expect(await allAccounts(there.api, 11)).toHaveLength(11);
		expect(there.requests()).toBe(1);
	});

	it.each([10, 100])(
		'fails if a gateway drops the offset and returns %i accounts',
		async (count) => {
			let sent = 0;
			const accounts = Array.from({ length: count }, (_, index) => ({ id: `sg${index}` }));
			const send = async <Result>({ read }: Call<Result>): Promise<Result> => {
				sent += 1;
				const result = read({ accounts, pages: { last: accounts.at(-1)?.id } }, undefined, 0);
				if (result === undefined) throw new Error('The page has another shape');
				return await Promise.resolve(result);
			};
			await expect(allAccounts({ send } as SendGridApi, Infinity)).rejects.toMatchObject({
				name: 'SendGridError',
				failure: { kind: 'shape' },
			});
			expect(sent).toBe(2);
		},
	);

	it('ends if SendGrid returns the same page forever, or nothing more', async () => {
		const same = sendGrid(100, 'first page', { 1: ['sg1099', 'sg1098', 'sg1097', 'sg1096'] });
		expect((await allAccounts(same.api, Infinity)).length).toBe(100);
		expect(same.requests()).toBeLessThan(8);
	});
});
