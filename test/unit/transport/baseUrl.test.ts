import fc from 'fast-check';
import { accessOf, isWithin } from '../../../nodes/SendGridProvisioning/transport/baseUrl';
import { refusalOf } from '../refusals';

function custom(baseUrl: unknown): string {
	return accessOf({ apiKey: 'SG.key', region: 'custom', baseUrl }).baseUrl;
}

describe('the API key', () => {
	it.each(['SG.key', ' SG.key', 'SG.key\n', '\t SG.key \r\n', '\uFEFFSG.key\u00A0'])(
		'loses what was pasted around it (%j)',
		(apiKey) => {
			expect(accessOf({ apiKey }).apiKey).toBe('SG.key');
		},
	);

	it.each(['', '  ', '\n', null, undefined, 5, {}])('is refused if it’s empty (%j)', (apiKey) => {
		expect(refusalOf(() => accessOf({ apiKey })).message).toBe('The API key is empty');
	});

	it.each(['SG. key', 'SG.\nkey', 'SG.kéy', 'SG.k\u200Bey', 'SG.“key”', 'SG.k\u0000ey'])(
		'is refused with something in it that no header takes (%j), and not shown',
		(apiKey) => {
			const { message, description } = refusalOf(() => accessOf({ apiKey }));
			expect(message).toBe('The API key has a space, a line break, or a special character in it');
			expect(message + description).not.toContain('SG.');
		},
	);

	it('can have any other form, because SendGrid may change its form', () => {
		expect(accessOf({ apiKey: 'not-like-SG' }).apiKey).toBe('not-like-SG');
	});
});

describe('the region', () => {
	it.each([
		['global', 'https://api.sendgrid.com'],
		['eu', 'https://api.eu.sendgrid.com'],
		[undefined, 'https://api.sendgrid.com'],
	])('%s has its own host, even if the credential has a base URL', (region, baseUrl) => {
		for (const stale of [undefined, '', 'https://other.example.com']) {
			expect(accessOf({ apiKey: 'SG.key', region, baseUrl: stale }).baseUrl).toBe(baseUrl);
		}
	});

	it.each(['EU', 'us', '', null, 1, 'constructor'])('%j is refused', (region) => {
		expect(refusalOf(() => accessOf({ apiKey: 'SG.key', region })).message).toBe(
			'The credential has an unknown region',
		);
	});

	it.each([undefined, null, 'SG.key', []])('isn’t read from %j', (credential) => {
		refusalOf(() => accessOf(credential));
	});
});

describe('a custom base URL', () => {
	it.each([
		['https://gateway.example.com', 'https://gateway.example.com'],
		['  https://gateway.example.com/\n', 'https://gateway.example.com'],
		['https://gateway.example.com:8443/', 'https://gateway.example.com:8443'],
		['https://gateway.example.com/sendgrid', 'https://gateway.example.com/sendgrid'],
		['https://gateway.example.com/sendgrid///', 'https://gateway.example.com/sendgrid'],
		['https://gateway.example.com/a/../b', 'https://gateway.example.com/b'],
		['HTTPS://GATEWAY.EXAMPLE.COM:443', 'https://gateway.example.com'],
		['https://[2001:db8::1]', 'https://[2001:db8::1]'],
		['https://203.0.113.7', 'https://203.0.113.7'],
	])('with https is accepted: %j', (written, baseUrl) => {
		expect(custom(written)).toBe(baseUrl);
	});

	it.each([
		['https://api.sendgrid.com/v3', 'https://api.sendgrid.com'],
		['https://api.sendgrid.com/v3/', 'https://api.sendgrid.com'],
		[' https://gateway.example.com/v3// \n', 'https://gateway.example.com'],
		['https://gateway.example.com/proxy/v3', 'https://gateway.example.com/proxy'],
		['https://gateway.example.com/proxy//v3/', 'https://gateway.example.com/proxy'],
		['http://localhost:4010/v3', 'http://localhost:4010'],
	])('loses its trailing version, which each path has: %j', (written, baseUrl) => {
		expect(custom(written)).toBe(baseUrl);
	});

	it.each([
		['https://gateway.example.com/v3/proxy', 'https://gateway.example.com/v3/proxy'],
		['https://gateway.example.com/V3', 'https://gateway.example.com/V3'],
		['https://gateway.example.com/apiv3', 'https://gateway.example.com/apiv3'],
		['https://gateway.example.com/v3.1', 'https://gateway.example.com/v3.1'],
		['https://v3', 'https://v3'],
	])('keeps what only looks like a version: %j', (written, baseUrl) => {
		expect(custom(written)).toBe(baseUrl);
	});

	it.each([
		['http://localhost:4010', 'http://localhost:4010'],
		['http://SendGrid.localhost:4010', 'http://sendgrid.localhost:4010'],
		['http://127.0.0.1:4010/', 'http://127.0.0.1:4010'],
		['http://127.8.9.10', 'http://127.8.9.10'],
		['http://[::1]:4010', 'http://[::1]:4010'],
		['http://emulator:4010', 'http://emulator:4010'],
		['http://2130706433', 'http://127.0.0.1'],
		['http://0x7f.1', 'http://127.0.0.1'],
	])('with http is accepted for local hosts: %j', (written, baseUrl) => {
		expect(custom(written)).toBe(baseUrl);
	});

	it.each([
		'http://api.sendgrid.com',
		'http://gateway.example.com',
		'http://localhost.example.com',
		'http://gatewaylocalhost.example',
		'http://.localhost.example',
		'http://127.0.0.1.example.com',
		'http://203.0.113.7',
		'http://192.168.0.7',
		'http://0.0.0.0',
		'http://3405803783',
		'http://0xcb007107',
		'http://0313.0.0161.07',
		'http://203.113.7',
		'http://[2001:db8::1]',
		'http://[::ffff:127.0.0.1]',
		'http://[::]',
		'http://gateway%2eexample%2ecom',
		'http://gateway。example。com',
		'http://localhost.',
	])('with http is refused for other hosts: %j', (written) => {
		expect(refusalOf(() => custom(written)).message).toBe(
			'The base URL of the credential would send the API key unencrypted',
		);
	});

	it.each([
		'https://user:pass@gateway.example.com',
		'https://user@gateway.example.com',
		'http://localhost@gateway.example.com',
		'https://gateway.example.com?x=1',
		'https://gateway.example.com/#/v3',
	])('is refused with more than host, port, and path: %j', (written) => {
		expect(refusalOf(() => custom(written)).message).toBe(
			'The base URL of the credential has more in it than protocol, host, port, and path',
		);
	});

	it.each([
		'',
		'   ',
		null,
		undefined,
		{},
		'gateway.example.com',
		'localhost:4010',
		'//gateway.example.com',
		'ftp://gateway.example.com',
		'file:///etc/hosts',
		'javascript:alert(1)',
		'https://',
		'https://exa mple.com',
		'https://gateway.example.com:99999',
		'not a URL',
	])('is refused if it isn’t a web address: %j', (written) => {
		expect(refusalOf(() => custom(written)).message).toBe(
			'The base URL of the credential isn’t a web address',
		);
	});

	it('is always encrypted, on this computer, or without a dot', () => {
		const host = fc.oneof(
			fc.domain(),
			fc.ipV4(),
			fc.ipV6().map((ip) => `[${ip}]`),
			fc.string(),
		);
		fc.assert(
			fc.property(fc.constantFrom('http', 'https'), host, fc.string(), (protocol, name, rest) => {
				const written = `${protocol}://${name}${rest}`;
				const taken = ((): URL | undefined => {
					try {
						return new URL(custom(written));
					} catch {
						return undefined;
					}
				})();
				if (taken === undefined || taken.protocol === 'https:') return;
				expect(taken.hostname).toMatch(/^(127\.\d+\.\d+\.\d+|\[::1\]|[^.:]+)$/);
			}),
			{ numRuns: 2_000 },
		);
	});
});

