import fc from 'fast-check';
import type { Failure } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import { sendGridStatus } from './errors/answers';
import { planRetry } from '../../../nodes/SendGridProvisioning/transport/retry';
import type { FailedRequest } from '../../../nodes/SendGridProvisioning/transport/retry';

function status(code: number): Failure {
	return sendGridStatus(code);
}

function unsent(code: string): Failure {
	return { kind: 'unsent', code };
}

const LOST: Failure = { kind: 'lost', code: 'ECONNRESET' };

function plan(failure: Failure, rest: Partial<FailedRequest> = {}): number | 'final' {
	return planRetry({ failure, repeatable: true, retries: 0, random: 0, ...rest });
}

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('retrying', () => {
	it.each<[string, Failure, boolean, boolean]>([
		['a refused connection', unsent('ECONNREFUSED'), true, true],
		['an unknown host', unsent('ENOTFOUND'), true, true],
		['a name server that is busy', unsent('EAI_AGAIN'), true, true],
		['500', status(500), true, false],
		['502', status(502), true, false],
		['503', status(503), true, false],
		['504', status(504), true, false],
		['408', status(408), true, false],
		['a broken connection', LOST, true, false],
		['a timeout', { kind: 'lost', code: 'ECONNABORTED' }, true, false],
		['an unreadable success', { kind: 'shape', status: 200 }, false, false],
		['a bad certificate', unsent('CERT_HAS_EXPIRED'), false, false],
		['a character that no header takes', unsent('ERR_INVALID_CHAR'), false, false],
		['301', status(301), false, false],
		['400', status(400), false, false],
		['401', status(401), false, false],
		['402', status(402), false, false],
		['403', status(403), false, false],
		['404', status(404), false, false],
		['409', status(409), false, false],
		['413', status(413), false, false],
		['422', status(422), false, false],
		['a stopped execution', { kind: 'cancelled' }, false, false],
		['a wait that is too long', { kind: 'wait', waitMs: 1 }, false, false],
	])('after %s', (_what, failure, ifRepeatable, ifNot) => {
		expect(plan(failure, { repeatable: true }) !== 'final').toBe(ifRepeatable);
		expect(plan(failure, { repeatable: false }) !== 'final').toBe(ifNot);
	});

	it('never repeats what may have been applied, unless it’s repeatable', () => {
		const anyStatus = fc.integer({ min: 100, max: 599 });
		fc.assert(
			fc.property(
				anyStatus,
				fc.nat(5),
				random,
				fc.option(fc.nat()),
				(code, retries, jitter, askedMs) => {
					const rest = {
						repeatable: false,
						retries,
						random: jitter,
						retryAfterMs: askedMs ?? undefined,
					};
					expect(plan(status(code), rest)).toBe('final');
					expect(plan(LOST, rest)).toBe('final');
				},
			),
		);
	});

	it('stops after three retries', () => {
		for (const failure of [status(503), LOST, unsent('ECONNREFUSED')]) {
			expect(plan(failure, { retries: 2 })).not.toBe('final');
			expect(plan(failure, { retries: 3 })).toBe('final');
		}
	});
});

describe('the wait before a retry', () => {
	it('doubles from half a second, with jitter between half and all of it', () => {
		fc.assert(
			fc.property(fc.nat(2), random, (retries, jitter) => {
				const fullMs = 500 * 2 ** retries;
				const waitMs = Number(plan(status(503), { retries, random: jitter }));
				expect(waitMs).toBeGreaterThanOrEqual(fullMs / 2);
				expect(waitMs).toBeLessThanOrEqual(fullMs);
			}),
		);
	});

	it('is at least as long as a 503 asks for', () => {
		expect(plan(status(503), { retryAfterMs: 7_000 })).toBe(7_000);
		expect(plan(status(503), { retryAfterMs: 1 })).toBe(250);
	});
});
