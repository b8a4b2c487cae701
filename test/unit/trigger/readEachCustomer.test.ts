import {
	ReadFailed,
	readEachCustomer,
} from '../../../nodes/SendGridProvisioning/trigger/readEachCustomer';
import { Refusal } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import type { Failure } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import { sendGridStatus } from '../transport/errors/answers';

const unknown: Failure = sendGridStatus(404, { message: 'no user found' });
const broken: Failure = sendGridStatus(500);
const late: Failure = { kind: 'wait', waitMs: 60_000 };
const neverUp = (): boolean => false;
const subject = (value: string) => ({ noun: 'account', key: 'account_id', value });

/** Returns the name in upper case, or fails. */
function reader(failures: Record<string, Failure> = {}, asked: string[] = []) {
	return async (name: string): Promise<string> => {
		asked.push(name);
		const failure = failures[name];
		if (failure !== undefined) throw new SendGridError(failure);
		return name.toUpperCase();
	};
}

const listed = ['c', 'a', 'b'];

describe('a round', () => {
	it('reads each customer once, listed or remembered, sorted by name', async () => {
		const asked: string[] = [];
		const plan = {
			listed,
			remembered: ['b', 'd'],
			from: undefined,
			subject,
			read: reader({}, asked),
		};
		expect(await readEachCustomer(plan, neverUp)).toEqual({
			seen: ['a', 'b', 'c', 'd'].map((name) => ({ name, value: name.toUpperCase() })),
			read: 4,
			next: undefined,
			total: 4,
			unread: [],
		});
		expect(asked.sort()).toEqual(['a', 'b', 'c', 'd']);
	});

	it('continues with the next name if the one it stopped at was removed', async () => {
		const plan = { listed, remembered: [], from: 'aa', subject, read: reader() };
		const { seen } = await readEachCustomer(plan, neverUp);
		expect(seen.map(({ name }) => name)).toEqual(['b', 'c']);
	});

	it('stops when time is up, and says where to continue', async () => {
		const plan = { listed, remembered: [], from: undefined, subject, read: reader({ b: late }) };
		expect(await readEachCustomer(plan, neverUp)).toMatchObject({ next: 'b', total: 3 });
	});

	it('fails if there was no time to read anyone', async () => {
		const read = reader({ a: late, b: late, c: late });
		const plan = { listed, remembered: [], from: undefined, subject, read };
		await expect(readEachCustomer(plan, neverUp)).rejects.toMatchObject({ failure: late });
		await expect(readEachCustomer({ ...plan, read: reader() }, () => true)).rejects.toMatchObject({
			failure: { kind: 'cancelled' },
		});
	});

	it('without customers ends immediately', async () => {
		const plan = { listed: [], remembered: [], from: 'x', subject, read: reader() };
		expect(await readEachCustomer(plan, () => true)).toEqual({
			seen: [],
			read: 0,
			next: undefined,
			total: 0,
			unread: [],
		});
	});

	it.each<[string, Failure]>([
		['SendGrid fails for', broken],
		['SendGrid returns 403 for', sendGridStatus(403)],
		['SendGrid returns another shape for', { kind: 'shape', status: 200 }],
		['SendGrid doesn’t answer for', { kind: 'lost', code: 'ETIMEDOUT' }],
		['SendGrid returns 401 for', sendGridStatus(401)],
		['no connection can be made for', { kind: 'unsent', code: 'ECONNREFUSED' }],
	])('skips a customer that %s, and reads the others', async (_what, failure) => {
		const plan = { listed, remembered: [], from: undefined, subject, read: reader({ b: failure }) };
		const { seen, read, next, unread } = await readEachCustomer(plan, neverUp);
		expect(seen.map(({ name }) => name)).toEqual(['a', 'c']);
		expect({ read, next }).toEqual({ read: 2, next: undefined });
		expect(unread).toMatchObject([{ subject: subject('b'), cause: { failure } }]);
	});

	it('skips a name that can’t be sent', async () => {
		const read = async (name: string): Promise<string> => {
			if (name === 'b') throw new Refusal('x', 'y');
			return await Promise.resolve(name);
		};
		const { seen, unread } = await readEachCustomer(
			{ listed, remembered: [], from: undefined, subject, read },
			neverUp,
		);
		expect([seen.length, unread.length]).toEqual([2, 1]);
	});

	it('fails if our own code throws', async () => {
		const read = async (): Promise<string> => await Promise.reject(new TypeError('oops'));
		const plan = { listed, remembered: [], from: undefined, subject, read };
		await expect(readEachCustomer(plan, neverUp)).rejects.toMatchObject({
			cause: new TypeError('oops'),
		});
	});

	it('fails if no one can be read', async () => {
		const all = Object.fromEntries(listed.map((name) => [name, broken]));
		const plan = { listed, remembered: [], from: undefined, subject, read: reader(all) };
		await expect(readEachCustomer(plan, neverUp)).rejects.toBeInstanceOf(ReadFailed);
	});

	it('skips any number of customers that are spread over the list', async () => {
		const many = Array.from({ length: 500 }, (_, index) => `c${1000 + index}`);
		const failures = Object.fromEntries(
			many.filter((name) => name.endsWith('5')).map((name) => [name, broken]),
		);
		const plan = { listed: many, remembered: [], from: undefined, subject, read: reader(failures) };
		const { seen, unread, next } = await readEachCustomer(plan, neverUp);
		expect([seen.length, unread.length, next]).toEqual([450, 50, undefined]);
	});

	it('ends if only customers that can’t be read are left in the last poll', async () => {
		const read = reader({ b: broken, c: unknown });
		const plan = { listed, remembered: [], from: 'b', subject, read };
		expect(await readEachCustomer(plan, neverUp)).toMatchObject({ seen: [], next: undefined });
	});

	it('tries a customer again that failed when time was up, and then skips it', async () => {
		let over = false;
		const read = async (name: string): Promise<string> => {
			if (name === 'a') return await Promise.resolve('A');
			over = true;
			throw new SendGridError(broken);
		};
		const plan = { listed: ['a', 'b'], remembered: [], from: undefined, subject, read };
		const first = await readEachCustomer(plan, () => over);
		expect(first).toMatchObject({ read: 1, next: 'b', unread: [] });
		over = false;
		const second = await readEachCustomer({ ...plan, from: first.next }, () => over);
		expect(second).toMatchObject({ next: undefined, unread: [{ subject: subject('b') }] });
	});

	it('skips a customer for whom SendGrid doesn’t answer during a whole poll', async () => {
		const hangs = new SendGridError({ kind: 'cancelled' }, undefined, true);
		const read = async (name: string): Promise<string> =>
			name === 'b' ? await Promise.reject(hangs) : await Promise.resolve(name);
		const plan = { listed, remembered: [], from: undefined, subject, read };
		const first = await readEachCustomer(plan, neverUp);
		expect(first).toMatchObject({ next: 'b', unread: [] });
		const second = await readEachCustomer({ ...plan, from: first.next }, neverUp);
		expect(second.next).not.toBe('b');
		expect(second.unread).toMatchObject([
			{ subject: subject('b'), cause: { failure: { kind: 'lost' } } },
		]);
	});

	it('tries a customer again as long as no time is left for its request', async () => {
		const plan = { listed, remembered: [], from: 'b', subject, read: reader({ b: late }) };
		expect(await readEachCustomer(plan, neverUp)).toMatchObject({ next: 'b', unread: [] });
	});

	it('skips a listed customer that SendGrid can’t find, and reports a remembered one as deleted', async () => {
		const read = reader({ b: unknown, d: unknown });
		const plan = { listed, remembered: ['b', 'd'], from: undefined, subject, read };
		expect(await readEachCustomer(plan, neverUp)).toEqual({
			seen: [
				{ name: 'a', value: 'A' },
				{ name: 'c', value: 'C' },
				{ name: 'd', value: undefined },
			],
			read: 4,
			next: undefined,
			total: 4,
			unread: [],
		});
	});

	it('fails if SendGrid can’t find any of the listed customers', async () => {
		const read = reader({ a: unknown, b: unknown, c: unknown });
		const plan = { listed, remembered: [], from: undefined, subject, read };
		await expect(readEachCustomer(plan, neverUp)).rejects.toBeInstanceOf(ReadFailed);
	});
});

