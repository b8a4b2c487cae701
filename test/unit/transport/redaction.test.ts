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
	])('is blanked out %s', (_spelling, written) => {
		expect(withoutSecrets(spellingsOfAll([SECRET]), `x${written}y${written}`)).toBe(
			'x[secret]y[secret]',
		);
	});

	it('is blanked out in keys, lists and lists in lists', () => {
		const answer = { errors: [{ message: `no ${SECRET}`, [SECRET]: [[SECRET]] }], total: 1 };
		expect(withoutSecrets(spellingsOfAll([SECRET]), answer)).toEqual({
			errors: [{ message: 'no [secret]', '[secret]': [['[secret]']] }],
			total: 1,
		});
	});

	it('is blanked out whole where another one begins it', () => {
		expect(withoutSecrets(spellingsOfAll(['plum', 'plum jam']), 'plum jam, plum')).toBe(
			'[secret], [secret]',
		);
	});

	it('of no letters is none, and one with half a letter does no harm', () => {
		expect(withoutSecrets(spellingsOfAll(['']), 'text')).toBe('text');
		expect(withoutSecrets(spellingsOfAll(['\ud83d!']), 'a\ud83d!b')).toBe('a[secret]b');
	});

	it('that is not there leaves the very same answer, not a copy', () => {
		const answer = { list: [{ text: 'plum' }] };
		expect(withoutSecrets(spellingsOfAll([SECRET]), answer)).toBe(answer);
	});

	it('that is not there changes nothing', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(withoutSecrets(spellingsOfAll(['\u0001 nowhere \u0001']), value)).toEqual(value);
			}),
		);
	});
});
