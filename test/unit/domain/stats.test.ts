import fc from 'fast-check';
import {
	assertInOrder,
	assertNotFuture,
	dayFrom,
	inGroups,
	statsRows,
} from '../../../nodes/SendGridProvisioning/domain/stats';
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
	])('reads %j as %s', (value, day) => {
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
	])('refuses %j, and has its name in the message', (value) => {
		expect(refusalOf(() => dayFrom(value, 'Start Date')).message).toContain('Start Date');
	});
});

describe('a date in the future', () => {
	it.each([
		['2026-03-10', Date.UTC(2026, 2, 10), '2026-03-12', '2026-03-11'],
		['2026-03-11', Date.UTC(2026, 2, 10, 23, 59, 59, 999), '2026-03-12', '2026-03-11'],
		['2024-02-29', Date.UTC(2024, 1, 28, 12), '2024-03-01', '2024-02-29'],
		['2027-01-01', Date.UTC(2026, 11, 31, 12), '2027-01-02', '2027-01-01'],
		['1999-12-31', Date.UTC(2026, 2, 10), '9999-01-01', '2026-03-11'],
	])('%s is accepted at %d, %s is not', (accepted, now, refused, latest) => {
		expect(() => assertNotFuture(accepted, 'End Date', now)).not.toThrow();
		const { message, description } = refusalOf(() => assertNotFuture(refused, 'End Date', now));
		expect(message).toBe(`End Date is ${refused}, which is in the future`);
		expect(description).toContain(`up to ${latest}`);
	});

	it('is later than tomorrow, in any year', () => {
		const day = fc.date({
			min: new Date('2000-01-01T00:00:00Z'),
			max: new Date('2100-01-01T00:00:00Z'),
			noInvalidDate: true,
		});
		fc.assert(
			fc.property(day, fc.integer({ min: -400, max: 400 }), (now, days) => {
				const day = new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
				const check = () => assertNotFuture(day, 'Month', now.getTime());
				if (days <= 1) expect(check).not.toThrow();
				else expect(check).toThrow('Month');
			}),
		);
	});
});

describe('the days of a report', () => {
	it.each([['2026-03-01', undefined] as const, ['2026-03-01', '2026-03-01'] as const])(
		'may be %s to %s',
		(start, end) => {
			expect(() => assertInOrder(start, end)).not.toThrow();
		},
	);

	it.each([
		['2026-03-02', '2026-03-01'],
		['2026-01-01', '2025-12-31'],
	])('are refused from %s to %s', (start, end) => {
		const { message } = refusalOf(() => assertInOrder(start, end));
		expect(message).toBe(`End Date ${end} is before Start Date ${start}`);
	});
});

it('groups keep all names in order, and none is larger than the size', () => {
	fc.assert(
		fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 12 }), (names, size) => {
			const groups = inGroups(names, size);
			expect(groups.flat()).toEqual(names);
			expect(groups).toHaveLength(Math.ceil(names.length / size));
			for (const group of groups) expect(group.length).toBeLessThanOrEqual(size);
		}),
	);
});

it('rows are flat, one per date and subuser', () => {
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
