import { path } from '../../../nodes/SendGridProvisioning/transport/call';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
import type { SendGridApi, TryOutcome } from '../../../nodes/SendGridProvisioning/transport/client';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import { apiForSubuser } from '../../../nodes/SendGridProvisioning/transport/newSubusers';
import { otherStatus, sendGridStatus } from './errors/answers';

const READ: Call<string> = {
	method: 'GET',
	path: path`/v3/user/username`,
	repeatable: true,
	read: (body) => String(body),
};
const WRITE: Call<string> = { ...READ, method: 'POST', repeatable: false };
const CREATE: Call<string> = { ...WRITE, creates: true };

type Answer = () => TryOutcome<string>;
const done: Answer = () => ({ done: 'birchwood' });
const fails =
	(error: unknown): Answer =>
	() => {
		throw error;
	};
const refused = (status: number): Answer => fails(new SendGridError(sendGridStatus(status)));

let names = 0;

/** An API whose calls get these answers, the last one repeatedly, with another subuser each time. */
function apiWith(answers: Answer[], isCancelled = () => false) {
	const sentAt: number[] = [];
	const next = (): TryOutcome<string> => {
		const answer = answers[Math.min(sentAt.length, answers.length - 1)] ?? done;
		sentAt.push(Date.now());
		return answer();
	};
	const api = {
		send: async () => {
			const outcome = next();
			if ('done' in outcome) return await Promise.resolve(outcome.done);
			throw outcome.inDoubt;
		},
		trySend: async () => await Promise.resolve(next()),
	} as unknown as SendGridApi;
	const key = `host key username ${(names += 1)}`;
	return { api: apiForSubuser(api, { key, shouldStop: isCancelled }), inner: api, sentAt };
}

/** Advances the clock until the work has ended. */
async function ended<T>(work: Promise<T>): Promise<{ value: T } | { error: unknown }> {
	let outcome: { value: T } | { error: unknown } | undefined;
	void work.then(
		(value) => (outcome = { value }),
		(error: unknown) => (outcome = { error }),
	);
	for (let steps = 0; outcome === undefined && steps < 1_000; steps += 1) {
		await jest.advanceTimersByTimeAsync(250);
	}
	if (outcome === undefined) throw new Error('It did not end');
	return outcome;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a subuser that was created just now', () => {
	it.each([401, 403, 404])(
		'may be refused with %i until it’s visible everywhere',
		async (status) => {
			const { api, sentAt } = apiWith([done, refused(status), refused(status), done]);
			await ended(api.trySend(CREATE));
			expect(await ended(api.send(READ))).toEqual({ value: 'birchwood' });
			const [, first = 0, ...retries] = sentAt;
			expect(retries.map((at) => at - first)).toEqual([5_000, 10_000]);
		},
	);

	it('is retried for 30 seconds, and then the error says that it may be too new', async () => {
		const { api, sentAt } = apiWith([done, refused(404)]);
		await ended(api.trySend(CREATE));
		const outcome = await ended(api.trySend(WRITE));
		expect(outcome).toMatchObject({ error: { isTooNew: true, failure: { status: 404 } } });
		const [, first = 0] = sentAt;
		expect((sentAt.at(-1) ?? 0) - first).toBe(30_000);
		expect(sentAt).toHaveLength(8);
	});

	it('is as new if its creation has lost its response', async () => {
		const inDoubt = new SendGridError({ kind: 'lost', code: 'ECONNRESET' });
		const { api, sentAt } = apiWith([() => ({ inDoubt, seemsDone: false }), refused(404), done]);
		await ended(api.trySend(CREATE));
		expect(await ended(api.send(READ))).toEqual({ value: 'birchwood' });
		expect(sentAt).toHaveLength(3);
	});

	it.each([
		['a refusal for another reason', new SendGridError(sendGridStatus(400))],
		['a rate limit', new SendGridError(sendGridStatus(429))],
		['a proxy’s answer', new SendGridError(otherStatus(403, 'an HTML page'))],
		['a request that was never sent', new SendGridError({ kind: 'unsent', code: 'ENOTFOUND' })],
		['a refusal after a lost response', new SendGridError(sendGridStatus(404), READ, true)],
		['any other error', new Error('broken')],
	])('isn’t retried after %s', async (_what, error) => {
		const { api, sentAt } = apiWith([done, fails(error)]);
		await ended(api.trySend(CREATE));
		expect(await ended(api.send(READ))).toEqual({ error });
		expect(sentAt).toHaveLength(2);
	});

	it('isn’t created again', async () => {
		const { api, sentAt } = apiWith([done, refused(403)]);
		await ended(api.trySend(CREATE));
		expect(await ended(api.trySend(CREATE))).toMatchObject({ error: { isTooNew: false } });
		expect(sentAt).toHaveLength(2);
	});

	it('is new for a minute', async () => {
		const { api, sentAt } = apiWith([done, refused(404)]);
		await ended(api.trySend(CREATE));
		await jest.advanceTimersByTimeAsync(61_000);
		expect(await ended(api.send(READ))).toMatchObject({ error: { isTooNew: false } });
		expect(sentAt).toHaveLength(2);
	});

	it('isn’t retried after the execution was stopped', async () => {
		let isStopped = false;
		const { api, sentAt } = apiWith([done, refused(404)], () => isStopped);
		await ended(api.trySend(CREATE));
		const work = ended(api.send(READ));
		isStopped = true;
		expect(await work).toMatchObject({ error: { failure: { status: 404 } } });
		expect(sentAt).toHaveLength(2);
	});
});

it.each([
	['that this process didn’t create', [refused(404)]],
	['whose creation was refused', [refused(403), refused(404)]],
])('a subuser %s isn’t retried', async (_which, answers) => {
	const { api, sentAt } = apiWith(answers);
	for (let creations = 1; creations < answers.length; creations += 1) {
		await ended(api.trySend(CREATE));
	}
	expect(await ended(api.send(READ))).toMatchObject({ error: { isTooNew: false } });
	expect(sentAt).toHaveLength(answers.length);
});

it('the creation of one subuser doesn’t make another one new', async () => {
	const { api, inner, sentAt } = apiWith([done, refused(404)]);
	await ended(api.trySend(CREATE));
	const other = apiForSubuser(inner, { key: 'host key username other', shouldStop: () => false });
	expect(await ended(other.send(READ))).toMatchObject({ error: { isTooNew: false } });
	expect(sentAt).toHaveLength(2);
});
