import { freePort } from '../../playground/processes';
import type { Json } from '../../playground/n8nApi';
import type { Instance } from './instance';

/** Tests the results of n8n's credential test, which its dialog shows. */
export function testCredential(instance: () => Instance): void {
	const testWith = async (data: Json) => {
		const { api, credential } = instance();
		return await api.testCredential({ ...credential, data: { ...credential.data, ...data } });
	};
	/** The message of a failed test; also checks that it doesn't contain the key. */
	const failureOf = async (data: Json = {}) => {
		const { status, message } = await testWith(data);
		expect(status).toBe('Error');
		expect(message).not.toContain(instance().emulator.apiKey);
		return message;
	};
	const paths = () => instance().emulator.requests.map(({ path }) => path);

	it.each([
		['unchanged', () => ({})],
		['pasted with spaces and a line break', () => ({ apiKey: ` ${instance().emulator.apiKey}\n` })],
		['with the version in the base URL', () => ({ baseUrl: `${instance().emulator.url}/v3` })],
		['with the version and a slash', () => ({ baseUrl: ` ${instance().emulator.url}/v3/ ` })],
	])('accepts the right key, %s', async (_how, data) => {
		expect(await testWith(data())).toMatchObject({ status: 'OK' });
		expect(new Set(paths())).toEqual(new Set(['/v3/scopes']));
	});

	it('distinguishes a wrong key from a key without access', async () => {
		const wrong = await failureOf({ apiKey: 'SG.wrong' });
		instance().emulator.fail({ match: 'GET /v3/scopes', kind: 'status', status: 403 });
		const withoutAccess = await failureOf();

		expect(wrong).toMatch(
			/^SendGrid doesn’t accept the API key: “.+”\. Check the API key and the credential’s region/,
		);
		expect(withoutAccess).toMatch(
			/^SendGrid accepts this API key, but it has no access: “.+”\. Check/,
		);
	});

	it('says that the response isn’t SendGrid’s', async () => {
		const { emulator } = instance();
		const match = 'GET /v3/scopes';
		emulator.fail({ match, kind: 'html', status: 403, gateway: true });
		const page = await failureOf();
		const body = 'RBAC: access denied';
		emulator.fail({ match, kind: 'status', status: 403, body, gateway: true });
		const text = await failureOf();
		emulator.fail({ match, kind: 'html', status: 200, gateway: true });
		const success = await failureOf();

		expect(page).toMatch(
			/^A proxy, firewall, or gateway answered .*\(status 403, an HTML page\)\. Check/,
		);
		expect(text).toMatch(/^A proxy, .* \(status 403, plain text, “RBAC: access denied”\)\. Check/);
		expect(success).toContain('an HTML page');
		for (const message of [page, text]) expect(message).not.toMatch(/scope|API key/i);
	});

	it('explains network errors', async () => {
		const { url } = instance().emulator;
		const port = await freePort();

		expect(await failureOf({ baseUrl: 'https://sendgrid.invalid' })).toMatch(
			/^Host sendgrid\.invalid: SendGrid couldn’t be reached \(unknown host\); nothing was sent\. Check/,
		);
		expect(await failureOf({ baseUrl: url.replace('http:', 'https:') })).toMatch(
			/^Host .+: SendGrid couldn’t be reached \(the encrypted connection failed\).*Check protocol and port/,
		);
		expect(await failureOf({ baseUrl: `http://127.0.0.1:${port}` })).toMatch(
			/^Host 127\.0\.0\.1:\d+: SendGrid couldn’t be reached \(connection refused\).*Check/,
		);
		expect(paths()).toEqual([]);
	});

	it('sends no key to an unencrypted base URL', async () => {
		const unencrypted = instance().emulator.url.replace('127.0.0.1', 'sendgrid.example.com');

		expect(await failureOf({ baseUrl: unencrypted })).toContain('unencrypted');
	});
}
