import fc from 'fast-check';
import { dayFrom, inGroups, statsRows } from '../../../nodes/SendGridProvisioning/domain/stats';
import { refusalOf } from '../refusals';

describe('a date field', () => {
	it.each([
		['2026-03-31', '2026-03-31'],
		[' 2026-03-31 ', '2026-03-31'],
		['2026-03-31T23:59:59', '2026-03-31'],
		['2026-03-31 23:59', '2026-03-31'],
		['2026-03-31T00:00:00.000+14:00', '2026-03-31'],
		['2026-03-31T23:59:59-12:00', '2026-03-31'],
		['2024-02-29', '2024-02-29'],
		[new Date(Date.UTC(2026, 2, 31, 23)), '2026-03-31'],
		[{ toISODate: () => '2026-03-31' }, '2026-03-31'],
	])('%j is the day %s', (value, day) => {
		expect(dayFrom(value, 'Start Date')).toBe(day);
	});

	it.each([
		'',
		'today',
		'2026-02-29',
		'2026-02-31',
		'2026-13-01',
		'2026-00-10',
		'31.03.2026',
		'2026-3-1',
		'2026-03-311',
		'20260331',
		20260331,
		null,
		undefined,
		true,
		[],
		['2026-03-31'],
		{},
		new Date(NaN),
		{ toISODate: () => null },
	])('that holds %j is refused by its name', (value) => {
		expect(refusalOf(() => dayFrom(value, 'Start Date')).message).toContain('Start Date');
	});
});

it('groups keep all names in order, none larger than allowed', () => {
	fc.assert(
		fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 12 }), (names, size) => {
			const groups = inGroups(names, size);
			expect(groups.flat()).toEqual(names);
			expect(groups).toHaveLength(Math.ceil(names.length / size));
			for (const group of groups) expect(group.length).toBeLessThanOrEqual(size);
		}),
	);
});

it('rows are one for each date and subuser, counts flat', () => {
	const stats = [
		{ name: 'birchwood', type: 'subuser', metrics: { opens: 1, clicks: 0 } },
		{ name: 'tidewater', metrics: {} },
	];
	expect(
		statsRows([
			{ date: '2026-03-01', stats },
			{ date: '2026-03-02', stats: [] },
		]),
	).toEqual([
		{ date: '2026-03-01', username: 'birchwood', type: 'subuser', opens: 1, clicks: 0 },
		{ date: '2026-03-01', username: 'tidewater' },
	]);
});
