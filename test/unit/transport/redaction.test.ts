import fc from 'fast-check';
import {
	spellingsOfAll,
	withoutSecrets,
} from '../../../nodes/SendGridProvisioning/transport/redaction';

const SECRET = 'a "b" <c> & ä\\\n';

describe('a secret', () => {
	it.each([
		['as it is', SECRET],
		['as JSON', JSON.stringify(SECRET).slice(1, -1)],
		['as JSON in ASCII', 'a \\"b\\" <c> & \\u00e4\\\\\\n'],
		['in a URL', encodeURIComponent(SECRET)],
		['in a form', encodeURIComponent(SECRET).replaceAll('%20', '+')],
		['as HTML', 'a &quot;b&quot; &lt;c&gt; &amp; ä\\\n'],
	])('is redacted %s', (_spelling, written) => {
		expect(withoutSecrets(spellingsOfAll([SECRET]), `x${written}y${written}`)).toBe(
			'x[secret]y[secret]',
		);
	});

	it('is redacted in keys, lists, and nested lists', () => {
		const answer = { errors: [{ message: `no ${SECRET}`, [SECRET]: [[SECRET]] }], total: 1 };
		expect(withoutSecrets(spellingsOfAll([SECRET]), answer)).toEqual({
			errors: [{ message: 'no [secret]', '[secret]': [['[secret]']] }],
			total: 1,
		});
	});

	it('is redacted completely if another one is its beginning', () => {
		expect(withoutSecrets(spellingsOfAll(['plum', 'plum jam']), 'plum jam, plum')).toBe(
			'[secret], [secret]',
		);
	});

	it('is ignored if it’s empty, and can have half a surrogate pair', () => {
		expect(withoutSecrets(spellingsOfAll(['']), 'text')).toBe('text');
		expect(withoutSecrets(spellingsOfAll(['\ud83d!']), 'a\ud83d!b')).toBe('a[secret]b');
	});

	it('that isn’t there leaves the same object, not a copy', () => {
		const answer = { list: [{ text: 'plum' }] };
		expect(withoutSecrets(spellingsOfAll([SECRET]), answer)).toBe(answer);
	});

	it('that isn’t there changes nothing', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(withoutSecrets(spellingsOfAll(['\u0001 nowhere \u0001']), value)).toEqual(value);
			}),
		);
	});
});
