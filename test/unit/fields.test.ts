import { batchingFrom } from '../../nodes/SendGridProvisioning/fields/batching';
import { limitFrom } from '../../nodes/SendGridProvisioning/fields/limit';
import { refusalOf } from './refusals';

describe('batching', () => {
	const defaults = { concurrency: Infinity, timeLimits: { maxWaitMs: 300_000, timeoutMs: 30_000 } };

	it.each([{}, '', null, undefined])('uses the defaults if it’s %j', (value) => {
		expect(batchingFrom(value)).toEqual(defaults);
		expect(batchingFrom({ concurrency: 0 })).toEqual(defaults);
	});

	it('reads each value independently', () => {
		const { timeLimits } = defaults;
		expect(batchingFrom({ concurrency: '7' })).toEqual({ ...defaults, concurrency: 7 });
		expect(batchingFrom({ maxWaitSeconds: 0 }).timeLimits).toEqual({ ...timeLimits, maxWaitMs: 0 });
		expect(batchingFrom({ timeoutSeconds: '5' }).timeLimits).toEqual({
			...timeLimits,
			timeoutMs: 5_000,
		});
	});

	it.each([
		['Concurrency', { concurrency: 'x' }],
		['Max Wait', { maxWaitSeconds: -1 }],
		['Max Wait', { maxWaitSeconds: '' }],
		['Timeout', { timeoutSeconds: 0 }],
		['Timeout', { timeoutSeconds: 1.5 }],
		['Batching', []],
	])('names %s if its value can’t be used (%j)', (field, value) => {
		expect(refusalOf(() => batchingFrom(value)).message).toContain(field);
	});
});

describe('the limit of a list', () => {
	function limit(params: Record<string, unknown>): number {
		return limitFrom((name) => params[name] ?? null);
	}

	it('is infinite for Return All, even if a limit is set', () => {
		expect(limit({ returnAll: true, limit: 'stale' })).toBe(Infinity);
	});

	it('is the entered number otherwise', () => {
		expect(limit({ returnAll: false, limit: 5 })).toBe(5);
		expect(limit({ limit: '5' })).toBe(5);
	});

	it.each([0, -1, 1.5, '', null, 'all'])('is refused as %j', (given) => {
		expect(refusalOf(() => limit({ limit: given })).message).toContain('Limit');
	});
});
