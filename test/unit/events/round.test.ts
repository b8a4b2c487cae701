import { ReadFailed, readRound } from '../../../nodes/SendGridProvisioning/events/round';
import { Refusal } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/failure';
import type { Failure } from '../../../nodes/SendGridProvisioning/transport/failure';

const unknown: Failure = { kind: 'status', status: 404, entries: [{ message: '' }] };
const broken: Failure = { kind: 'status', status: 500, entries: [] };
const late: Failure = { kind: 'wait', waitMs: 60_000 };
const going = (): boolean => false;
const subject = (value: string) => ({ noun: 'account', key: 'account_id', value });

/** Answers with the name in capitals, or fails as told. */
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
	it('asks about everybody once, listed or remembered, and gives them in order', async () => {
		const asked: string[] = [];
		const plan = {
			listed,
			remembered: ['b', 'd'],
			from: undefined,
			subject,
			read: reader({}, asked),
		};
		expect(await readRound(plan, going)).toEqual({
			seen: ['a', 'b', 'c', 'd'].map((name) => ({ name, value: name.toUpperCase() })),
			read: 4,
			next: undefined,
			total: 4,
			unread: [],
		});
		expect(asked.sort()).toEqual(['a', 'b', 'c', 'd']);
	});

	it('goes on with the next name where the one it stopped at is gone', async () => {
		const plan = { listed, remembered: [], from: 'aa', subject, read: reader() };
		const { seen } = await readRound(plan, going);
		expect(seen.map(({ name }) => name)).toEqual(['b', 'c']);
	});

	it('stops where time is up, and says where to go on', async () => {
		const plan = { listed, remembered: [], from: undefined, subject, read: reader({ b: late }) };
		expect(await readRound(plan, going)).toMatchObject({ next: 'b', total: 3 });
	});

	it('is no round where there was time for nobody', async () => {
		const read = reader({ a: late, b: late, c: late });
		const plan = { listed, remembered: [], from: undefined, subject, read };
		await expect(readRound(plan, going)).rejects.toMatchObject({ failure: late });
		await expect(readRound({ ...plan, read: reader() }, () => true)).rejects.toMatchObject({
			failure: { kind: 'cancelled' },
		});
	});

	it('through nobody has ended at once', async () => {
		const plan = { listed: [], remembered: [], from: 'x', subject, read: reader() };
		expect(await readRound(plan, () => true)).toEqual({
			seen: [],
			read: 0,
			next: undefined,
			total: 0,
			unread: [],
		});
	});

	it.each<[string, Failure]>([
		['SendGrid fails for', broken],
		['SendGrid forbids to read', { kind: 'status', status: 403, entries: [] }],
		['SendGrid answers nonsense about', { kind: 'shape', status: 200 }],
		['SendGrid gives no answer about', { kind: 'lost', code: 'ETIMEDOUT' }],
	])('reads the others and passes one whom %s', async (_what, failure) => {
		const plan = { listed, remembered: [], from: undefined, subject, read: reader({ b: failure }) };
		const { seen, read, next, unread } = await readRound(plan, going);
		expect(seen.map(({ name }) => name)).toEqual(['a', 'c']);
		expect({ read, next }).toEqual({ read: 2, next: undefined });
		expect(unread).toMatchObject([{ subject: subject('b'), cause: { failure } }]);
	});

	it('passes a name that cannot be sent', async () => {
		const read = async (name: string): Promise<string> => {
			if (name === 'b') throw new Refusal('x', 'y');
			return await Promise.resolve(name);
		};
		const { seen, unread } = await readRound(
			{ listed, remembered: [], from: undefined, subject, read },
			going,
		);
		expect([seen.length, unread.length]).toEqual([2, 1]);
	});

	it.each<[string, Failure]>([
		['the key', { kind: 'status', status: 401, entries: [] }],
		['the network', { kind: 'unsent', code: 'ENOTFOUND' }],
	])('fails, with the name, where %s is the reason', async (_what, failure) => {
		const plan = { listed, remembered: [], from: undefined, subject, read: reader({ b: failure }) };
		const error: unknown = await readRound(plan, going).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(ReadFailed);
		expect(error).toMatchObject({ subject: subject('b'), cause: { failure } });
	});

	it('fails where a defect of ours is the reason', async () => {
		const read = async (): Promise<string> => await Promise.reject(new TypeError('oops'));
		const plan = { listed, remembered: [], from: undefined, subject, read };
		await expect(readRound(plan, going)).rejects.toMatchObject({ cause: new TypeError('oops') });
	});

	it('fails where nobody at all can be read, and soon where there are many', async () => {
		const all = Object.fromEntries(listed.map((name) => [name, broken]));
		const plan = { listed, remembered: [], from: undefined, subject, read: reader(all) };
		await expect(readRound(plan, going)).rejects.toBeInstanceOf(ReadFailed);

		const many = Array.from({ length: 500 }, (_, index) => `c${1000 + index}`);
		const asked: string[] = [];
		const everyOne = Object.fromEntries(many.map((name) => [name, broken]));
		const read = reader(everyOne, asked);
		const last = { listed: many, remembered: [], from: many[1], subject, read };
		await expect(readRound(last, going)).rejects.toBeInstanceOf(ReadFailed);
		expect(asked.length).toBeLessThan(50);
	});

	it('passes any number of them that stand far apart', async () => {
		const many = Array.from({ length: 500 }, (_, index) => `c${1000 + index}`);
		const ten = Object.fromEntries(
			many.filter((name) => name.endsWith('5')).map((name) => [name, broken]),
		);
		const plan = { listed: many, remembered: [], from: undefined, subject, read: reader(ten) };
		const { seen, unread, next } = await readRound(plan, going);
		expect([seen.length, unread.length, next]).toEqual([450, 50, undefined]);
	});

	it('ends where only such are left of a round of several polls', async () => {
		const read = reader({ b: broken, c: unknown });
		const plan = { listed, remembered: [], from: 'b', subject, read };
		expect(await readRound(plan, going)).toMatchObject({ seen: [], next: undefined });
	});

	it('goes on with one whose failure came when time was up, and passes it if it fails for a whole poll', async () => {
		let over = false;
		const read = async (name: string): Promise<string> => {
			if (name === 'a') return await Promise.resolve('A');
			over = true;
			throw new SendGridError(broken);
		};
		const plan = { listed: ['a', 'b'], remembered: [], from: undefined, subject, read };
		const first = await readRound(plan, () => over);
		expect(first).toMatchObject({ read: 1, next: 'b', unread: [] });
		over = false;
		const second = await readRound({ ...plan, from: first.next }, () => over);
		expect(second).toMatchObject({ next: undefined, unread: [{ subject: subject('b') }] });
	});

	it('passes one who never answers within a poll, however short polls are', async () => {
		const hangs = new SendGridError({ kind: 'cancelled' }, undefined, true);
		const read = async (name: string): Promise<string> =>
			name === 'b' ? await Promise.reject(hangs) : await Promise.resolve(name);
		const plan = { listed, remembered: [], from: undefined, subject, read };
		const first = await readRound(plan, going);
		expect(first).toMatchObject({ next: 'b', unread: [] });
		const second = await readRound({ ...plan, from: first.next }, going);
		expect(second.next).not.toBe('b');
		expect(second.unread).toMatchObject([
			{ subject: subject('b'), cause: { failure: { kind: 'lost' } } },
		]);
	});

	it('goes on with one for whom no request was left, as often as it takes', async () => {
		const plan = { listed, remembered: [], from: 'b', subject, read: reader({ b: late }) };
		expect(await readRound(plan, going)).toMatchObject({ next: 'b', unread: [] });
	});

	it('says nothing of one that is listed and unknown at once, and drops one that is only remembered', async () => {
		const read = reader({ b: unknown, d: unknown });
		const plan = { listed, remembered: ['b', 'd'], from: undefined, subject, read };
		expect(await readRound(plan, going)).toEqual({
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

	it('fails where everybody who is listed is unknown: then something else is wrong', async () => {
		const read = reader({ a: unknown, b: unknown, c: unknown });
		const plan = { listed, remembered: [], from: undefined, subject, read };
		await expect(readRound(plan, going)).rejects.toBeInstanceOf(ReadFailed);
	});
});
