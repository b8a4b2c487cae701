import { connect } from '../../../nodes/SendGridProvisioning/transport/connection';
import type { ApiContext } from '../../../nodes/SendGridProvisioning/transport/connection';
import { path } from '../../../nodes/SendGridProvisioning/transport/call';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
import { explain } from '../../../nodes/SendGridProvisioning/transport/errors/explain';
import {
	isInDoubt,
	wasCancelled,
} from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import { MAX_IN_FLIGHT } from '../../../nodes/SendGridProvisioning/transport/limit/requestQueue';
import { apiOf } from '../../../nodes/SendGridProvisioning/transport/client';
import type { SendGridApi } from '../../../nodes/SendGridProvisioning/transport/client';

const PUT: Call<unknown> = {
	method: 'PUT',
	path: path`/v3/subusers/${'birch'}/credits`,
	body: { total: 1 },
	repeatable: true,
	read: (body) => body,
};
const GET: Call<unknown> = { method: 'GET', path: PUT.path, repeatable: true, read: PUT.read };
const PATCH: Call<unknown> = { ...PUT, method: 'PATCH', repeatable: false };

type Answer = () => unknown;

const answer =
	(statusCode: number, headers: Record<string, string> = {}): Answer =>
	() => ({ statusCode, headers, body: {} });
const networkError =
	(code: string): Answer =>
	() => {
		throw Object.assign(new Error('broken'), { code });
	};

let keys = 0;

/** An API that gets these responses, and then the last one repeatedly, with a new rate limit. */
async function clientFor(
	answers: Answer[],
	maxWait: number | (() => number) = 300_000,
): Promise<{ api: SendGridApi; sentAt: number[]; run: { isStopped: boolean } }> {
	const sentAt: number[] = [];
	const run = { isStopped: false };
	const apiKey = `SG.${(keys += 1)}`;
	const context = {
		getNode: () => ({ credentials: {} }),
		getCredentials: async () => ({ apiKey, region: 'global' }),
		helpers: {
			httpRequestWithAuthentication: async () => {
				const next = answers[Math.min(sentAt.length, answers.length - 1)];
				sentAt.push(Date.now());
				return next?.();
			},
		},
	};
	const connection = await connect(context as unknown as ApiContext);
	const shouldStop = (): boolean => run.isStopped;
	const timeLimits = {
		timeoutMs: 1_000,
		get maxWaitMs() {
			return typeof maxWait === 'number' ? maxWait : maxWait();
		},
	};
	return { api: apiOf({ ...connection, shouldStop }, timeLimits), sentAt, run };
}

/** Advances the clock until the work has ended. */
async function ended<T>(work: Promise<T>): Promise<{ value: T } | { error: unknown }> {
	let outcome: { value: T } | { error: unknown } | undefined;
	void work.then(
		(value) => (outcome = { value }),
		(error: unknown) => (outcome = { error }),
	);
	for (let steps = 0; outcome === undefined && steps < 10_000; steps += 1) {
		await jest.advanceTimersByTimeAsync(100);
	}
	if (outcome === undefined) throw new Error('It did not end');
	return outcome;
}

