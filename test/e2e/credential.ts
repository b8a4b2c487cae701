import type { Json } from '../../playground/n8nApi';
import type { Instance } from './instance';

/** What n8n's own credential test says, as its dialog shows it. */
export function testCredential(instance: () => Instance): void {
	const tested = async (data: Json) => {
		const { api, credential } = instance();
		return await api.testCredential({ ...credential, data: { ...credential.data, ...data } });
	};

	it('accepts the right key, pasted with a line end too', async () => {
		const { apiKey, requests } = instance().emulator;

		expect(await tested({})).toMatchObject({ status: 'OK' });
		expect(await tested({ apiKey: ` ${apiKey}\n` })).toMatchObject({ status: 'OK' });
		expect(requests.map(({ path }) => path)).toEqual(['/v3/scopes', '/v3/scopes']);
	});

	it('tells a wrong key from a key without access', async () => {
		const wrong = await tested({ apiKey: 'SG.wrong' });
		instance().emulator.fail({ match: 'GET /v3/scopes', kind: 'status', status: 403 });
		const withoutAccess = await tested({});

		expect(wrong.status).toBe('Error');
		expect(withoutAccess.status).toBe('Error');
		expect(wrong.message).not.toBe(withoutAccess.message);
	});

	it('sends no key to a base URL without encryption', async () => {
		const unencrypted = instance().emulator.url.replace('127.0.0.1', 'sendgrid.example.com');

		expect(await tested({ baseUrl: unencrypted })).toEqual({
			status: 'Error',
			message: expect.stringContaining('unencrypted') as unknown,
		});
	});
}
