import { path } from '../../../nodes/SendGridProvisioning/transport/call';
import type { Basis, Call } from '../../../nodes/SendGridProvisioning/transport/call';
import { apiOf } from '../../../nodes/SendGridProvisioning/transport/client';
import type { SendGridApi } from '../../../nodes/SendGridProvisioning/transport/client';
import { connect } from '../../../nodes/SendGridProvisioning/transport/connection';
import type { ApiContext } from '../../../nodes/SendGridProvisioning/transport/connection';
import { MAX_IN_FLIGHT } from '../../../nodes/SendGridProvisioning/transport/limit/requestQueue';

const LIST = path`/v3/subusers/${'birch'}/ips`;
const GET: Call<unknown> = { method: 'GET', path: LIST, repeatable: true, read: (body) => body };
const put = (basis?: Basis<unknown>): Call<unknown> => ({
	...GET,
	method: 'PUT',
	body: [],
	...(basis && { basis }),
});

let keys = 0;

/** An api whose requests take so long, and all requests that it has sent. */
async function given(requestMs: number): Promise<{ api: SendGridApi; sent: string[] }> {
	const sent: string[] = [];
	const headers = { 'x-ratelimit-limit': '900', 'x-ratelimit-remaining': '900' };
	const apiKey = `SG.basis-${(keys += 1)}`;
	const context = {
		getNode: () => ({ credentials: {} }),
		getCredentials: async () => ({ apiKey, region: 'global' }),
		helpers: {
			httpRequestWithAuthentication: async (_type: string, { method }: { method: string }) => {
				sent.push(method);
				await new Promise((resolve) => setTimeout(resolve, requestMs));
				return { statusCode: 200, headers: { ...headers, 'x-ratelimit-reset': '60' }, body: {} };
			},
		},
	};
	const connection = await connect(context as unknown as ApiContext);
	return { api: apiOf(connection, { timeoutMs: 30_000, maxWaitMs: 300_000 }), sent };
}

/** A call that relies on a read long ago, and reads again before it is sent. */
function stale(api: SendGridApi): Call<unknown> {
	const decideAgain = async () => {
		const readAt = Date.now();
		await api.send(GET);
		return { call: put({ readAt, decideAgain }) };
	};
	return put({ readAt: 0, decideAgain });
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

async function ended<T>(work: Promise<T>, withinMs: number): Promise<T> {
	let hasEnded = false;
	void work.finally(() => (hasEnded = true));
	for (let waited = 0; !hasEnded && waited < withinMs; waited += 100) {
		await jest.advanceTimersByTimeAsync(100);
	}
	expect(hasEnded).toBe(true);
	return await work;
}

describe('calls that rely on an old read', () => {
	it('read again before they are sent, be they more than may be in flight at once', async () => {
		const { api, sent } = await given(100);
		await ended(Promise.all([api.send(GET), api.send(put())]), 1_000);
		const count = 3 * MAX_IN_FLIGHT;
		await ended(Promise.all(Array.from({ length: count }, () => api.send(stale(api)))), 20_000);
		expect(sent.filter((method) => method === 'GET')).toHaveLength(count + 1);
		expect(sent.filter((method) => method === 'PUT')).toHaveLength(count + 1);
	});

	it('are sent after three reads where each takes too long', async () => {
		const { api, sent } = await given(2_500);
		await ended(api.send(stale(api)), 20_000);
		expect(sent).toEqual(['GET', 'GET', 'GET', 'PUT']);
	});
});
