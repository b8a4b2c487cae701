import { ranges } from '../../../nodes/SendGridProvisioning/runner/finishedItems';
import type { Effect } from '../../../nodes/SendGridProvisioning/runner/operation';
import { RunReport } from '../../../nodes/SendGridProvisioning/runner/runReport';

/** A report of items with these effects. */
function reportOf(...effects: Effect[]): RunReport {
	const report = new RunReport();
	for (const effect of effects) report.count(effect);
	return report;
}

describe('the hints of a run', () => {
	it('are empty if every item was updated without waiting', () => {
		expect(reportOf('updated', 'updated').hints()).toEqual([]);
		expect(reportOf('read').hints()).toEqual([]);
	});

	it('say in one line what was updated, waited for, and retried', () => {
		const report = reportOf('updated', 'unchanged', 'unchanged');
		report.waitBegins(0);
		report.waitEnds(42_400);
		for (let retry = 0; retry < 3; retry += 1) report.retried();
		expect(report.hints()).toEqual([
			'1 updated, 2 unchanged; waited 42 s for SendGrid’s rate limit; retried 3 requests',
		]);
	});

	it('don’t count dry runs, and use the singular for one request', () => {
		const report = reportOf('dry run');
		report.retried();
		expect(report.hints()).toEqual(['retried 1 request']);
	});

	it('have each note once, after that line', () => {
		const report = reportOf('unchanged');
		report.notes.add('Note.');
		report.notes.add('Note.');
		expect(report.hints()).toEqual(['0 updated, 1 unchanged', 'Note.']);
	});
});

describe('item ranges', () => {
	it('have a start and an end', () => {
		expect(ranges([0, 1, 2, 5, 7, 8])).toBe('0 to 2, 5, 7 to 8');
		expect(ranges([])).toBe('');
	});

	it('are cut if there are very many, with the number of the rest', () => {
		const even = Array.from({ length: 5_000 }, (_, index) => 2 * index);
		const written = ranges([...even, 9_999]);
		expect(written).toMatch(/^0, 2, 4, .* 98 and 4,951 more from 100 on$/);
		expect(written.length).toBeLessThan(300);
	});
});
