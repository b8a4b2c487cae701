import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createCA, createCert } from 'mkcert';
import { startEmulator } from '../../emulator';
import type { FaultRule } from '../../emulator';
import { pickListContext, testCredential } from './engine';
import type { Reroute } from './engine';
import { updateCredits, world } from './world';

const here = world();

const NAME = 'tidewater-toys';
const unlimited = updateCredits(NAME, { creditType: 'unlimited' });

/** The working credential with something else in it. */
const but = (more: ICredentialDataDecryptedObject) => ({ ...here.credential, ...more });
const key = () => here.credential.apiKey;

/** Sends to the emulator what was meant for SendGrid, and notes what that was. */
function intercepted(): { seen: IHttpRequestOptions[]; reroute: Reroute } {
	const seen: IHttpRequestOptions[] = [];
	const reroute: Reroute = (request) => {
		seen.push(request);
		const { href } = new URL(request.url, request.baseURL);
		return {
			...request,
			baseURL: '',
			url: `${here.emulator.url}${href.slice(href.indexOf('/v3/'))}`,
		};
	};
	return { seen, reroute };
}

describe('a credential without expressions', () => {
	it('is read once for one item', async () => {
		const { error, credentialReads } = await here.run(unlimited);
		expect(error).toBeUndefined();
		expect(credentialReads).toBe(1);
	});

	it('is read twice for a run, however many items there are', async () => {
		const items = Array.from({ length: 20 }, () => ({}));
		const { error, credentialReads } = await here.run(unlimited, { items });
		expect(error).toBeUndefined();
		expect(credentialReads).toBe(2);
	});

	it('is read for no item where there is none', async () => {
		const { error, credentialReads } = await here.run(unlimited, { items: [] });
		expect(error).toBeUndefined();
		expect(credentialReads).toBe(0);
	});
});

describe('a key', () => {
	it.each([
		['spaces around it', (plain: string) => `  ${plain} `],
		['a line end behind it', (plain: string) => `${plain}\n`],
		['line ends of Windows around it', (plain: string) => `\r\n${plain}\r\n`],
		['tabs around it', (plain: string) => `\t${plain}\t`],
	])('with %s works', async (_name, pasted) => {
		const credential = but({ apiKey: pasted(key()) });
		const { items, error } = await here.run(unlimited, { credential });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(await testCredential(credential)).toBeUndefined();
	});

	it.each<[string, (plain: string) => unknown]>([
		['a space inside', (plain) => `${plain.slice(0, 20)} ${plain.slice(20)}`],
		['a line end inside', (plain) => `${plain.slice(0, 20)}\n${plain.slice(20)}`],
		['a letter that no header may have', (plain) => `${plain}ä`],
		['an invisible character', (plain) => `\u200b${plain}`],
		['nothing in it', () => ''],
		['spaces alone', () => '   '],
		['no value at all', () => undefined],
	])('with %s is refused before anything is sent, and not shown', async (_name, broken) => {
		const apiKey = broken(key()) as string;
		const credential = but({ apiKey });
		const { error } = await here.run(unlimited, { credential });
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('API key');
		expect(error?.description).toBeTruthy();
		expect(error?.message).not.toContain('SG.');
		expect(await testCredential(credential)).toContain('API key');
		expect(here.sent()).toEqual([]);
	});

	it('is sent as a bearer token and nowhere else in the request', async () => {
		const { seen, reroute } = intercepted();
		await here.run(unlimited, { reroute });
		const { headers, ...rest } = seen[0] ?? { url: '' };
		expect(headers?.['Authorization']).toBe(`Bearer ${key()}`);
		expect(JSON.stringify(rest)).not.toContain(key());
		for (const { headers: received } of here.emulator.requests) {
			expect(JSON.stringify(received)).not.toContain(key());
		}
	});
});

