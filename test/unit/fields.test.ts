import { limitFrom } from '../../nodes/SendGridProvisioning/fields/limit';
import { optionsField, runOptionsFrom } from '../../nodes/SendGridProvisioning/fields/options';
import { refusalOf } from './refusals';

describe('the options of every operation', () => {
	const read = (options: unknown) =>
		runOptionsFrom((name) => (name === 'options' ? options : null));
	const defaults = { concurrency: Infinity, patience: { maxWaitMs: 300_000, timeoutMs: 30_000 } };

	it.each([{}, '', null, undefined])('have their defaults where they are %j', (value) => {
		expect(read(value)).toEqual(defaults);
		expect(read({ concurrency: 0 })).toEqual(defaults);
	});

	it('can be set one by one', () => {
		const { patience } = defaults;
		expect(read({ concurrency: '7' })).toEqual({ ...defaults, concurrency: 7 });
		expect(read({ maxWaitSeconds: 0 }).patience).toEqual({ ...patience, maxWaitMs: 0 });
		expect(read({ timeoutSeconds: '5' }).patience).toEqual({
			...patience,
			timeoutMs: 5_000,
		});
	});

	it.each([
		['Concurrency', { concurrency: 'x' }],
		['Max Wait', { maxWaitSeconds: -1 }],
		['Max Wait', { maxWaitSeconds: '' }],
		['Timeout', { timeoutSeconds: 0 }],
		['Timeout', { timeoutSeconds: 1.5 }],
		['Options', []],
	])('are refused by the name of the field: %s (%j)', (field, value) => {
		expect(refusalOf(() => read(value)).message).toContain(field);
	});
});

describe('the field Options', () => {
	it('has what all operations have and what one adds, from A to Z', () => {
		const added = { displayName: 'Quiet', name: 'quiet', type: 'boolean', default: false } as const;
		const names = (optionsField([added]).options ?? []).map(({ name }) => name);
		expect(names).toEqual(['concurrency', 'maxWaitSeconds', 'quiet', 'timeoutSeconds']);
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
