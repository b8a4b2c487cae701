import { untold } from '../../../nodes/SendGridProvisioning/events/told';
import { ReadFailed } from '../../../nodes/SendGridProvisioning/events/round';
import { endTurn, takeTurn } from '../../../nodes/SendGridProvisioning/events/turns';

const schedule = { activation: false, budgetMs: 1_000, nowMs: 0 };

describe('the turn of a trigger', () => {
	it('is had by one poll at a time, until it ends', () => {
		const turn = takeTurn('one', schedule);
		expect(takeTurn('one', { ...schedule, nowMs: 1_999 })).toBeUndefined();
		expect(takeTurn('other', schedule)).toBeDefined();
		if (turn !== undefined) endTurn('one', turn);
		expect(takeTurn('one', schedule)).toBeDefined();
	});

	it('goes to the next poll where one has taken twice its time: it may never end', () => {
		const stuck = takeTurn('stuck', schedule);
		const next = takeTurn('stuck', { ...schedule, nowMs: 2_000 });
		expect(stuck).toEqual({ superseded: true });
		expect(next).toEqual({ superseded: false });
		// When it ends after all, the turn is still that of the other.
		if (stuck !== undefined) endTurn('stuck', stuck);
		expect(takeTurn('stuck', { ...schedule, nowMs: 2_001 })).toBeUndefined();
	});

	it('goes to an activation in any case', () => {
		const before = takeTurn('anew', schedule);
		expect(takeTurn('anew', { ...schedule, activation: true })).toBeDefined();
		expect(before).toEqual({ superseded: true });
	});
});

describe('who could not be read', () => {
	const failed = (value: string): ReadFailed =>
		new ReadFailed({ noun: 'subuser', key: 'username', value }, undefined);
	const day = 86_400_000;

	it('is told once a day, for each trigger', () => {
		const [a, b] = [failed('a'), failed('b')];
		expect(untold('one', [a], 0)).toEqual([a]);
		expect(untold('one', [a, b], 1_000)).toEqual([b]);
		expect(untold('other', [a], 1_000)).toEqual([a]);
		expect(untold('one', [], day)).toEqual([]);
		expect(untold('one', [a, b], day)).toEqual([a]);
		expect(untold('one', [a, b], day + 1_000)).toEqual([b]);
	});
});
