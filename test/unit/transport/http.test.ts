import fc from 'fast-check';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { connect } from '../../../nodes/SendGridProvisioning/transport/connection';
import { sendOnce } from '../../../nodes/SendGridProvisioning/transport/http';
import type {
	ApiContext,
	Connection,
} from '../../../nodes/SendGridProvisioning/transport/connection';
import { path } from '../../../nodes/SendGridProvisioning/transport/call';
import { THROWN_STATUSES } from '../../../nodes/SendGridProvisioning/transport/errors/networkFailure';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';

// With a quotation mark, which JSON escapes.
const KEY = 'SG.k3y"material';

const CALL: Call<unknown> = {
	method: 'PUT',
	path: path`/v3/subusers/${'a/b'}/credits`,
	body: { total: 1 },
	repeatable: true,
	needs: { scope: 'subusers.credits.update' },
	read: (body) => body,
};

/** A connection whose requests all end this way. It keeps the options of the last one. */
async function connection(
	ends: () => unknown,
	credential: object = {},
): Promise<{ connection: Connection; sent: IHttpRequestOptions[] }> {
	const sent: IHttpRequestOptions[] = [];
	const context = {
		getNode: () => ({ credentials: { sendGridProvisioningApi: { id: '1', name: 'SendGrid' } } }),
		getCredentials: async () => ({ apiKey: ` ${KEY}\n`, region: 'eu', ...credential }),
		helpers: {
			httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) => {
				sent.push(options);
				return ends();
			},
		},
	};
	return { connection: await connect(context as unknown as ApiContext), sent };
}

async function outcomeOf(ends: () => unknown, call: Call<unknown> = CALL): Promise<object> {
	const { connection: to } = await connection(ends);
	return (await sendOnce(to, 1_000, call)).outcome;
}

function answering(statusCode: number, body: unknown, headers: object = {}): () => unknown {
	return () => ({ statusCode, headers, body });
}

function failing(...causes: object[]): () => never {
	const error = causes.reduceRight<Error | undefined>(
		(cause, own) => Object.assign(new Error('failed', { cause }), own),
		undefined,
	);
	return () => {
		throw error ?? new Error('failed');
	};
}

