import { ReadFailed, readRound } from '../../../nodes/SendGridProvisioning/events/round';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/failure';
import type { Failure } from '../../../nodes/SendGridProvisioning/transport/failure';

const unknown: Failure = { kind: 'status', status: 404, entries: [] };
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
		});
	});

	it('fails with the name of the one that could not be read', async () => {
		const plan = { listed, remembered: [], from: undefined, subject, read: reader({ b: broken }) };
		const error: unknown = await readRound(plan, going).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(ReadFailed);
		expect(error).toMatchObject({ subject: subject('b'), cause: { failure: broken } });
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
		});
	});

	it('fails where everybody who is listed is unknown: then something else is wrong', async () => {
		const read = reader({ a: unknown, b: unknown, c: unknown });
		const plan = { listed, remembered: [], from: undefined, subject, read };
		await expect(readRound(plan, going)).rejects.toBeInstanceOf(ReadFailed);
	});
});
