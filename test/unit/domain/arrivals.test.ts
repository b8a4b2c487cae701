import fc from 'fast-check';
import {
	arrivalsIn,
	readKnown,
	writeKnown,
} from '../../../nodes/SendGridProvisioning/domain/arrivals';
import type { Known, Listed } from '../../../nodes/SendGridProvisioning/domain/arrivals';

const nobody: Known = new Map();

function listed(...entries: Array<[string, number?]>): Listed[] {
	return entries.map(([name, id]) => ({ name, id }));
}

/** Polls through the lists; who is new in each, the first one being the record of who is there. */
function arrivals(...lists: Listed[][]): string[][] {
	let known = nobody;
	return lists.map((list) => {
		const polled = arrivalsIn(known, list);
		known = polled.known;
		return polled.arrived.map(({ name }) => name);
	});
}

describe('a customer is new', () => {
	it('when it was never in the list', () => {
		expect(
			arrivals(listed(['a', 1]), listed(['a', 1], ['b', 2]), listed(['b', 2], ['a', 1])),
		).toEqual([['a'], ['b'], []]);
	});

	it('not when it comes back', () => {
		expect(arrivals(listed(['a', 1], ['b', 2]), listed(['a', 1]), [], listed(['b', 2]))[3]).toEqual(
			[],
		);
	});

	it('when it was deleted and created again, as its number tells', () => {
		expect(arrivals(listed(['a', 1]), [], listed(['a', 7]))[2]).toEqual(['a']);
		expect(arrivals(listed(['a', 1]), listed(['a', 7]), listed(['a', 7]))).toEqual([
			['a'],
			['a'],
			[],
		]);
	});

	it('not when a list of before shows its old number once more', () => {
		expect(
			arrivals(listed(['a', 1]), listed(['a', 7]), listed(['a', 1]), listed(['a', 7])).slice(2),
		).toEqual([[], []]);
	});

	it('not because SendGrid leaves out its number, or gives one for the first time', () => {
		expect(arrivals(listed(['a', 1]), listed(['a']), listed(['a', 1])).slice(1)).toEqual([[], []]);
		expect(arrivals(listed(['a']), listed(['a', 1]), listed(['a', 1])).slice(1)).toEqual([[], []]);
	});

	it('once, when a page shows it twice', () => {
		expect(arrivals([], listed(['a', 1], ['a', 1]))[1]).toEqual(['a']);
	});
});

describe('whatever a list lacks for a moment', () => {
	/** Everybody, and which of them each poll's list lacks. */
	const base = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 30 });
	const gaps = fc.array(fc.func(fc.boolean()), { maxLength: 8 });

	it('nobody is invented', () => {
		fc.assert(
			fc.property(base, gaps, (names, polls) => {
				const everybody = listed(...names.map((name, index): [string, number] => [name, index]));
				const lists = polls.map((lacks) => everybody.filter(({ name }) => !lacks(name)));
				const [, ...later] = arrivals(everybody, ...lists, everybody);
				expect(later.flat()).toEqual([]);
			}),
		);
	});

	it('nobody new is lost, and each is reported once', () => {
		fc.assert(
			fc.property(base, fc.nat(30), gaps, (names, before, polls) => {
				const everybody = listed(...names.map((name, index): [string, number] => [name, index]));
				const lists = polls.map((lacks) => everybody.filter(({ name }) => !lacks(name)));
				const [, ...later] = arrivals(everybody.slice(0, before), ...lists, everybody);
				expect(later.flat().sort()).toEqual(names.slice(before).sort());
			}),
		);
	});

	it('nobody is invented, not even if the whole list of 20,000 is empty once', () => {
		const everybody = listed(
			...Array.from({ length: 20_000 }, (_, index): [string, number] => [`c${index}`, index]),
		);
		const newcomer = listed(['newcomer', 99_999]);
		const [, ...later] = arrivals(everybody, [], newcomer, [...everybody, ...newcomer]);
		expect(later).toEqual([[], ['newcomer'], []]);
	});
});

describe('the memory', () => {
	it('does not grow for ever while customers come and go', () => {
		let known = nobody;
		for (let day = 0; day < 60; day += 1) {
			const names = Array.from({ length: 500 }, (_, index) => `customer ${day * 500 + index}`);
			known = arrivalsIn(known, listed(...names.map((name): [string] => [name]))).known;
		}
		expect(known.size).toBeLessThanOrEqual(21_000);
		// The latest are the ones remembered.
		expect(known.has('customer 10000')).toBe(true);
		expect(known.has('customer 8999')).toBe(false);
	});

	it('is read again as it was stored', () => {
		const memory = fc
			.array(fc.tuple(fc.string({ minLength: 1 }), fc.array(fc.nat(), { maxLength: 3 })))
			.map((entries) => new Map(entries));
		fc.assert(
			fc.property(memory, (known) => {
				const text = JSON.stringify(writeKnown(known));
				expect(readKnown(JSON.parse(text))).toEqual(known);
			}),
		);
	});

	it.each([
		[undefined],
		[null],
		['a'],
		[{ a: 1 }],
		[[1, 'a']],
		[['a', null]],
		[[['a', 1]]],
		[['']],
	])('is not taken for it: %j', (other) => {
		expect(readKnown(other)).toBeUndefined();
	});
});