describe('one request', () => {
	it('goes to the region’s host with an encoded path, and does not follow redirects', async () => {
		const { connection: to, sent } = await connection(answering(200, {}));
		await sendOnce(to, 1_234, CALL);
		expect(sent).toEqual([
			expect.objectContaining({
				method: 'PUT',
				url: 'https://api.eu.sendgrid.com/v3/subusers/a%2Fb/credits',
				body: '{"total":1}',
				headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
				timeout: 1_234,
				json: true,
				returnFullResponse: true,
				ignoreHttpStatusErrors: { ignore: true, except: THROWN_STATUSES },
				disableFollowRedirect: true,
			}),
		]);
	});

	it('has no body and no content type if there is nothing to send', async () => {
		const { connection: to, sent } = await connection(answering(200, []));
		const call: Call<unknown> = {
			method: 'GET',
			path: path`/v3/subusers`,
			query: { limit: 5 },
			repeatable: true,
			needs: { scope: 'subusers.read' },
			read: (body) => body,
		};
		await sendOnce(to, 1_000, call);
		expect(sent[0]).toMatchObject({
			headers: { Accept: 'application/json' },
			qs: { limit: 5 },
		});
		expect(sent[0]).not.toHaveProperty('body');
	});

	it('sends an empty body, which n8n would drop', async () => {
		const { connection: to, sent } = await connection(answering(200, {}));
		await sendOnce(to, 1_000, { ...CALL, body: [] });
		expect(sent[0]?.body).toBe('[]');
	});

	it('returns what the call reads from the response', async () => {
		expect(await outcomeOf(answering(200, { a: 1 }))).toEqual({ result: { a: 1 } });
		expect(await outcomeOf(answering(204, ''))).toEqual({ result: '' });
	});

	it('reports a success that the call can’t read', async () => {
		const unreadable = { ...CALL, read: () => undefined };
		expect(await outcomeOf(answering(201, '<html>'), unreadable)).toEqual({
			failure: {
				kind: 'shape',
				status: 201,
				answer: { isSendGrid: false, bodyKind: 'an HTML page', entries: [], hasErrors: false },
			},
		});
	});

	it('doesn’t accept a success that lists errors', async () => {
		for (const errors of [[{ message: 'no' }], ['no'], { total: ['no'] }]) {
			expect(await outcomeOf(answering(200, { errors, type: 'unlimited' }))).toMatchObject({
				failure: { kind: 'status', status: 200 },
			});
		}
		expect(await outcomeOf(answering(200, { errors: [], a: 1 }))).toHaveProperty('result');
	});

	it.each([301, 400, 401, 404, 429, 500])('returns the status %d as data', async (status) => {
		const body = { errors: [{ message: 'no', field: null }] };
		expect(await outcomeOf(answering(status, body))).toEqual({
			failure: {
				kind: 'status',
				status,
				answer: {
					isSendGrid: true,
					bodyKind: 'JSON',
					entries: [{ message: 'no' }],
					hasErrors: true,
				},
			},
		});
	});

	it('names only the host of a redirect, whose URL may have secrets', async () => {
		const location = 'https://login.example.com/?token=secret';
		expect(await outcomeOf(answering(302, '', { location }))).toMatchObject({
			failure: { location: 'login.example.com' },
		});
		expect(await outcomeOf(answering(302, '', { location: '/login' }))).toMatchObject({
			failure: { location: 'another page' },
		});
	});

	it('reads the rate limit of every response', async () => {
		const headers = { 'x-ratelimit-remaining': '3', 'retry-after': '2' };
		for (const status of [200, 429]) {
			const { connection: to } = await connection(answering(status, {}, headers));
			expect((await sendOnce(to, 1_000, CALL)).rateLimit).toEqual({
				remaining: 3,
				retryAfterMs: 2_000,
			});
		}
	});

	it('finds the code of a failed connection inside n8n’s error', async () => {
		const lost = { failure: { kind: 'lost', code: 'ECONNRESET' } };
		expect(await outcomeOf(failing({ code: 'ECONNRESET' }))).toEqual(lost);
		expect(await outcomeOf(failing({}, { code: 'ECONNRESET' }))).toEqual(lost);
		expect(await outcomeOf(failing({ code: 500 }, {}, { code: 'ECONNREFUSED' }))).toEqual({
			failure: { kind: 'unsent', code: 'ECONNREFUSED' },
		});
		expect(await outcomeOf(failing({}))).toEqual({ failure: { kind: 'lost', code: 'unknown' } });
	});
});

describe('the API key', () => {
	it('is in no failure, even if a gateway repeats the request', async () => {
		const repeated = `Authorization: Bearer ${KEY}`;
		const bodies = [
			{ errors: [{ message: repeated, field: KEY, error_id: KEY }] },
			{ errors: [{ message: `${KEY}${KEY}` }] },
		];
		for (const body of bodies) {
			for (const location of [undefined, `https://${KEY}.example.com`, `https://x.com/${KEY}`]) {
				const outcome = await outcomeOf(answering(403, body, { location }));
				expect(JSON.stringify(outcome)).not.toMatch(/k3y|material/);
			}
		}
	});

	it('is in no result, either', async () => {
		const outcome = await outcomeOf(answering(200, { [KEY]: [KEY, { deep: `x${KEY}x` }] }));
		expect(JSON.stringify(outcome)).not.toMatch(/k3y|material/);
	});

	it('doesn’t change responses that don’t contain it', async () => {
		await fc.assert(
			fc.asyncProperty(fc.jsonValue(), async (body) => {
				expect(await outcomeOf(answering(200, body))).toEqual({ result: body });
			}),
		);
	});

	it('isn’t in the fingerprint, which differs between keys', async () => {
		const one = (await connection(answering(200, {}))).connection;
		const same = (await connection(answering(200, {}), { apiKey: KEY })).connection;
		const other = (await connection(answering(200, {}), { apiKey: 'SG.other' })).connection;
		expect(one.fingerprint).toBe(same.fingerprint);
		expect(one.fingerprint).not.toBe(other.fingerprint);
		expect(one.fingerprint).not.toMatch(/k3y|material/);
	});
});

describe('connecting', () => {
	it('refuses an unusable credential before anything is sent', async () => {
		const unprotected = { region: 'custom', baseUrl: 'http://gateway.example.com' };
		await expect(connection(answering(200, {}), unprotected)).rejects.toThrow('unencrypted');
		await expect(connection(answering(200, {}), { apiKey: '' })).rejects.toThrow('empty');
	});
});
