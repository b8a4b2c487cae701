import { freePort } from '../../playground/processes';
import type { Json } from '../../playground/n8nApi';
import type { Instance } from './instance';

/** What n8n's own credential test says, as its dialog shows it. */
export function testCredential(instance: () => Instance): void {
	const tested = async (data: Json) => {
		const { api, credential } = instance();
		return await api.testCredential({ ...credential, data: { ...credential.data, ...data } });
	};
	/** The message of a test that fails, which never has the key in it. */
	const failed = async (data: Json = {}) => {
		const { status, message } = await tested(data);
		expect(status).toBe('Error');
		expect(message).not.toContain(instance().emulator.apiKey);
		return message;
	};
	const paths = () => instance().emulator.requests.map(({ path }) => path);

	it.each([
		['as it is', () => ({})],
		['pasted with a line end', () => ({ apiKey: ` ${instance().emulator.apiKey}\n` })],
		['with the version in the base URL', () => ({ baseUrl: `${instance().emulator.url}/v3` })],
		['with the version and a slash', () => ({ baseUrl: ` ${instance().emulator.url}/v3/ ` })],
	])('accepts the right key %s', async (_how, data) => {
		expect(await tested(data())).toMatchObject({ status: 'OK' });
		expect(new Set(paths())).toEqual(new Set(['/v3/scopes']));
	});

	it('tells a wrong key from a key without access', async () => {
		const wrong = await failed({ apiKey: 'SG.wrong' });
		instance().emulator.fail({ match: 'GET /v3/scopes', kind: 'status', status: 403 });
		const withoutAccess = await failed();

		expect(wrong).toMatch(/^SendGrid doesn’t accept the API key: “.+”\. Check API key and region/);
		expect(withoutAccess).toMatch(
			/^SendGrid accepts this API key, but it has no access: “.+”\. Check/,
		);
	});

	it('says that something else than SendGrid answered', async () => {
		const { emulator } = instance();
		const match = 'GET /v3/scopes';
		emulator.fail({ match, kind: 'html', status: 403, gateway: true });
		const page = await failed();
		const body = 'RBAC: access denied';
		emulator.fail({ match, kind: 'status', status: 403, body, gateway: true });
		const text = await failed();
		emulator.fail({ match, kind: 'html', status: 200, gateway: true });
		const success = await failed();

		expect(page).toMatch(
			/^A proxy, firewall, or gateway answered .*\(status 403, an HTML page\)\. Check/,
		);
		expect(text).toMatch(/^A proxy, .* \(status 403, plain text, “RBAC: access denied”\)\. Check/);
		expect(success).toContain('an HTML page');
		for (const message of [page, text]) expect(message).not.toMatch(/scope|API key/i);
	});

	it('says in words what is wrong with the network', async () => {
		const { url } = instance().emulator;
		const port = await freePort();

		expect(await failed({ baseUrl: 'https://sendgrid.invalid' })).toMatch(
			/^Host sendgrid\.invalid: SendGrid couldn’t be reached \(unknown host\); nothing was sent\. Check/,
		);
		expect(await failed({ baseUrl: url.replace('http:', 'https:') })).toMatch(
			/^Host .+: SendGrid couldn’t be reached \(the encrypted connection failed\).*Check protocol and port/,
		);
		expect(await failed({ baseUrl: `http://127.0.0.1:${port}` })).toMatch(
			/^Host 127\.0\.0\.1:\d+: SendGrid couldn’t be reached \(connection refused\).*Check/,
		);
		expect(paths()).toEqual([]);
	});

	it('sends no key to a base URL without encryption', async () => {
		const unencrypted = instance().emulator.url.replace('127.0.0.1', 'sendgrid.example.com');

		expect(await failed({ baseUrl: unencrypted })).toContain('unencrypted');
	});
}
