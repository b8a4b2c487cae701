import { changeFromJson } from '../../../nodes/SendGridProvisioning/domain/offeringInput';
import fc from 'fast-check';
import { assertConfirmed } from '../../../nodes/SendGridProvisioning/domain/offeringAnswer';
import {
	assertNothingReduced,
	assertSendable,
	differenceBetween,
	isChange,
	withChange,
} from '../../../nodes/SendGridProvisioning/domain/offerings';
import type { Offering } from '../../../nodes/SendGridProvisioning/domain/offerings';
import { Refusal, Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import {
	accountOfferings,
	anyOfferings,
	asSet,
	namedAddons,
	namedOfferings,
	offeringNames,
} from './offeringLists';

function merge(current: Offering[], named: Offering[]): Offering[] {
	return withChange(current, changeFromJson('merge', named));
}

function namesOf(list: Offering[]): string[] {
	return list.map(({ name }) => name);
}

describe('a merge', () => {
	it('has the same result if it’s done twice', () => {
		fc.assert(
			fc.property(accountOfferings, namedOfferings, (current, named) => {
				const once = merge(current, named);
				expect(merge(once, named)).toEqual(once);
				expect(isChange(differenceBetween(once, merge(once, named)))).toBe(false);
			}),
		);
	});

	it('removes nothing except a package that is replaced', () => {
		fc.assert(
			fc.property(accountOfferings, namedOfferings, (current, named) => {
				const { removed } = differenceBetween(current, merge(current, named));
				const newPackage = named.find(({ type }) => type === 'package')?.name;
				const oldPackage = current.find(({ type }) => type === 'package')?.name;
				const replaced = newPackage !== undefined && newPackage !== oldPackage;
				expect(removed).toEqual(replaced ? [oldPackage] : []);
			}),
		);
	});

	it('doesn’t change other offerings, or their order', () => {
		fc.assert(
			fc.property(accountOfferings, namedOfferings, (current, named) => {
				const newPackage = named.some(({ type }) => type === 'package');
				const untouched = current.filter(
					({ name, type }) => !namesOf(named).includes(name) && !(type === 'package' && newPackage),
				);
				const after = merge(current, named);
				expect(after.filter(({ name }) => namesOf(untouched).includes(name))).toEqual(untouched);
			}),
		);
	});

	it('keeps positions, even of a replaced package, and appends new add-ons', () => {
		fc.assert(
			fc.property(accountOfferings, namedOfferings, (current, named) => {
				const newPackage = named.find(({ type }) => type === 'package')?.name;
				const places = current.map(({ name, type }) =>
					type === 'package' ? (newPackage ?? name) : name,
				);
				expect(namesOf(merge(current, named)).slice(0, places.length)).toEqual(places);
			}),
		);
	});

	it('lists each named offering once, with exactly its quantity', () => {
		fc.assert(
			fc.property(accountOfferings, namedOfferings, (current, named) => {
				const after = merge(current, named);
				for (const wanted of named) {
					expect(after.filter(({ name }) => name === wanted.name)).toEqual([wanted]);
				}
			}),
		);
	});

	it('always results in a list that may be sent', () => {
		fc.assert(
			fc.property(accountOfferings, namedOfferings, (current, named) => {
				assertSendable(merge(current, named));
			}),
		);
	});

	it('keeps an offering of a type that SendGrid adds later', () => {
		const bundle = { name: 'acme.bundle.v1', type: 'bundle', quantity: 1 };
		fc.assert(
			fc.property(accountOfferings, namedOfferings, (current, named) => {
				expect(merge([...current, bundle], named)).toContainEqual(bundle);
			}),
		);
	});

	it('doesn’t modify its arguments', () => {
		fc.assert(
			fc.property(accountOfferings, namedOfferings, (current, named) => {
				const copies = structuredClone([current, named]);
				merge(current, named);
				expect([current, named]).toEqual(copies);
			}),
		);
	});
});

describe('an increase', () => {
	function increase(current: Offering[], named: Offering[]): Offering[] {
		return withChange(current, changeFromJson('increase', named));
	}
	function quantityIn(list: Offering[], name: string): number {
		return list.find((entry) => entry.name === name)?.quantity ?? 0;
	}

	it('adds each quantity to the present one, or to nothing', () => {
		fc.assert(
			fc.property(accountOfferings, namedAddons, (current, named) => {
				const after = increase(current, named);
				for (const { name, quantity } of named) {
					expect(quantityIn(after, name)).toBe(quantityIn(current, name) + quantity);
				}
			}),
		);
	});

	it('keeps everything else, and every place', () => {
		fc.assert(
			fc.property(accountOfferings, namedAddons, (current, named) => {
				const after = increase(current, named);
				const others = current.filter(({ name }) => !namesOf(named).includes(name));
				expect(after.filter(({ name }) => !namesOf(named).includes(name))).toEqual(others);
				expect(namesOf(after).slice(0, current.length)).toEqual(namesOf(current));
			}),
		);
	});

	it('takes nothing away, always changes something, and leaves a list that may be sent', () => {
		fc.assert(
			fc.property(accountOfferings, namedAddons, (current, named) => {
				const after = increase(current, named);
				const difference = differenceBetween(current, after);
				assertNothingReduced(difference);
				expect(isChange(difference)).toBe(true);
				assertSendable(after);
			}),
		);
	});

	it('done twice adds twice', () => {
		fc.assert(
			fc.property(accountOfferings, namedAddons, (current, named) => {
				const doubled = named.map((entry) => ({ ...entry, quantity: 2 * entry.quantity }));
				const twice = increase(increase(current, named), named);
				expect(asSet(twice)).toEqual(asSet(increase(current, doubled)));
			}),
		);
	});

	it('of a package is refused by its name', () => {
		fc.assert(
			fc.property(
				namedOfferings.filter((list) => list.some(({ type }) => type === 'package')),
				(named) => {
					const plan = named.find(({ type }) => type === 'package')?.name ?? '';
					expect(() => changeFromJson('increase', named)).toThrow(plan);
				},
			),
		);
	});

	it('beyond what a number can hold exactly is refused', () => {
		const most = { name: 'acme.ip.v2', type: 'addon', quantity: Number.MAX_SAFE_INTEGER };
		const plan = { name: 'acme.pro.v1', type: 'package', quantity: 1 };
		expect(() => assertSendable(increase([plan, most], [{ ...most, quantity: 1 }]))).toThrow(
			Refusal,
		);
	});
});

describe('a replacement', () => {
	it('results in exactly the new offerings', () => {
		fc.assert(
			fc.property(accountOfferings, accountOfferings, (current, wanted) => {
				expect(withChange(current, changeFromJson('replace', wanted))).toEqual(wanted);
			}),
		);
	});
});

describe('a removal', () => {
	it('removes the named offerings and changes nothing else', () => {
		fc.assert(
			fc.property(accountOfferings, offeringNames, (current, names) => {
				const after = withChange(current, changeFromJson('remove', names));
				const difference = differenceBetween(current, after);
				expect(after).toEqual(current.filter(({ name }) => !names.includes(name)));
				expect(names).toEqual(expect.arrayContaining(difference.removed));
				expect(difference).toMatchObject({ added: [], updated: [] });
			}),
		);
	});

	it('is the same for names as for whole offerings', () => {
		fc.assert(
			fc.property(accountOfferings, namedOfferings, (current, named) => {
				const byNames = withChange(current, changeFromJson('remove', namesOf(named)));
				expect(withChange(current, changeFromJson('remove', named))).toEqual(byNames);
			}),
		);
	});
});

describe('a difference', () => {
	it('turns the first list into the second', () => {
		fc.assert(
			fc.property(accountOfferings, accountOfferings, (before, after) => {
				const { added, removed, updated } = differenceBetween(before, after);
				const applied = [
					...before
						.filter(({ name }) => !removed.includes(name))
						.map((entry) => {
							const update = updated.find(({ name }) => name === entry.name);
							if (update !== undefined) expect(update.from).toBe(entry.quantity);
							return { ...entry, quantity: update?.to ?? entry.quantity };
						}),
					...after.filter(({ name }) => added.includes(name)),
				];
				expect(asSet(applied)).toEqual(asSet(after));
			}),
		);
	});

	it('is empty exactly if both lists have the same offerings, in any order', () => {
		fc.assert(
			fc.property(accountOfferings, accountOfferings, (before, after) => {
				const same = JSON.stringify(asSet(before)) === JSON.stringify(asSet(after));
				expect(isChange(differenceBetween(before, after))).toBe(!same);
				expect(isChange(differenceBetween(before, [...before].reverse()))).toBe(false);
			}),
		);
	});

	it('swaps added and removed offerings in reverse', () => {
		fc.assert(
			fc.property(accountOfferings, accountOfferings, (before, after) => {
				const there = differenceBetween(before, after);
				const back = differenceBetween(after, before);
				expect([...back.added].sort()).toEqual([...there.removed].sort());
				expect([...back.removed].sort()).toEqual([...there.added].sort());
			}),
		);
	});
});

describe('a list that is about to be sent', () => {
	it('is accepted exactly with one package, unique names, and quantities of at least 1', () => {
		fc.assert(
			fc.property(anyOfferings, (list) => {
				const fit =
					list.filter(({ type }) => type === 'package').length === 1 &&
					new Set(namesOf(list)).size === list.length &&
					list.every(({ quantity }) => Number.isInteger(quantity) && quantity >= 1) &&
					list.every(({ type, quantity }) => type !== 'package' || quantity === 1);
				if (fit) assertSendable(list);
				else expect(() => assertSendable(list)).toThrow(Refusal);
			}),
			{ numRuns: 1_000 },
		);
	});

	it('is refused without a package, and explains how to change plans', () => {
		expect(() => assertSendable([{ name: 'acme.ip.v2', type: 'addon', quantity: 1 }])).toThrow(
			'The account would be left without a package',
		);
	});

	it('is refused with two packages, and names both', () => {
		const two = ['acme.free.v1', 'acme.pro.v1'].map((name) => ({
			name,
			type: 'package',
			quantity: 1,
		}));
		expect(() => assertSendable(two)).toThrow(
			'The account would have 2 packages: acme.free.v1, acme.pro.v1',
		);
	});
});

describe('refusing removals', () => {
	it('accepts exactly the changes that remove nothing and lower no quantity', () => {
		fc.assert(
			fc.property(accountOfferings, accountOfferings, (before, after) => {
				const taken = before.some(
					({ name, quantity }) =>
						quantity > (after.find((entry) => entry.name === name)?.quantity ?? 0),
				);
				const difference = differenceBetween(before, after);
				if (taken) expect(() => assertNothingReduced(difference)).toThrow(Refusal);
				else assertNothingReduced(difference);
			}),
		);
	});

	it('names everything that would be removed or lowered', () => {
		expect(() =>
			assertNothingReduced({
				added: ['acme.pro.v1'],
				removed: ['acme.free.v1'],
				updated: [
					{ name: 'acme.ip.v2', from: 3, to: 1 },
					{ name: 'acme.ease.v1', from: 1, to: 2 },
				],
			}),
		).toThrow(
			'The change would reduce the account’s offerings: acme.free.v1 would be removed; the quantity of acme.ip.v2 would be lowered from 3 to 1',
		);
	});
});

describe('SendGrid’s response to an update', () => {
	it('is accepted in any order', () => {
		const permutations = accountOfferings.chain((sent) =>
			fc.tuple(fc.constant(sent), fc.shuffledSubarray(sent, { minLength: sent.length })),
		);
		fc.assert(fc.property(permutations, ([sent, answered]) => assertConfirmed(sent, answered)));
	});

	it('is refused if any offering was dropped', () => {
		fc.assert(
			fc.property(accountOfferings, (sent) => {
				for (const dropped of sent) {
					const answered = sent.filter((entry) => entry !== dropped);
					expect(() => assertConfirmed(sent, answered)).toThrow(Unconfirmed);
				}
			}),
		);
	});

	it.each(['name', 'type', 'quantity'] as const)(
		'is refused where any offering’s %s was altered',
		(key) => {
			const other = { name: 'acme.other.v1', type: 'bundle', quantity: 99 };
			fc.assert(
				fc.property(accountOfferings, (sent) => {
					for (const altered of sent) {
						const answered = sent.map((entry) =>
							entry === altered ? { ...entry, [key]: other[key] } : entry,
						);
						expect(() => assertConfirmed(sent, answered)).toThrow(Unconfirmed);
					}
				}),
			);
		},
	);

	it('is refused if an offering was added, even a duplicate', () => {
		fc.assert(
			fc.property(accountOfferings, (sent) => {
				const extra = { name: 'acme.other.v1', type: 'addon', quantity: 1 };
				for (const added of [extra, ...sent]) {
					expect(() => assertConfirmed(sent, [...sent, added])).toThrow(Unconfirmed);
				}
			}),
		);
	});

	it('is quoted with the request if it differs', () => {
		const sent = [
			{ name: 'acme.pro.v1', type: 'package', quantity: 1 },
			{ name: 'acme.ip.v2', type: 'addon', quantity: 2 },
		];
		expect(() => assertConfirmed(sent, sent.slice(0, 1))).toThrow(
			'SendGrid’s response doesn’t match the request. Sent: package acme.pro.v1 × 1, addon acme.ip.v2 × 2. Received: package acme.pro.v1 × 1',
		);
		expect(() => assertConfirmed(sent, [])).toThrow('Received: nothing');
	});
});
