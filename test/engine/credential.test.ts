import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { startEmulator } from '../../emulator';
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
	it('reads the scopes, and is content', async () => {
		expect(await testCredential(here.credential)).toBeUndefined();
		expect(here.sent()).toEqual(['GET /v3/scopes']);
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
		expect(seen.map(({ url, baseURL }) => new URL(url, baseURL).href)).toEqual([
			`${host}/v3/scopes`,
		]);
	});

	it('goes below the path of a gateway', async () => {
		const { seen, reroute } = intercepted();
		const baseUrl = ' https://gateway.example.com/sendgrid/ ';
		await testCredential(but({ baseUrl }), reroute);
		expect(seen.map(({ url, baseURL = '' }) => `${baseURL.replace(/\/$/, '')}${url}`)).toEqual([
			'https://gateway.example.com/sendgrid/v3/scopes',
		]);
	});

	it('tells a wrong key and a key without access apart', async () => {
		const wrong = await testCredential(but({ apiKey: 'SG.wrong' }));
		here.fail({ match: 'GET /v3/scopes', kind: 'status', status: 403 });
		const forbidden = await testCredential(here.credential);
		expect(wrong).toContain('does not accept this API key');
		expect(forbidden).toContain('gives it no access');
	});

	it('refuses plain http on a host with a dot before the key is sent anywhere', async () => {
		const { seen, reroute } = intercepted();
		const message = await testCredential(but({ baseUrl: 'http://gateway.example.com' }), reroute);
		expect(message).toContain('unencrypted');
		expect(seen).toEqual([]);
	});
});
