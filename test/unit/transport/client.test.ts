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
const broken =
	(code: string): Answer =>
	() => {
		throw Object.assign(new Error('broken'), { code });
	};

let keys = 0;

/** An api that gets these answers, the last one again and again; each has a rate limit of its own. */
async function given(
	answers: Answer[],
	maxWait: number | (() => number) = 300_000,
): Promise<{ api: SendGridApi; sentAt: number[]; give: { up: boolean } }> {
	const sentAt: number[] = [];
	const give = { up: false };
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
	const shouldStop = (): boolean => give.up;
	const timeLimits = {
		timeoutMs: 1_000,
		get maxWaitMs() {
			return typeof maxWait === 'number' ? maxWait : maxWait();
		},
	};
	return { api: apiOf({ ...connection, shouldStop }, timeLimits), sentAt, give };
}

/** Lets time pass until the work has ended. */
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
	it('does not count for what has nothing to do with the rate limit', async () => {
		const { api, sentAt } = await given([answer(503), broken('ECONNRESET'), answer(200)], 0);
		expect(await ended(api.send(PUT))).toEqual({ value: {} });
		expect(sentAt).toHaveLength(3);
	});

	it('counts for an answer that asks to wait, whatever its status', async () => {
		const { api, sentAt } = await given([answer(503, { 'retry-after': '2' }), answer(200)], 1_000);
		expect(errorIn(await ended(api.send(PUT)))).toMatchObject({ failure: { status: 503 } });
		expect(sentAt).toHaveLength(1);
	});

	it('goes from the first refusal on, and the failure says how long it has waited', async () => {
		const refusal = answer(429, { 'retry-after': '61' });
		const { api, sentAt } = await given([refusal], 300_000);
		const error = errorIn(await ended(api.send(PUT)));
		expect(sentAt).toHaveLength(5);
		expect(error).toMatchObject({ failure: { kind: 'wait', status: 429 } });
		const { message, httpCode } = explain(error);
		expect(message).toMatch(/another 6[12] s after 24[4-6] s of waiting/);
		expect(httpCode).toBe(429);
	});

	it('that is known before anything is sent has no status', async () => {
		const { api, sentAt } = await given([answer(429, { 'retry-after': '60' })], 1_000);
		expect(explain(errorIn(await ended(api.send(PUT))))).toMatchObject({ httpCode: 429 });
		const error = errorIn(await ended(api.send(PUT)));
		expect(error).toMatchObject({ failure: { kind: 'wait' } });
		expect(explain(error)).not.toHaveProperty('httpCode');
		expect(sentAt).toHaveLength(1);
	});

	it('may shrink, as in a poll, and nothing counts twice then', async () => {
		const endsAt = Date.now() + 6_000;
		const refusals = [answer(429, { 'retry-after': '4' }), answer(429, { 'retry-after': '1' })];
		const { api } = await given([...refusals, answer(200)], () => endsAt - Date.now());
		expect(await ended(api.send(GET))).toEqual({ value: {} });
	});
});

describe('a call that is cancelled', () => {
	it('after a try that may have been done says so, not that it was cancelled', async () => {
		const { api, give } = await given([broken('ECONNRESET'), answer(200)]);
		const sending = ended(api.send(PUT));
		give.up = true;
		const error = errorIn(await sending);
		expect(error).toMatchObject({
			failure: { kind: 'lost', code: 'ECONNRESET' },
			earlierInDoubt: true,
		});
		expect(wasCancelled(error)).toBe(false);
	});

	it('while it only reads was cancelled', async () => {
		const { api, give } = await given([broken('ECONNRESET'), answer(200)]);
		const sending = ended(api.send(GET));
		give.up = true;
		expect(wasCancelled(errorIn(await sending))).toBe(true);
	});

	it('before it was sent has certainly not been done', async () => {
		const { api, give, sentAt } = await given([answer(200)]);
		give.up = true;
		const error = errorIn(await ended(api.trySend(PATCH)));
		expect(sentAt).toEqual([]);
		expect(isInDoubt(error)).toBe(false);
		expect(wasCancelled(error)).toBe(true);
		expect(explain(error).description).not.toContain('may have');
	});

	it('while it was under way may have been done', async () => {
		const { api } = await given([broken('ERR_CANCELED')]);
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
	it('gets its place back where an answer cannot be read at all', async () => {
		const unreadable: Answer = () => ({ statusCode: 200, headers: undefined, body: {} });
		const times = MAX_IN_FLIGHT + 20;
		const { api } = await given([...Array<Answer>(times).fill(unreadable), answer(200)]);
		for (let sent = 0; sent < times; sent += 1) {
			expect(errorIn(await ended(api.send(GET)))).toBeInstanceOf(TypeError);
		}
		expect(await ended(api.send(GET))).toEqual({ value: {} });
	});

	it('learns nothing of SendGrid’s limit from a gateway’s failure', async () => {
		const hanging: Answer = async () => await new Promise(() => undefined);
		const refusal = answer(429, { 'retry-after': '1' });
		const { api, sentAt } = await given([refusal, answer(502), hanging]);
		expect(errorIn(await ended(api.send(PATCH)))).toMatchObject({ failure: { status: 502 } });
		for (let sent = 0; sent < 40; sent += 1) void api.send(PATCH).catch(() => undefined);
		await jest.advanceTimersByTimeAsync(0);
		// After a window that was spent one goes alone, until SendGrid itself has answered.
		expect(sentAt).toHaveLength(3);
	});
});
