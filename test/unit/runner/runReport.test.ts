import { ranges } from '../../../nodes/SendGridProvisioning/runner/finishedItems';
import type { Effect } from '../../../nodes/SendGridProvisioning/runner/operation';
import { RunReport } from '../../../nodes/SendGridProvisioning/runner/runReport';

/** A report of items that ended like this. */
function reportOf(...effects: Effect[]): RunReport {
	const report = new RunReport();
	for (const effect of effects) report.count(effect);
	return report;
}

describe('the hints of a run', () => {
	it('are none where every item was updated without waiting', () => {
		expect(reportOf('updated', 'updated').hints()).toEqual([]);
		expect(reportOf('read').hints()).toEqual([]);
	});

	it('tell in one line what was updated, waited for, and retried', () => {
		const report = reportOf('updated', 'unchanged', 'unchanged');
		report.waitBegins(0);
		report.waitEnds(42_400);
		for (let retry = 0; retry < 3; retry += 1) report.retried();
		expect(report.hints()).toEqual([
			'1 updated, 2 unchanged; waited 42 s for SendGrid’s rate limit; retried 3 requests',
		]);
	});

	it('count no dry run, and one request as one', () => {
		const report = reportOf('dry run');
		report.retried();
		expect(report.hints()).toEqual(['retried 1 request']);
	});

	it('have each note once, behind the line', () => {
		const report = reportOf('unchanged');
		report.notes.add('Note.');
		report.notes.add('Note.');
		expect(report.hints()).toEqual(['0 updated, 1 unchanged', 'Note.']);
	});
});

describe('items in a sentence', () => {
	it('are ranges', () => {
		expect(ranges([0, 1, 2, 5, 7, 8])).toBe('0 to 2, 5, 7 to 8');
		expect(ranges([])).toBe('');
	});

	it('are cut where they would fill pages, with the number of the rest', () => {
		const even = Array.from({ length: 5_000 }, (_, index) => 2 * index);
		const written = ranges([...even, 9_999]);
		expect(written).toMatch(/^0, 2, 4, .* 98 and 4,951 more from 100 on$/);
		expect(written.length).toBeLessThan(300);
	});
});
