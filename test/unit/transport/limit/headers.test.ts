import fc from 'fast-check';
import { readRateLimit } from '../../../../nodes/SendGridProvisioning/transport/limit/headers';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const NOW_SECONDS = NOW / 1000;

function read(headers: Record<string, unknown>): ReturnType<typeof readRateLimit> {
	return readRateLimit(headers, NOW);
}

describe('the rate limit in headers', () => {
	it.each([
		['10', 10],
		['10, 10;w=1;name="x"', 10],
		['600;w=60', 600],
		['many', undefined],
		[', 10;w=1', undefined],
	])('has the limit %j', (limit, expected) => {
		expect(read({ 'x-ratelimit-limit': limit })).toEqual({ limit: expected });
	});

	it.each(['X-Ratelimit-', 'X-RateLimit-', 'x-ratelimit-'])(
		'is found under names that begin with %s',
		(prefix) => {
			const headers = { [`${prefix}Limit`]: '9', [`${prefix}Remaining`]: '8', 'Retry-After': '7' };
			expect(read(headers)).toEqual({ limit: 9, remaining: 8, retryAfterMs: 7_000 });
		},
	);

	it.each([
		['a Unix time in seconds', String(NOW_SECONDS + 30), 30_000],
		['a Unix time in milliseconds', String(NOW + 30_000), 30_000],
		['the seconds that are left', '30', 30_000],
		['seconds with a fraction', '0.5', 500],
		['no second left', '0', 0],
		['a Unix time that has passed', String(NOW_SECONDS - 30), 0],
		['a number', 30, 30_000],
		['text with spaces', ' 30 ', 30_000],
	])('reads a reset that is %s', (_what, reset, resetMs) => {
		expect(read({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset })).toEqual({
			remaining: 0,
			resetMs,
		});
	});

	it('reads Retry-After as seconds and as a date', () => {
		expect(read({ 'retry-after': '7' })).toEqual({ retryAfterMs: 7_000 });
		expect(read({ 'retry-after': 'Sun, 01 Mar 2026 12:00:07 GMT' })).toEqual({
			retryAfterMs: 7_000,
		});
		expect(read({ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' })).toEqual({ retryAfterMs: 0 });
	});

	it.each([
		'',
		'soon',
		'-1',
		'1e9',
		'0x10',
		'NaN',
		'Infinity',
		'1,000',
		null,
		undefined,
		true,
		{},
		-1,
	])('counts %j as absent', (value) => {
		const headers = {
			'x-ratelimit-remaining': value,
			'x-ratelimit-reset': value,
		};
		expect(read(headers)).toEqual({});
	});

	it.each([
		['text that is too large', '9'.repeat(400)],
		['text that is too large in milliseconds', `1${'0'.repeat(306)}`],
		['Infinity', Infinity],
		['NaN', NaN],
	])('counts %s as absent', (_what, value) => {
		expect(read({ 'x-ratelimit-reset': value, 'retry-after': value })).toEqual({});
	});

	it('is absent without headers', () => {
		expect(read({})).toEqual({});
	});

	it('uses the server’s clock if this computer’s is wrong', () => {
		const serverNow = NOW_SECONDS + 3_600;
		const headers = {
			date: new Date(serverNow * 1000).toUTCString(),
			'x-ratelimit-reset': String(serverNow + 20),
			'retry-after': new Date((serverNow + 10) * 1000).toUTCString(),
		};
		expect(read(headers)).toEqual({ resetMs: 20_000, retryAfterMs: 10_000 });
	});

	it('uses this computer’s clock, which has milliseconds, if both are close', () => {
		const headers = {
			date: new Date(NOW - 1_000).toUTCString(),
			'x-ratelimit-reset': String(NOW_SECONDS + 20),
		};
		expect(read(headers)).toEqual({ resetMs: 20_000 });
	});

	it('doesn’t depend on clocks if seconds are counted down', () => {
		const date = new Date(NOW + 3_600_000).toUTCString();
		expect(read({ date, 'x-ratelimit-reset': '20', 'retry-after': '10' })).toEqual({
			resetMs: 20_000,
			retryAfterMs: 10_000,
		});
	});

	it('ignores a Date header that isn’t a date', () => {
		const headers = { date: 'yesterday', 'x-ratelimit-reset': String(NOW_SECONDS + 20) };
		expect(read(headers)).toEqual({ resetMs: 20_000 });
	});

	it('has only finite numbers of at least 0', () => {
		const value = fc.oneof(
			fc.integer().map(String),
			fc.bigInt().map(String),
			fc.double().map(String),
			fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
			fc.anything(),
		);
		const names = ['date', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after'];
		const headers = fc.dictionary(fc.constantFrom(...names), value);
		fc.assert(
			fc.property(headers, (input) => {
				for (const number of Object.values(read(input))) {
					expect(number === undefined || (Number.isFinite(number) && number >= 0)).toBe(true);
				}
			}),
			{ numRuns: 2_000 },
		);
	});
});
