import fc from 'fast-check';
import {
	arrivalsIn,
	readKnown,
	writeKnown,
} from '../../../nodes/SendGridProvisioning/domain/arrivals';
import type { Known, Listed } from '../../../nodes/SendGridProvisioning/domain/arrivals';

const noOne: Known = new Map();

function listed(...entries: Array<[string, number?]>): Listed[] {
	return entries.map(([name, id]) => ({ name, id }));
}

/** The new customers in each list. In the first list, all are new. */
function arrivals(...lists: Listed[][]): string[][] {
	let known = noOne;
	return lists.map((list) => {
		const polled = arrivalsIn(known, list);
		known = polled.known;
		return polled.arrived.map(({ name }) => name);
	});
}

describe('a customer is new', () => {
	it('if it was never in the list', () => {
		expect(
			arrivals(listed(['a', 1]), listed(['a', 1], ['b', 2]), listed(['b', 2], ['a', 1])),
		).toEqual([['a'], ['b'], []]);
	});

	it('but not if it comes back', () => {
		expect(arrivals(listed(['a', 1], ['b', 2]), listed(['a', 1]), [], listed(['b', 2]))[3]).toEqual(
			[],
		);
	});

	it('if its ID shows that it was deleted and created again', () => {
		expect(arrivals(listed(['a', 1]), [], listed(['a', 7]))[2]).toEqual(['a']);
		expect(arrivals(listed(['a', 1]), listed(['a', 7]), listed(['a', 7]))).toEqual([
			['a'],
			['a'],
			[],
		]);
	});

	it('but not if an outdated list shows its old ID again', () => {
		expect(
			arrivals(listed(['a', 1]), listed(['a', 7]), listed(['a', 1]), listed(['a', 7])).slice(2),
		).toEqual([[], []]);
	});

	it('but not because SendGrid leaves out its ID, or sends it for the first time', () => {
		expect(arrivals(listed(['a', 1]), listed(['a']), listed(['a', 1])).slice(1)).toEqual([[], []]);
		expect(arrivals(listed(['a']), listed(['a', 1]), listed(['a', 1])).slice(1)).toEqual([[], []]);
	});

	it('only once if a page shows it twice', () => {
		expect(arrivals([], listed(['a', 1], ['a', 1]))[1]).toEqual(['a']);
	});
});

describe('with lists that have gaps for a moment', () => {
	/** All customers, and which of them each poll's list lacks. */
	const base = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 30 });
	const gaps = fc.array(fc.func(fc.boolean()), { maxLength: 8 });

	it('no old customer is reported', () => {
		fc.assert(
			fc.property(base, gaps, (names, polls) => {
				const everyone = listed(...names.map((name, index): [string, number] => [name, index]));
				const lists = polls.map((lacks) => everyone.filter(({ name }) => !lacks(name)));
				const [, ...later] = arrivals(everyone, ...lists, everyone);
				expect(later.flat()).toEqual([]);
			}),
		);
	});

	it('each new customer is reported once', () => {
		fc.assert(
			fc.property(base, fc.nat(30), gaps, (names, before, polls) => {
				const everyone = listed(...names.map((name, index): [string, number] => [name, index]));
				const lists = polls.map((lacks) => everyone.filter(({ name }) => !lacks(name)));
				const [, ...later] = arrivals(everyone.slice(0, before), ...lists, everyone);
				expect(later.flat().sort()).toEqual(names.slice(before).sort());
			}),
		);
	});

	it('no old customer is reported, even if the list of 20,000 is empty once', () => {
		const everyone = listed(
			...Array.from({ length: 20_000 }, (_, index): [string, number] => [`c${index}`, index]),
		);
		const newcomer = listed(['newcomer', 99_999]);
		const [, ...later] = arrivals(everyone, [], newcomer, [...everyone, ...newcomer]);
		expect(later).toEqual([[], ['newcomer'], []]);
	});
});

describe('the memory', () => {
	it('doesn’t grow without limit while customers are added and deleted', () => {
		let known = noOne;
		for (let day = 0; day < 60; day += 1) {
			const names = Array.from({ length: 500 }, (_, index) => `customer ${day * 500 + index}`);
			known = arrivalsIn(known, listed(...names.map((name): [string] => [name]))).known;
		}
		expect(known.size).toBeLessThanOrEqual(21_000);
		// The most recent ones are remembered.
		expect(known.has('customer 10000')).toBe(true);
		expect(known.has('customer 8999')).toBe(false);
	});

	it('is read as it was stored', () => {
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
	])('isn’t read from anything else: %j', (other) => {
		expect(readKnown(other)).toBeUndefined();
	});
});
