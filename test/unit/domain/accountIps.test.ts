import fc from 'fast-check';
import {
	addedSince,
	assertAddable,
	assertAdded,
} from '../../../nodes/SendGridProvisioning/domain/accountIps';
import { Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { refusalOf } from '../refusals';

const inGlobal = (...ips: string[]) => ips.map((ip) => ({ ip, region: 'global' }));
const inEu = (...ips: string[]) => ips.map((ip) => ({ ip, region: 'eu' }));

it('adds up to ten IPs at a time', () => {
	expect(() => assertAddable(10)).not.toThrow();
	expect(refusalOf(() => assertAddable(11)).message).toContain('at most 10, but is 11');
});

describe('SendGrid’s answer', () => {
	const wanted = { count: 2, region: 'eu' };

	it('confirms as many IPs as wanted in the region', () => {
		expect(() => assertAdded(wanted, inEu('192.0.2.1', '192.0.2.2'))).not.toThrow();
	});

	it.each([
		[inEu('192.0.2.1'), 'Received: 192.0.2.1 (eu)'],
		[inEu('192.0.2.1', '192.0.2.2', '192.0.2.3'), '192.0.2.3 (eu)'],
		[[...inEu('192.0.2.1'), ...inGlobal('192.0.2.2')], '192.0.2.2 (global)'],
		[[], 'Received: none'],
	])('doesn’t confirm %j, and the message lists what came', (added, words) => {
		expect(() => assertAdded(wanted, added)).toThrow(Unconfirmed);
		expect(() => assertAdded(wanted, added)).toThrow(words);
	});
});

describe('after a lost response', () => {
	const wanted = { count: 1, region: 'global' };

	it.each([
		['nothing is new', inGlobal('a'), undefined],
		['as many are new as wanted', inGlobal('a', 'b'), inGlobal('b')],
		['more are new, perhaps by someone else', inGlobal('a', 'b', 'c'), undefined],
		['the new one is in another region', [...inGlobal('a'), ...inEu('b')], undefined],
		['another one was removed', inGlobal('b'), inGlobal('b')],
	])('decides where %s', (_case, now, added) => {
		expect(addedSince({ before: inGlobal('a'), now }, wanted)).toEqual(added);
	});

	it('finds exactly the added ones, whatever else the account has', () => {
		const ips = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(ips, fc.nat(), (all, cut) => {
				const count = cut % all.length;
				const [added, before] = [inGlobal(...all.slice(0, count)), inGlobal(...all.slice(count))];
				const since = addedSince({ before, now: [...added, ...before] }, { ...wanted, count });
				expect(since).toEqual(added);
			}),
		);
	});
});