describe('a request within the base URL', () => {
	const HOST = 'https://api.sendgrid.com';
	const GATEWAY = 'https://gateway.example.com/sendgrid';

	it.each([
		[HOST, '', 'https://api.sendgrid.com/v3/scopes'],
		[HOST, HOST, '/v3/scopes'],
		[HOST, `${HOST}/`, 'v3/scopes'],
		[HOST, 'https://evil.example.com', 'https://api.sendgrid.com/v3/scopes'],
		[HOST, '', 'HTTPS://API.SENDGRID.COM:443/v3/scopes'],
		[GATEWAY, GATEWAY, '/v3/scopes'],
		[GATEWAY, '', `${GATEWAY}/v3/subusers/a%2F..%2Fb/credits`],
		['http://127.0.0.1:4010', 'http://127.0.0.1:4010', '/v3/scopes'],
	])('for %s can go to %j + %j', (baseUrl, requestBase, url) => {
		expect(isWithin(baseUrl, requestBase, url)).toBe(true);
	});

	it.each([
		['another host', HOST, '', 'https://evil.example.com/v3/scopes'],
		['another host as base', HOST, 'https://evil.example.com', '/v3/scopes'],
		['no host at all', HOST, '', '/v3/scopes'],
		['no URL at all', HOST, '', ''],
		['the other region', HOST, '', 'https://api.eu.sendgrid.com/v3/scopes'],
		['plain http', HOST, '', 'http://api.sendgrid.com/v3/scopes'],
		['another port', HOST, '', 'https://api.sendgrid.com:8443/v3/scopes'],
		['another port on this computer', 'http://localhost:4010', '', 'http://localhost:4011/v3'],
		['a longer host', HOST, '', 'https://api.sendgrid.com.evil.example.com/v3/scopes'],
		['a host that begins alike', HOST, '', 'https://api.sendgrid.community/v3/scopes'],
		['the host as a user name', HOST, '', 'https://api.sendgrid.com@evil.example.com/v3'],
		['a user name before the host', HOST, '', 'https://user@api.sendgrid.com/v3/scopes'],
		['the host in the path', HOST, '', 'https://evil.example.com/https://api.sendgrid.com/'],
		['another protocol', HOST, '', 'file://api.sendgrid.com/v3/scopes'],
		['another path of the gateway', GATEWAY, '', 'https://gateway.example.com/other/v3'],
		['a path that begins alike', GATEWAY, '', 'https://gateway.example.com/sendgrid2/v3'],
		['a path that climbs out', GATEWAY, GATEWAY, '/../other/v3'],
		['a path that climbs out, encoded', GATEWAY, GATEWAY, '/%2e%2e/other/v3'],
		['a path that climbs out with backslashes', GATEWAY, GATEWAY, '..\\..\\other'],
		['a backslash that ends the host', HOST, '', 'https://evil.example.com\\@api.sendgrid.com/v3'],
	])('can’t go to %s', (_what, baseUrl, requestBase, url) => {
		expect(isWithin(baseUrl, requestBase, url)).toBe(false);
	});

	it('can go to any path on its host, and to no other host', () => {
		fc.assert(
			fc.property(fc.webUrl(), fc.webPath(), (other, path) => {
				expect(isWithin(HOST, '', `${HOST}${path === '' ? '/' : path}`)).toBe(true);
				expect(isWithin(HOST, '', other)).toBe(new URL(other).origin === HOST);
			}),
		);
	});
});
