import fc from 'fast-check';
import {
	collection,
	flag,
	isRecord,
	json,
	oneOf,
	describeValue,
	text,
	textOrNone,
	wholeNumber,
} from '../../../nodes/SendGridProvisioning/domain/values';
import { BAD_AMOUNTS, refusalOf } from '../refusals';

const itself: unknown[] = [];
itself.push(itself);

describe('a value in a message', () => {
	it('is always one short line', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string({ maxLength: 500 }), fc.json(), fc.jsonValue()), (value) => {
				const line = describeValue(value);
				expect(line).not.toMatch(/[\n\r\t]/);
				expect(line.length).toBeGreaterThan(0);
				expect(line.length).toBeLessThanOrEqual(61);
			}),
		);
	});

	it.each([
		['empty for an empty text', '', 'empty'],
		['empty for null', null, 'empty'],
		['empty for undefined', undefined, 'empty'],
		['text in quotation marks', 'abc', '“abc”'],
		['spaces that one would not see', ' 3', '“ 3”'],
		['a number as it is', 1.5, '1.5'],
		['NaN by its name', NaN, 'NaN'],
		['Infinity by its name', Infinity, 'Infinity'],
		['a list as JSON', [1, 'a'], '[1,"a"]'],
		['an object as JSON', { a: null }, '{"a":null}'],
		['a function by its kind', () => 1, 'function'],
		['a large integer as it is', 2n ** 64n, '18446744073709551616'],
		['what holds a large integer by its kind', { a: 1n }, 'object'],
		['what holds itself by its kind', itself, 'object'],
	])('is %s', (_what, value, line) => {
		expect(describeValue(value)).toBe(line);
	});
});

describe('optional text', () => {
	it.each([undefined, null, '', '  \n'])('is undefined for %j', (value) => {
		expect(textOrNone(value, 'Filter')).toBeUndefined();
	});

	it('can be trimmed text, or a whole number', () => {
		expect([textOrNone(' a b ', 'Filter'), textOrNone(42, 'Filter')]).toEqual(['a b', '42']);
	});

	it.each([[true], [1.5], [['a']], [{ a: 1 }], [2 ** 53]])('is refused for %j', (value) => {
		expect(refusalOf(() => textOrNone(value, 'Filter')).message).toContain('Filter must be text');
	});
});

describe('reading text', () => {
	it('trims spaces and line breaks', () => {
		expect(text(' \tbirchwood bakery\n', 'Subuser')).toBe('birchwood bakery');
	});

	it('accepts a whole number, because IDs can look like numbers', () => {
		expect(text(4711, 'Account')).toBe('4711');
		expect(text(0, 'Account')).toBe('0');
	});

	it.each([2 ** 53, -(2 ** 53), 1.5, NaN, Infinity])(
		'refuses %p, which may stand for another ID',
		(value) => {
			expect(refusalOf(() => text(value, 'Account')).message).toBe(
				`Account must be text, but is ${value}`,
			);
		},
	);

	it.each(['', '  ', '\n', null, undefined])('refuses %j as empty', (value) => {
		expect(refusalOf(() => text(value, 'Account')).message).toBe('Account is empty');
	});

	it.each([true, {}, [], ['a']])('refuses %j, which isn’t text', (value) => {
		expect(refusalOf(() => text(value, 'Account')).message).toContain(
			'Account must be text, but is',
		);
	});
});

