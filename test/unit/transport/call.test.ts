import fc from 'fast-check';
import { path } from '../../../nodes/SendGridProvisioning/transport/call';
import { refusalOf } from '../refusals';

const BASE = 'https://api.sendgrid.com';

/** Any well-formed Unicode text. */
const wellFormed = fc
	.oneof(
		fc.string({ unit: 'binary' }),
		fc.string({
			unit: fc.constantFrom('.', '/', '\\', '%', '2', 'e', 'f', '?', '#', ' ', '@', ';'),
		}),
	)
	.filter((part) => !['', '.', '..'].includes(part));

function credits(username: string): string {
	return path`/v3/subusers/${username}/credits`.encoded;
}

function sentPart(username: string): string {
	return credits(username).slice('/v3/subusers/'.length, -'/credits'.length);
}

describe('a part of a path', () => {
	it('can be decoded to the original', () => {
		fc.assert(
			fc.property(wellFormed, (part) => {
				expect(decodeURIComponent(sentPart(part))).toBe(part);
			}),
		);
	});

	it('never ends the path, starts a query, or reaches another endpoint', () => {
		fc.assert(
			fc.property(wellFormed, (part) => {
				expect(sentPart(part)).not.toMatch(/[/\\?#\s]|^\.{1,2}$/);
			}),
		);
	});

	it('is unchanged after a URL parser has read it', () => {
		fc.assert(
			fc.property(wellFormed, wellFormed, (first, second) => {
				const { encoded } = path`/v3/${first}/x/${second}`;
				const url = new URL(`${BASE}${encoded}`);
				expect(url.origin).toBe(BASE);
				expect(url.pathname).toBe(encoded);
				expect(url.pathname.split('/')).toHaveLength(5);
				expect([url.search, url.hash]).toEqual(['', '']);
			}),
		);
	});

	it.each(['', '.', '..'])('is refused as %j, which would address another endpoint', (part) => {
		const { message, description } = refusalOf(() => credits(part));
		expect(message).toBe(`“${part}” cannot be an ID or a name in SendGrid`);
		expect(description).toContain('only dots');
	});

	it.each(['a\uD800', '\uDC00a', '\uDC00\uD800', 'a\uD800\uD800\uDC00'])(
		'is refused with half a character in it (%j)',
		(part) => {
			refusalOf(() => credits(part));
		},
	);

	it('is either sent in full or refused, with any UTF-16 units', () => {
		const units = fc
			.array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd700, max: 0xe0ff })))
			.map((codes) => String.fromCharCode(...codes));
		fc.assert(
			fc.property(units, (part) => {
				const broken = Buffer.from(part).toString() !== part;
				if (broken || part === '') refusalOf(() => credits(part));
				else if (part !== '.' && part !== '..')
					expect(decodeURIComponent(sentPart(part))).toBe(part);
			}),
		);
	});

	it.each([
		['an email address', 'jo@example.com', 'jo%40example.com'],
		['a space', 'birchwood bakery', 'birchwood%20bakery'],
		['a slash', 'a/b', 'a%2Fb'],
		['letters beyond Latin', 'пекарня', '%D0%BF%D0%B5%D0%BA%D0%B0%D1%80%D0%BD%D1%8F'],
		['an emoji', '🥖', '%F0%9F%A5%96'],
		['what looks encoded already', '%2e%2e', '%252e%252e'],
		['three dots', '...', '...'],
	])('may have %s', (_what, part, encoded) => {
		expect(sentPart(part)).toBe(encoded);
	});
});

describe('the template of a path', () => {
	it('doesn’t depend on the parts, so that these requests share one rate limit', () => {
		fc.assert(
			fc.property(wellFormed, (part) => {
				expect(path`/v3/subusers/${part}/credits`.template).toBe('/v3/subusers/{}/credits');
			}),
		);
	});

	it('equals a path without parts', () => {
		expect(path`/v3/subusers`).toEqual({ encoded: '/v3/subusers', template: '/v3/subusers' });
	});
});