function errorIn(outcome: object): unknown {
	return 'error' in outcome ? outcome.error : undefined;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('the longest wait', () => {
	it('doesn’t include retries that aren’t about the rate limit', async () => {
		const { api, sentAt } = await clientFor(
			[answer(503), networkError('ECONNRESET'), answer(200)],
			0,
		);
		expect(await ended(api.send(PUT))).toEqual({ value: {} });
		expect(sentAt).toHaveLength(3);
	});

	it('includes waits that a response with any status asks for', async () => {
		const { api, sentAt } = await clientFor(
			[answer(503, { 'retry-after': '2' }), answer(200)],
			1_000,
		);
		expect(errorIn(await ended(api.send(PUT)))).toMatchObject({ failure: { status: 503 } });
		expect(sentAt).toHaveLength(1);
	});

	it('starts at the first refusal, and the failure has the time waited', async () => {
		const refusal = answer(429, { 'retry-after': '61' });
		const { api, sentAt } = await clientFor([refusal], 300_000);
		const error = errorIn(await ended(api.send(PUT)));
		expect(sentAt).toHaveLength(5);
		expect(error).toMatchObject({ failure: { kind: 'wait', status: 429 } });
		const { message, httpCode } = explain(error);
		expect(message).toMatch(/another 6[12] s after 24[4-6] s of waiting/);
		expect(httpCode).toBe(429);
	});

	it('has no status if it’s exceeded before anything is sent', async () => {
		const { api, sentAt } = await clientFor([answer(429, { 'retry-after': '60' })], 1_000);
		expect(explain(errorIn(await ended(api.send(PUT))))).toMatchObject({ httpCode: 429 });
		const error = errorIn(await ended(api.send(PUT)));
		expect(error).toMatchObject({ failure: { kind: 'wait' } });
		expect(explain(error)).not.toHaveProperty('httpCode');
		expect(sentAt).toHaveLength(1);
	});

	it('includes waits in the queue after the first refusal', async () => {
		const { api, sentAt } = await clientFor([answer(429, { 'retry-after': '4' })], 5_000);
		const both = await Promise.all([ended(api.send(PUT)), ended(api.send(PUT))]);
		expect(both.map(errorIn)).toMatchObject([
			{ failure: { kind: 'wait', waitMs: 4_000 } },
			{ failure: { kind: 'wait' } },
		]);
		// Both, and then the first one again. Its refusal shows that the second one would wait too long.
		expect(sentAt).toHaveLength(3);
	});

	it('doesn’t use up the retries of other failures', async () => {
		const refusal = answer(429, { 'retry-after': '1' });
		const failure = answer(503);
		const answers = [refusal, refusal, refusal, failure, failure, failure, answer(200)];
		const { api, sentAt } = await clientFor(answers);
		expect(await ended(api.send(PUT))).toEqual({ value: {} });
		expect(sentAt).toHaveLength(7);
	});

	it('can shrink, as in a poll, without counting anything twice', async () => {
		const endsAt = Date.now() + 6_000;
		const refusals = [answer(429, { 'retry-after': '4' }), answer(429, { 'retry-after': '1' })];
		const { api } = await clientFor([...refusals, answer(200)], () => endsAt - Date.now());
		expect(await ended(api.send(GET))).toEqual({ value: {} });
	});
});

describe('a call that is cancelled', () => {
	it('reports an earlier attempt that may have been applied, instead of the cancel', async () => {
		const { api, run } = await clientFor([networkError('ECONNRESET'), answer(200)]);
		const sending = ended(api.send(PUT));
		run.isStopped = true;
		const error = errorIn(await sending);
		expect(error).toMatchObject({
			failure: { kind: 'lost', code: 'ECONNRESET' },
			earlierInDoubt: true,
		});
		expect(wasCancelled(error)).toBe(false);
	});

	it('is reported as cancelled if it only reads', async () => {
		const { api, run } = await clientFor([networkError('ECONNRESET'), answer(200)]);
		const sending = ended(api.send(GET));
		run.isStopped = true;
		expect(wasCancelled(errorIn(await sending))).toBe(true);
	});

	it('certainly wasn’t applied if it wasn’t sent', async () => {
		const { api, run, sentAt } = await clientFor([answer(200)]);
		run.isStopped = true;
		const error = errorIn(await ended(api.trySend(PATCH)));
		expect(sentAt).toEqual([]);
		expect(isInDoubt(error)).toBe(false);
		expect(wasCancelled(error)).toBe(true);
		expect(explain(error).description).not.toContain('may have');
	});

	it('may have been applied if it was under way', async () => {
		const { api } = await clientFor([networkError('ERR_CANCELED')]);
		expect(await ended(api.trySend(PATCH))).toMatchObject({
			value: { inDoubt: { failure: { kind: 'cancelled', sent: true } } },
		});
		const error = errorIn(await ended(api.send(PATCH)));
		expect(isInDoubt(error)).toBe(true);
		expect(explain(error).message).toContain('may have been applied');
		expect(isInDoubt(errorIn(await ended(api.send(GET))))).toBe(false);
	});
});

describe('the request queue', () => {
	it('continues after a response that can’t be read at all', async () => {
		const unreadable: Answer = () => ({ statusCode: 200, headers: undefined, body: {} });
		const times = MAX_IN_FLIGHT + 20;
		const { api } = await clientFor([...Array<Answer>(times).fill(unreadable), answer(200)]);
		for (let sent = 0; sent < times; sent += 1) {
			expect(errorIn(await ended(api.send(GET)))).toBeInstanceOf(TypeError);
		}
		expect(await ended(api.send(GET))).toEqual({ value: {} });
	});

	it('ignores a gateway’s failure', async () => {
		const hanging: Answer = async () => await new Promise(() => undefined);
		const refusal = answer(429, { 'retry-after': '1' });
		const { api, sentAt } = await clientFor([refusal, answer(502), hanging]);
		expect(errorIn(await ended(api.send(PATCH)))).toMatchObject({ failure: { status: 502 } });
		for (let sent = 0; sent < 40; sent += 1) void api.send(PATCH).catch(() => undefined);
		await jest.advanceTimersByTimeAsync(0);
		// After a window that was used up, one request goes first, until SendGrid itself has answered.
		expect(sentAt).toHaveLength(3);
	});
});
