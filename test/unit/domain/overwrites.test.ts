import fc from 'fast-check';
import { syncOutcomeOf } from '../../../nodes/SendGridProvisioning/domain/outcome';
import { withIpChange } from '../../../nodes/SendGridProvisioning/domain/ips';
import { withChange } from '../../../nodes/SendGridProvisioning/domain/offerings';
import type { Offering } from '../../../nodes/SendGridProvisioning/domain/offerings';
import {
	assertNotIncreased,
	assertNotOverwritten,
	changedIps,
	changedOfferings,
	undoneIps,
	undoneOfferings,
} from '../../../nodes/SendGridProvisioning/domain/overwrites';
import { Overwritten, Refusal } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { accountOfferings, asSet, namedAddons } from './offeringLists';

const NONE: ReadonlySet<string> = new Set();
const ips = fc.uniqueArray(fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'));
const other: Offering = { name: 'acme.other.v1', type: 'addon', quantity: 1 };

function merge(current: Offering[], ...offerings: Offering[]): Offering[] {
	return withChange(current, { change: 'merge', offerings });
}

function namesOf(undone: Map<string, string>): string[] {
	return [...undone.keys()].sort();
}

describe('what is missing of a change of offerings', () => {
	it('is nothing in the list as it was left, in any order', () => {
		fc.assert(
			fc.property(accountOfferings, accountOfferings, (before, after) => {
				expect(namesOf(undoneOfferings({ before, after }, asSet(after)))).toEqual([]);
			}),
		);
	});

	it('is nothing after a process that read the list afterwards has added to it', () => {
		fc.assert(
			fc.property(accountOfferings, accountOfferings, (before, after) => {
				expect(namesOf(undoneOfferings({ before, after }, merge(after, other)))).toEqual([]);
			}),
		);
	});

	it('is all of it after a process that had read the list before has added to that', () => {
		fc.assert(
			fc.property(accountOfferings, accountOfferings, (before, after) => {
				const undone = undoneOfferings({ before, after }, merge(before, other));
				expect(namesOf(undone)).toEqual(changedOfferings({ before, after }).sort());
			}),
		);
	});

	it('is exactly what differs from the list as it was left, of what the item changed', () => {
		fc.assert(
			fc.property(accountOfferings, accountOfferings, accountOfferings, (before, after, now) => {
				const step = { before, after };
				const differs = changedOfferings({ before: after, after: now });
				const expected = changedOfferings(step).filter((name) => differs.includes(name));
				expect(namesOf(undoneOfferings(step, now))).toEqual(expected.sort());
			}),
		);
	});

	it('is said in words', () => {
		const plan = { name: 'acme.pro.v1', type: 'package', quantity: 1 };
		const addon = (name: string, quantity = 1) => ({ name, type: 'addon', quantity });
		const before = [plan, addon('acme.ip.v2', 1), addon('acme.old.v1')];
		const after = [plan, addon('acme.ip.v2', 3), addon('acme.new.v1')];
		expect([...undoneOfferings({ before, after }, before).values()]).toEqual([
			'acme.new.v1 is missing',
			'acme.old.v1 is back',
			'the quantity of acme.ip.v2 is 1, not 3',
		]);
	});
});

describe('what is missing of a change of IPs', () => {
	it('is nothing in the list as it was left, and all of it in the list as it was', () => {
		fc.assert(
			fc.property(ips, ips, (before, after) => {
				const step = { before, after };
				expect(namesOf(undoneIps(step, [...after].reverse()))).toEqual([]);
				expect(namesOf(undoneIps(step, before))).toEqual(changedIps(step).sort());
			}),
		);
	});

	it('is nothing of what others add or remove afterwards', () => {
		fc.assert(
			fc.property(ips, ips, (before, given) => {
				const after = withIpChange(before, 'merge', given);
				const [untouched] = before.filter((ip) => !given.includes(ip));
				const now = [...after.filter((ip) => ip !== untouched), '203.0.113.9'];
				expect(namesOf(undoneIps({ before, after }, now))).toEqual([]);
			}),
		);
	});

	it('is said in words', () => {
		const step = { before: ['192.0.2.1'], after: ['192.0.2.2'] };
		expect([...undoneIps(step, ['192.0.2.1']).values()]).toEqual([
			'192.0.2.2 is missing',
			'192.0.2.1 is back',
		]);
	});
});

describe('a change that is checked', () => {
	it('fails exactly if something is missing that this process hasn’t changed again itself', () => {
		const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
		fc.assert(
			fc.property(names, names, (missing, own) => {
				const undone = new Map(missing.map((name) => [name, `${name} is missing`]));
				const left = missing.filter((name) => !own.includes(name));
				const check = () => assertNotOverwritten(undone, new Set(own));
				if (left.length === 0) check();
				else expect(check).toThrow(left.map((name) => `${name} is missing`).join('; '));
			}),
		);
	});

	it('fails with words that say that running the item again is safe', () => {
		const check = () => assertNotOverwritten(new Map([['a', 'a is missing']]), NONE);
		expect(check).toThrow(Overwritten);
		expect(check).toThrow('another process overwrote it: a is missing');
		const description: unknown = expect.stringContaining('Run the item again: this is safe');
		expect(syncOutcomeOf(check)).toMatchObject({ error: { description } });
	});
});

describe('an increase that may have been applied', () => {
	it('is decided again only while none of its quantities has moved', () => {
		fc.assert(
			fc.property(accountOfferings, namedAddons, accountOfferings, (before, offerings, now) => {
				const quantities = (list: Offering[]) =>
					offerings.map(({ name }) => list.find((entry) => entry.name === name)?.quantity);
				const moved = JSON.stringify(quantities(before)) !== JSON.stringify(quantities(now));
				const check = () => assertNotIncreased({ change: 'increase', offerings }, { before, now });
				if (moved) expect(check).toThrow(Refusal);
				else check();
			}),
		);
	});

	it('is no concern of other changes', () => {
		fc.assert(
			fc.property(accountOfferings, namedAddons, accountOfferings, (before, offerings, now) => {
				assertNotIncreased({ change: 'merge', offerings }, { before, now });
			}),
		);
	});
});