describe('reading a whole number', () => {
	it('accepts every safe integer from the minimum, as a number or as exact text', () => {
		fc.assert(
			fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (value, min) => {
				for (const input of [value, String(value)]) {
					if (value >= min) expect(wholeNumber(input, 'Limit', min)).toBe(value);
					else expect(refusalOf(() => wholeNumber(input, 'Limit', min)).message).toContain('Limit');
				}
			}),
		);
	});

	it('accepts no other spelling of a number', () => {
		fc.assert(
			fc.property(
				fc.oneof(fc.string(), fc.stringMatching(/^[ +-]?\d{1,3}[.e ]?\d?$/)),
				(written) => {
					const exact = /^[1-9]\d*$/.test(written) && Number(written) <= Number.MAX_SAFE_INTEGER;
					if (exact) expect(wholeNumber(written, 'Limit', 1)).toBe(Number(written));
					else refusalOf(() => wholeNumber(written, 'Limit', 1));
				},
			),
		);
	});

	it.each(BAD_AMOUNTS)('refuses %j if the minimum is 1', (value) => {
		refusalOf(() => wholeNumber(value, 'Limit', 1));
	});

	it('accepts 0 if that is the minimum', () => {
		expect(wholeNumber(0, 'Max Wait', 0)).toBe(0);
		expect(wholeNumber('0', 'Max Wait', 0)).toBe(0);
	});
});

describe('reading one of several values', () => {
	it('accepts exactly these values', () => {
		for (const word of ['merge', 'replace']) {
			expect(oneOf(word, ['merge', 'replace'], 'Change')).toBe(word);
		}
	});

	it.each(['Merge', 'merge ', '', null, undefined, 0, ['merge'], 'toString'])(
		'refuses %j',
		(value) => {
			expect(refusalOf(() => oneOf(value, ['merge', 'replace'], 'Change')).message).toMatch(
				/^Change must be one of merge, replace, but (is \S|it’s empty)/,
			);
		},
	);

	it.each(['', null, undefined])('says of %j that it’s empty', (value) => {
		expect(refusalOf(() => oneOf(value, ['merge'], 'Change')).message).toBe(
			'Change must be one of merge, but it’s empty',
		);
	});
});

describe('reading a switch', () => {
	it.each([
		[true, true],
		['true', true],
		[false, false],
		['false', false],
		['', false],
		[null, false],
		[undefined, false],
	])('reads %j as %j', (value, expected) => {
		expect(flag(value, 'Dry Run')).toBe(expected);
	});

	it.each(['no', 'yes', 'True', 1, 0, [], {}])('refuses %j instead of guessing', (value) => {
		expect(refusalOf(() => flag(value, 'Dry Run')).message).toContain(
			'Dry Run must be true or false, but is',
		);
	});
});

describe('reading a collection', () => {
	it('returns no entries if nothing was added', () => {
		for (const value of [undefined, null, '', {}]) {
			expect(collection(value, 'Options')).toEqual({});
		}
	});

	it('returns its entries', () => {
		expect(collection({ dryRun: true }, 'Options')).toEqual({ dryRun: true });
	});

	it.each(['dryRun', 1, true, [], [{}]])('refuses %j', (value) => {
		expect(refusalOf(() => collection(value, 'Options')).message).toContain(
			'Options must be a collection of fields, but is',
		);
	});
});

describe('reading JSON', () => {
	it('parses text', () => {
		fc.assert(
			fc.property(fc.json(), (written) => {
				expect(json(written, 'Offerings')).toEqual(JSON.parse(written));
			}),
		);
	});

	it('returns other values unchanged, as they come from an expression', () => {
		const list = [{ name: 'acme.ip.v2' }];
		expect(json(list, 'Offerings')).toBe(list);
		expect(json(null, 'Offerings')).toBeNull();
	});

	it.each(['{', '[1,]', "{'a':1}", 'acme.ip.v2', 'undefined', '[object Object]'])(
		'refuses %s, and shows it',
		(written) => {
			expect(refusalOf(() => json(written, 'Offerings')).message).toBe(
				`Offerings is not valid JSON: “${written}”`,
			);
		},
	);

	it.each(['', '  ', '\n'])('reads %j as undefined, not as invalid', (written) => {
		expect(json(written, 'Offerings')).toBeUndefined();
	});
});

describe('a record', () => {
	it('is an object, but not a list or null', () => {
		expect([{}, { a: 1 }].every(isRecord)).toBe(true);
		expect([[], null, undefined, 'a', 1].some(isRecord)).toBe(false);
	});
});
