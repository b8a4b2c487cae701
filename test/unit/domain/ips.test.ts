import fc from 'fast-check';
import {
	assertIpsConfirmed,
	assertIpsSendable,
	ipDifference,
	ipsFrom,
	ipsOrNone,
	withIpChange,
} from '../../../nodes/SendGridProvisioning/domain/ips';
import { Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { refusalOf } from '../refusals';

const ips = fc.uniqueArray(fc.ipV4(), { maxLength: 8 });

describe('reading IPs', () => {
	it('accepts any IPv4 addresses, in a list or text, and drops duplicates', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.ipV4(), { minLength: 1 }), (list) => {
				expect(ipsFrom([...list, ...list], 'IPs')).toEqual(list);
				expect(ipsFrom(list.join(' , '), 'IPs')).toEqual(list);
			}),
		);
	});

	it('ignores extra commas', () => {
		expect(ipsFrom(' 1.2.3.4, ,5.6.7.8,', 'IPs')).toEqual(['1.2.3.4', '5.6.7.8']);
	});

	it.each([
		'',
		' ',
		',',
		'1.2.3',
		'1.2.3.4.5',
		'1.2.3.256',
		'01.2.3.4',
		'1.2.3.4.',
		'1.2.3.-4',
		'1.2.3.4;5.6.7.8',
		'1.2.3.4 5.6.7.8',
		'::1',
		'1.2.3.4/32',
		'localhost',
		null,
		undefined,
		16909060,
		true,
		{},
		[],
		[''],
		[null],
		[undefined],
		['1.2.3.4', ''],
		['1.2.3.4', null],
		['1.2.3.4', undefined],
		['1.2.3.4', 5],
		[['1.2.3.4']],
		' , ,',
	])('refuses %j and names the field', (value) => {
		expect(refusalOf(() => ipsFrom(value, 'IPs')).message).toContain('IPs');
	});
});

describe('reading optional IPs', () => {
	it.each(['', ' ', ',', ' , ', null, undefined, []])('%j means none', (value) => {
		expect(ipsOrNone(value, 'IPs')).toBeUndefined();
	});

	it('reads others like required IPs', () => {
		expect(ipsOrNone('1.2.3.4, 5.6.7.8', 'IPs')).toEqual(['1.2.3.4', '5.6.7.8']);
		expect(ipsOrNone(['1.2.3.4'], 'IPs')).toEqual(['1.2.3.4']);
	});

	it.each(['here', '1.2.3.4;5.6.7.8', 0, false, {}, [''], [null], ['1.2.3.4', '']])(
		'refuses %j',
		(value) => {
			expect(refusalOf(() => ipsOrNone(value, 'IPs')).message).toContain('IPs');
		},
	);
});

describe('changing IPs', () => {
	it('keeps the current IPs when adding, has only the new ones when replacing, and the rest when removing', () => {
		fc.assert(
			fc.property(ips, ips, (current, named) => {
				const merged = withIpChange(current, 'merge', named);
				expect(new Set(merged)).toEqual(new Set([...current, ...named]));
				expect(merged.slice(0, current.length)).toEqual(current);
				expect(withIpChange(merged, 'merge', named)).toEqual(merged);
				expect(withIpChange(current, 'replace', named)).toEqual(named);
				const rest = withIpChange(current, 'remove', named);
				expect(rest).toEqual(current.filter((ip) => !named.includes(ip)));
			}),
		);
	});

	it('finds added and removed IPs, in any order', () => {
		fc.assert(
			fc.property(ips, ips, (before, after) => {
				const { added, removed } = ipDifference(before, after);
				const back = [...before.filter((ip) => !removed.includes(ip)), ...added];
				expect(new Set(back)).toEqual(new Set(after));
				expect(ipDifference(before, [...before].reverse())).toEqual({ added: [], removed: [] });
			}),
		);
	});

	it('refuses to remove all', () => {
		expect(refusalOf(() => assertIpsSendable([])).message).toContain('without an IP address');
		expect(() => assertIpsSendable(['192.0.2.1'])).not.toThrow();
	});

	it('compares the response with the request', () => {
		expect(() =>
			assertIpsConfirmed(['192.0.2.1', '192.0.2.2'], ['192.0.2.2', '192.0.2.1']),
		).not.toThrow();
		expect(() => assertIpsConfirmed(['192.0.2.1'], [])).toThrow(Unconfirmed);
		expect(() => assertIpsConfirmed(['192.0.2.1'], ['192.0.2.1', '192.0.2.9'])).toThrow(
			'192.0.2.9',
		);
	});
});
