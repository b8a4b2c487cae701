import { patienceFrom } from '../../nodes/SendGridProvisioning/fields/batching';
import { limitFrom } from '../../nodes/SendGridProvisioning/fields/limit';
import { refusalOf } from './refusals';

describe('batching', () => {
	it.each([{}, '', null, undefined])('waits 300 s and 30 s where it is %j', (value) => {
		expect(patienceFrom(value)).toEqual({ maxWaitMs: 300_000, timeoutMs: 30_000 });
	});

	it('takes each value by itself', () => {
		expect(patienceFrom({ maxWaitSeconds: 0 })).toEqual({ maxWaitMs: 0, timeoutMs: 30_000 });
		expect(patienceFrom({ timeoutSeconds: '5' })).toEqual({ maxWaitMs: 300_000, timeoutMs: 5_000 });
	});

	it.each([
		['Max Wait', { maxWaitSeconds: -1 }],
		['Max Wait', { maxWaitSeconds: '' }],
		['Timeout', { timeoutSeconds: 0 }],
		['Timeout', { timeoutSeconds: 1.5 }],
		['Batching', []],
	])('names %s where its value cannot be used (%j)', (field, value) => {
		expect(refusalOf(() => patienceFrom(value)).message).toContain(field);
	});
});

describe('the limit of a list', () => {
	function limit(params: Record<string, unknown>): number {
		return limitFrom((name) => params[name] ?? null);
	}

	it('is none where all are wanted, whatever limit lies in the parameters', () => {
		expect(limit({ returnAll: true, limit: 'stale' })).toBe(Infinity);
	});

	it('is the given number otherwise', () => {
		expect(limit({ returnAll: false, limit: 5 })).toBe(5);
		expect(limit({ limit: '5' })).toBe(5);
	});

	it.each([0, -1, 1.5, '', null, 'all'])('is refused as %j', (given) => {
		expect(refusalOf(() => limit({ limit: given })).message).toContain('Limit');
	});
});