describe('many customers that can’t be read', () => {
	const names = Array.from({ length: 500 }, (_, index) => `c${1000 + index}`);
	const failing = (some: string[], failure: Failure): Record<string, Failure> =>
		Object.fromEntries(some.map((name) => [name, failure]));
	const forbidden: Failure = sendGridStatus(403);

	it.each([
		['11 at the beginning of the list', 0, 11],
		['30 at the beginning of the list', 0, 30],
		['300 at the beginning of the list', 0, 300],
		['30 in the middle', 200, 230],
		['30 at the end', 470, 500],
		['all but 50', 25, 475],
	])('don’t stop the others from being read: %s', async (_what, start, end) => {
		const some = names.slice(start, end);
		const read = reader(failing(some, forbidden));
		const plan = { listed: names, remembered: [], from: undefined, subject, read };
		const reading = await readEachCustomer(plan, neverUp);
		expect(reading.unread.map((failed) => failed.subject.value).sort()).toEqual(some);
		expect(reading).toMatchObject({ read: 500 - some.length, next: undefined });
	});

	it('don’t fail a poll that continues with them after earlier polls have read the others', async () => {
		const some = names.slice(450);
		const read = reader(failing(some, forbidden));
		const plan = { listed: names, remembered: [], from: some[0], subject, read };
		const { seen, unread, next } = await readEachCustomer(plan, neverUp);
		expect([seen.length, unread.length, next]).toEqual([0, 50, undefined]);
	});

	it.each<[string, Failure]>([
		['the key is revoked', sendGridStatus(401)],
		['the key lacks the scope', forbidden],
		['the network is down', { kind: 'unsent', code: 'ENOTFOUND' }],
		['SendGrid is down', broken],
		['SendGrid doesn’t answer', { kind: 'lost', code: 'ETIMEDOUT' }],
		['SendGrid can’t find any of them', unknown],
	])(
		'fail the poll after few requests if no one else can be read either: %s',
		async (_what, failure) => {
			const everyone = Array.from({ length: 5_000 }, (_, index) => `c${10_000 + index}`);
			const asked: string[] = [];
			const read = reader(failing(everyone, failure), asked);
			const plan = { listed: everyone, remembered: [], from: undefined, subject, read };
			const error: unknown = await readEachCustomer(plan, neverUp).catch(
				(thrown: unknown) => thrown,
			);
			expect(error).toBeInstanceOf(ReadFailed);
			expect(error).toMatchObject({ subject: subject('c10000'), cause: { failure } });
			expect(asked.length).toBeLessThanOrEqual(60);
		},
	);

	it('fail the poll after few requests if the others could be read a moment ago', async () => {
		let asked = 0;
		const read = async (name: string): Promise<string> => {
			asked += 1;
			if (asked > 200) throw new SendGridError(forbidden);
			return await Promise.resolve(name);
		};
		const plan = { listed: names, remembered: [], from: undefined, subject, read };
		await expect(readEachCustomer(plan, neverUp)).rejects.toBeInstanceOf(ReadFailed);
		expect(asked).toBeLessThanOrEqual(260);
	});

	it('don’t fail the poll if time is up before others could be tried', async () => {
		const some = names.slice(0, 30);
		let asked = 0;
		const read = async (name: string): Promise<string> => {
			asked += 1;
			if (some.includes(name)) throw new SendGridError(forbidden);
			throw new SendGridError(late);
		};
		const plan = { listed: names, remembered: [], from: undefined, subject, read };
		const { unread, next } = await readEachCustomer(plan, neverUp);
		expect(unread.length).toBeGreaterThanOrEqual(20);
		expect(next).toBe(names[unread.length]);
		expect(asked).toBeLessThan(60);
	});
});