describe('a region', () => {
	it.each([
		['global', 'https://api.sendgrid.com'],
		['eu', 'https://api.eu.sendgrid.com'],
	])('%s means %s, whatever base URL was left behind', async (region, host) => {
		const { seen, reroute } = intercepted();
		const credential = but({ region, baseUrl: 'http://old-gateway.example.com' });
		const { error } = await here.run(unlimited, { credential, reroute });
		expect(error).toBeUndefined();
		expect(seen.map(({ url }) => url)).toEqual([`${host}/v3/subusers/${NAME}/credits`]);
	});

	it('that was never chosen is the global one', async () => {
		const { seen, reroute } = intercepted();
		await here.run(unlimited, { credential: { apiKey: key() }, reroute });
		expect(seen[0]?.url).toMatch(/^https:\/\/api\.sendgrid\.com\//);
	});

	it('that there is not is refused before anything is sent', async () => {
		const { seen, reroute } = intercepted();
		const { error } = await here.run(unlimited, { credential: but({ region: 'mars' }), reroute });
		expect(error?.message).toContain('region');
		expect(seen).toEqual([]);
	});
});

describe('a base URL', () => {
	it.each([
		['https://gateway.example.com', 'https://gateway.example.com'],
		['https://gateway.example.com/', 'https://gateway.example.com'],
		['https://gateway.example.com:8443/sendgrid/', 'https://gateway.example.com:8443/sendgrid'],
		['  https://gateway.example.com\n', 'https://gateway.example.com'],
		['HTTPS://Gateway.Example.com', 'https://gateway.example.com'],
		['http://localhost:4010', 'http://localhost:4010'],
		['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
		['http://127.8.9.10', 'http://127.8.9.10'],
		['http://[::1]:4010', 'http://[::1]:4010'],
		['http://emulator:4010', 'http://emulator:4010'],
	])('of %s is used', async (baseUrl, base) => {
		const { seen, reroute } = intercepted();
		await here.run(unlimited, { credential: but({ baseUrl }), reroute });
		expect(seen[0]?.url).toBe(`${base}/v3/subusers/${NAME}/credits`);
	});

	it.each([
		['http with a dot', 'http://gateway.example.com', 'unencrypted'],
		['http with an address', 'http://10.0.0.5:4010', 'unencrypted'],
		[
			'http with an address that only looks like this computer',
			'http://127.0.0.1.example.com',
			'unencrypted',
		],
		['http with an IPv6 address', 'http://[fd00::5]', 'unencrypted'],
		['http with a dot at the end', 'http://emulator.', 'unencrypted'],
		['another protocol', 'ftp://gateway.example.com', 'web address'],
		['no protocol', 'gateway.example.com', 'web address'],
		['nothing', '', 'web address'],
		['no host', 'https://', 'web address'],
		['a user name in it', 'https://user@gateway.example.com', 'more in it'],
		['a password in it', 'https://user:secret@gateway.example.com', 'more in it'],
		['a question mark in it', 'https://gateway.example.com/?to=', 'more in it'],
		['a number sign in it', 'https://gateway.example.com/#top', 'more in it'],
	])('with %s is refused before the key is sent anywhere', async (_name, baseUrl, words) => {
		const { seen, reroute } = intercepted();
		const credential = but({ baseUrl });
		const { error } = await here.run(unlimited, { credential, reroute });
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain(words);
		expect(error?.description).toBeTruthy();
		expect(seen).toEqual([]);
	});

	it('fails each item alone where the node goes on', async () => {
		const { items } = await here.run(unlimited, {
			credential: but({ baseUrl: 'http://gateway.example.com' }),
			items: [{}, {}],
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toHaveLength(2);
		expect(items[0]).toMatchObject({ username: NAME });
	});
});

describe('the credential itself', () => {
	it('signs no request to another host', async () => {
		const other = await startEmulator();
		try {
			const context = pickListContext(here.credential);
			const send = async (url: string, baseURL?: string) => {
				const request = { url, ...(baseURL === undefined ? {} : { baseURL }) };
				await context.helpers.httpRequestWithAuthentication.call(
					context,
					'sendGridProvisioningApi',
					request,
				);
			};
			const { port } = new URL(here.emulator.url);
			await expect(send(`${other.url}/v3/scopes`)).rejects.toThrow('only sent to the host');
			await expect(send('/v3/scopes', other.url)).rejects.toThrow('only sent to the host');
			await expect(send(`http://localhost:${port}/v3/scopes`)).rejects.toThrow(
				'only sent to the host',
			);
			await expect(send(`${here.emulator.url}.example.com/v3/scopes`)).rejects.toThrow(
				'only sent to the host',
			);
			await expect(send(`${other.url}/v3/scopes`, here.emulator.url)).rejects.toThrow(
				'only sent to the host',
			);
			expect(other.requests).toEqual([]);
			expect(here.sent()).toEqual([]);
			await send(`${here.emulator.url}/v3/scopes`);
			await send('/v3/scopes', here.emulator.url);
			expect(here.sent()).toEqual(['GET /v3/scopes', 'GET /v3/scopes']);
		} finally {
			await other.close();
		}
	});
});

describe('the test of the credential', () => {
	const SCOPES = 'GET /v3/scopes';
	/** The words of a test that fails, which never have the key in them. */
	const failed = async (more: ICredentialDataDecryptedObject = {}) => {
		const message = await testCredential(but(more));
		expect(message).not.toContain('SG.');
		return message;
	};

	it('reads the scopes with an Accept header, once itself and once as n8n’s own test', async () => {
		expect(await testCredential(here.credential)).toBeUndefined();
		expect(here.sent()).toEqual([SCOPES, SCOPES]);
		for (const { headers } of here.emulator.requests) {
			expect(headers.accept).toBe('application/json');
			expect(Object.keys(headers)).not.toContain('x-credential-test');
		}
	});

	it('sends nothing for the run of a node', async () => {
		await here.run(unlimited, { items: [{}, {}, {}] });
		expect(here.sent().filter((sent) => sent === SCOPES)).toEqual([]);
	});

	it('sends nothing for n8n’s HTTP Request node, whose failures stay as they are', async () => {
		here.fail({ match: SCOPES, kind: 'html', status: 403, gateway: true });
		const context = pickListContext(here.credential);
		const sent = context.helpers.requestWithAuthentication.call(
			context,
			'sendGridProvisioningApi',
			{
				uri: `${here.emulator.url}/v3/nowhere`,
			},
		);
		await expect(sent).rejects.toMatchObject({ httpCode: '404' });
		expect(here.sent()).toEqual(['GET /v3/nowhere']);
		// Such a request breaks the contract with SendGrid on purpose.
		here.emulator.requests.length = 0;
	});

	it('is content with a key of few scopes', async () => {
		const apiKey = here.emulator.addKey({ scopes: ['subusers.credits.read'], reseller: false });
		expect(await testCredential(but({ apiKey }))).toBeUndefined();
	});

	it.each([
		['global', 'https://api.sendgrid.com'],
		['eu', 'https://api.eu.sendgrid.com'],
	])('goes to the host of the region %s', async (region, host) => {
		const { seen, reroute } = intercepted();
		expect(await testCredential(but({ region, baseUrl: '' }), reroute)).toBeUndefined();
		const urls = seen.map(({ url, baseURL }) => new URL(url, baseURL).href);
		expect(urls).toEqual([`${host}/v3/scopes`, `${host}/v3/scopes`]);
	});

	it.each([
		' https://gateway.example.com/sendgrid/ ',
		'https://gateway.example.com/sendgrid/v3',
		'https://gateway.example.com/sendgrid/v3/\n',
		'https://gateway.example.com/sendgrid//v3//',
	])('goes below the path of a gateway, as the node does: %j', async (baseUrl) => {
		const { seen, reroute } = intercepted();
		expect(await testCredential(but({ baseUrl }), reroute)).toBeUndefined();
		const urls = seen.map(({ url, baseURL = '' }) => `${baseURL.replace(/\/$/, '')}${url}`);
		const expected = 'https://gateway.example.com/sendgrid/v3/scopes';
		expect(urls).toEqual([expected, expected]);
	});

	it('tells a wrong key and a key without access apart', async () => {
		const wrong = await failed({ apiKey: 'SG.wrong' });
		here.fail({ match: SCOPES, kind: 'status', status: 403 });
		const forbidden = await failed();
		expect(wrong).toMatch(
			/^SendGrid doesn’t accept the API key: “.+”\. Check the API key and the credential’s region/,
		);
		expect(forbidden).toMatch(/^SendGrid accepts this API key, but it has no access: “.+”\. Check/);
	});

	it('does not blame the key where SendGrid’s words say something else', async () => {
		const errors = (message: string) => ({ errors: [{ message, field: null }] });
		here.fail({
			match: SCOPES,
			kind: 'status',
			status: 401,
			body: errors('Maximum credits exceeded'),
		});
		expect(await failed()).toMatch(/“Maximum credits exceeded”\. Check the plan and usage/);
		const body = errors('your ip address is not on the allow list');
		here.fail({ match: SCOPES, kind: 'status', status: 403, body });
		expect(await failed()).toMatch(/^SendGrid refused the request .*\. If IP Access Management/);
	});

	it.each<[string, FaultRule & { match: string }, RegExp]>([
		[
			'an HTML page with status 403',
			{ match: SCOPES, kind: 'html', status: 403, gateway: true },
			/^A proxy, firewall, or gateway answered.*\(status 403, an HTML page\)\. Check n8n’s proxy settings/,
		],
		[
			'an HTML page with status 401',
			{ match: SCOPES, kind: 'html', status: 401, gateway: true },
			/^A proxy, .* \(status 401, an HTML page\)/,
		],
		[
			'a plain text',
			{ match: SCOPES, kind: 'status', status: 403, body: 'RBAC: access denied', gateway: true },
			/^A proxy, .* \(status 403, plain text, “RBAC: access denied”\)/,
		],
		[
			'another product’s JSON',
			{ match: SCOPES, kind: 'status', status: 403, body: { message: 'Forbidden' }, gateway: true },
			/^A proxy, .* \(status 403, JSON/,
		],
		[
			'a sign-in page that passes for success',
			{ match: SCOPES, kind: 'html', status: 200, gateway: true },
			/status 200, an HTML page/,
		],
		[
			'another product’s success',
			{ match: SCOPES, kind: 'status', status: 200, body: { ok: true }, gateway: true },
			/status 200, JSON/,
		],
		['an empty success', { match: SCOPES, kind: 'emptyBody' }, /status 200, an empty answer/],
		[
			'a redirect to a sign-in page',
			{ match: SCOPES, kind: 'redirect', location: 'https://sso.example.com/login?key=SG.x' },
			/^Status 302 came back, a redirect to sso\.example\.com/,
		],
	])('says that something else answered: %s', async (_what, fault, words) => {
		here.fail(fault);
		const message = await failed();
		expect(message).toMatch(words);
		expect(message).not.toMatch(/scope|permission|accept the API key|Bad gateway/i);
	});

	it('says in words what is wrong with the network', async () => {
		const { port } = new URL(here.emulator.url);
		const other = await startEmulator();
		await other.close();
		expect(await failed({ baseUrl: 'https://sendgrid.invalid' })).toMatch(
			/^Host sendgrid\.invalid: SendGrid couldn’t be reached \(unknown host\); nothing was sent\. Check n8n’s proxy settings/,
		);
		expect(await failed({ baseUrl: other.url })).toBe(
			`Host ${new URL(other.url).host}: SendGrid couldn’t be reached (connection refused); nothing was sent. Check n8n’s proxy settings, the credential’s region or base URL, and whether your firewall allows SendGrid’s API (api.sendgrid.com; for the EU, api.eu.sendgrid.com).`,
		);
		expect(await failed({ baseUrl: `https://127.0.0.1:${port}` })).toMatch(
			/^Host 127\.0\.0\.1:\d+: SendGrid couldn’t be reached \(the encrypted connection failed\).*Check protocol and port/,
		);
		here.fail({ match: SCOPES, kind: 'reset' });
		expect(await failed()).toMatch(
			/^Host 127\.0\.0\.1:\d+: SendGrid didn’t answer \(connection closed\)/,
		);
		expect(here.sent()).toEqual([SCOPES]);
	});

	it('names NODE_EXTRA_CA_CERTS where a certificate is not trusted', async () => {
		const ca = await createCA({
			organization: 'Test',
			countryCode: 'US',
			state: 'Test',
			locality: 'Test',
			validity: 1,
		});
		const server = createServer(await createCert({ ca, domains: ['localhost'], validity: 1 }));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const untrusted = await failed({ baseUrl: `https://localhost:${port}` });
		server.close();
		expect(untrusted).toMatch(
			/^Host localhost:\d+: The server’s certificate isn’t trusted.*NODE_EXTRA_CA_CERTS/,
		);
	});

	it('refuses plain http on a host with a dot before the key is sent anywhere', async () => {
		const { seen, reroute } = intercepted();
		const message = await testCredential(but({ baseUrl: 'http://gateway.example.com' }), reroute);
		expect(message).toMatch(/unencrypted\. Use https/);
		expect(seen).toEqual([]);
	});
});
