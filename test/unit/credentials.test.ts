import type { ICredentialDataDecryptedObject, IHttpRequestOptions, INode } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { SendGridProvisioningApi } from '../../credentials/SendGridProvisioningApi.credentials';

const credential = new SendGridProvisioningApi();
const KEY = 'SG.secret';

async function signed(
	fields: ICredentialDataDecryptedObject,
	options: object,
): Promise<IHttpRequestOptions> {
	return await credential.authenticate({ apiKey: KEY, ...fields }, options as IHttpRequestOptions);
}

describe('signing a request', () => {
	it('adds the key and changes nothing else', async () => {
		const options: IHttpRequestOptions = {
			url: 'https://api.sendgrid.com/v3/subusers',
			method: 'PUT',
			headers: { 'Content-Type': 'application/json' },
			body: '{}',
			qs: { limit: 1 },
			timeout: 5,
			disableFollowRedirect: true,
		};
		const before = structuredClone(options);
		expect(await signed({}, options)).toStrictEqual({
			...before,
			headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${KEY}` },
		});
		expect(options).toStrictEqual(before);
	});

	it('trims the key', async () => {
		const { headers } = await signed(
			{ apiKey: ` ${KEY}\n` },
			{ url: 'https://api.sendgrid.com/v3/scopes' },
		);
		expect(headers).toStrictEqual({ Authorization: `Bearer ${KEY}` });
	});

	it.each([
		['global', { region: 'global' }, 'https://api.sendgrid.com/v3/scopes'],
		['EU', { region: 'eu' }, 'https://api.eu.sendgrid.com/v3/scopes'],
		[
			'custom',
			{ region: 'custom', baseUrl: ' http://localhost:4010/ ' },
			'http://localhost:4010/v3/scopes',
		],
	])('signs requests to the host of the %s region', async (_what, fields, url) => {
		await expect(signed(fields, { url })).resolves.toHaveProperty('headers.Authorization');
	});

	it('signs requests of the HTTP Request node, which calls the URL uri', async () => {
		const own = await signed({}, { uri: 'https://api.sendgrid.com/v3/scopes' });
		expect(own.headers).toStrictEqual({ Authorization: `Bearer ${KEY}` });
		const other = signed({}, { uri: 'https://evil.example.com/v3/scopes' });
		await expect(other).rejects.toThrow('only sent to the host');
	});

	it.each([
		['another host', {}, { url: 'https://evil.example.com/v3/scopes' }],
		['the other region', { region: 'eu' }, { url: 'https://api.sendgrid.com/v3/scopes' }],
		['a base of another host', {}, { baseURL: 'https://evil.example.com', url: '/v3/scopes' }],
		['plain http', {}, { url: 'http://api.sendgrid.com/v3/scopes' }],
		['no host', {}, { url: '/v3/scopes' }],
		['no URL', {}, {}],
		[
			'the stale base URL of another region',
			{ region: 'global', baseUrl: 'https://evil.example.com' },
			{ url: 'https://evil.example.com/v3/scopes' },
		],
	])('refuses %s, without the key in the message', async (_what, fields, options) => {
		const refused = signed(fields, options);
		await expect(refused).rejects.toThrow(
			'The API key is only sent to the host that the credential names',
		);
		await expect(refused).rejects.not.toThrow(KEY);
	});

	it.each([
		['an empty key', { apiKey: ' ' }, 'The API key is empty'],
		['a key with a line break', { apiKey: 'SG.sec\nret' }, 'The API key has a space'],
		['an unknown region', { region: 'us' }, 'unknown region'],
		['an unprotected base URL', { baseUrl: 'http://gateway.example.com' }, 'unencrypted'],
		['no base URL', { baseUrl: '' }, 'isn’t a web address'],
	])('refuses %s', async (_what, fields, message) => {
		const url = 'http://gateway.example.com/v3/scopes';
		await expect(signed({ region: 'custom', ...fields }, { url })).rejects.toThrow(message);
	});
});

describe('the test of the credential', () => {
	const node: INode = {
		id: '1',
		name: 'Test',
		type: 'test',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const workflow = new Workflow({
		nodes: [],
		connections: {},
		active: false,
		nodeTypes: {
			getByName: () => {
				throw new Error('No node type is known here');
			},
			getByNameAndVersion: () => {
				throw new Error('No node type is known here');
			},
			getKnownTypes: () => ({}),
		},
	});

	function baseURL(fields: ICredentialDataDecryptedObject): unknown {
		return workflow.expression.getSimpleParameterValue(
			node,
			credential.test.request.baseURL,
			'internal',
			{ $credentials: fields },
		);
	}

	it.each([
		[{ region: 'global', baseUrl: '' }, 'https://api.sendgrid.com'],
		[{ region: 'eu', baseUrl: '' }, 'https://api.eu.sendgrid.com'],
		[{ region: 'global', baseUrl: 'https://stale.example.com' }, 'https://api.sendgrid.com'],
		[{ region: 'custom', baseUrl: ' http://localhost:4010/ \n' }, 'http://localhost:4010/'],
		[
			{ region: 'custom', baseUrl: ' https://gateway.example.com/proxy/v3/ ' },
			'https://gateway.example.com/proxy',
		],
		[{ region: 'custom', baseUrl: 'http://localhost:4010/v3' }, 'http://localhost:4010'],
		[{}, 'https://api.sendgrid.com'],
	])('calls the host of %j', async (fields, host) => {
		const request = { ...credential.test.request, baseURL: String(baseURL(fields)) };
		expect(request.baseURL).toBe(host);
		await expect(signed(fields, request)).resolves.toHaveProperty('headers.Authorization');
	});

	it('reads the key’s scopes, which any key may read', () => {
		expect(credential.test.request).toMatchObject({ url: '/v3/scopes' });
		expect(credential.test.request.method ?? 'GET').toBe('GET');
	});

	it('marks its request, and removes the mark before sending', async () => {
		const { headers } = await signed(
			{},
			{ ...credential.test.request, baseURL: 'https://api.sendgrid.com' },
		);
		expect(headers).toStrictEqual({ Accept: 'application/json', Authorization: `Bearer ${KEY}` });
	});

	it('distinguishes a wrong key from one without access, even without n8n’s helper', () => {
		const messages = new Map(
			credential.test.rules?.map((rule) => [rule.properties.value, rule.properties.message]),
		);
		expect(messages.get(401)).toContain('doesn’t accept this API key');
		expect(messages.get(403)).toContain('no access');
		for (const message of messages.values()) expect(message).toContain('or a proxy');
	});

	it('sends nothing and stores nothing before a request is signed', async () => {
		const httpRequest = jest.fn();
		const fields = { apiKey: KEY, connectionTest: '' };
		expect(await credential.preAuthentication.call({ helpers: { httpRequest } }, fields)).toEqual(
			{},
		);
		await credential.authenticate(fields, { url: 'https://api.sendgrid.com/v3/scopes' });
		expect(httpRequest).not.toHaveBeenCalled();
	});

	it('has one hidden field that stays empty, so that n8n provides its helper', () => {
		const hidden = credential.properties.filter(({ type }) => type === 'hidden');
		expect(hidden).toEqual([
			expect.objectContaining({ default: '', typeOptions: { expirable: true } }),
		]);
		expect(credential.properties.map(({ name }) => name)).toContain('apiKey');
	});

	it('shows n8n’s own refusals, such as a host that the credential doesn’t allow', async () => {
		const fields = { apiKey: KEY };
		const httpRequest = jest
			.fn()
			.mockRejectedValue(new Error('Domain not allowed: api.sendgrid.com'));
		await credential.preAuthentication.call({ helpers: { httpRequest } }, fields);
		const tested = credential.authenticate(fields, {
			...credential.test.request,
			baseURL: 'https://api.sendgrid.com',
		} as IHttpRequestOptions);
		await expect(tested).rejects.toThrow('Domain not allowed: api.sendgrid.com. Check');
	});

	it.each([
		[
			'ETIMEDOUT',
			/^Host api\.sendgrid\.com: SendGrid didn’t answer \(no response in time\)\. Check/,
		],
		['ECONNABORTED', /^Host api\.sendgrid\.com: SendGrid didn’t answer \(no response in time\)/],
		[
			'ERR_TLS_CERT_ALTNAME_INVALID',
			/^Host api\.sendgrid\.com: The server’s certificate is for another host/,
		],
		['SELF_SIGNED_CERT_IN_CHAIN', /isn’t trusted.*NODE_EXTRA_CA_CERTS/],
		[
			'ERR_SSL_WRONG_VERSION_NUMBER',
			/^Host api\.sendgrid\.com: SendGrid didn’t answer \(the encrypted connection failed\)/,
		],
		[
			'EHOSTUNREACH',
			/^Host api\.sendgrid\.com: SendGrid didn’t answer \(no route to the host\)\. Check/,
		],
		['ESOMETHING', /ESOMETHING/],
	])('explains the error %s', async (code, words) => {
		const fields = { apiKey: KEY };
		const httpRequest = jest.fn().mockRejectedValue(Object.assign(new Error('failed'), { code }));
		await credential.preAuthentication.call({ helpers: { httpRequest } }, fields);
		const tested = credential.authenticate(fields, {
			...credential.test.request,
			baseURL: 'https://api.sendgrid.com',
		} as IHttpRequestOptions);
		await expect(tested).rejects.toThrow(words);
		await expect(tested).rejects.not.toThrow(KEY);
	});
});
