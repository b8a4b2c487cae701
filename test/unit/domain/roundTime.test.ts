import { roundMs, roundTime } from '../../../nodes/SendGridProvisioning/domain/roundTime';

const minute = { requests: 600, windowMs: 60_000 };

describe('a round through all customers takes', () => {
	it('as long as at the speed so far, without a rate limit', () => {
		const progress = { read: 500, total: 20_000, tookMs: 10_000, limit: undefined };
		expect(roundMs(progress)).toBe(400_000);
		expect(roundTime(progress)).toBe('about 7 minutes');
	});

	it('as long as the rate limit requires, even if the first requests were faster', () => {
		const progress = { read: 600, total: 20_000, tookMs: 10_000, limit: minute };
		expect(roundTime(progress)).toBe('about 33 minutes');
	});

	it('seconds or hours, in words', () => {
		expect(roundTime({ read: 10, total: 40, tookMs: 10_000, limit: minute })).toBe(
			'about 40 seconds',
		);
		expect(
			roundTime({
				read: 6,
				total: 2_000,
				tookMs: 20_000,
				limit: { requests: 6, windowMs: 60_000 },
			}),
		).toBe('about 6 hours');
		expect(roundTime({ read: 1, total: 1, tookMs: 3, limit: undefined })).toBe('about 1 second');
	});
});
