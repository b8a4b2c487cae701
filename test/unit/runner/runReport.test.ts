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

	it('begin with a capital letter, and use the singular for one request', () => {
		const report = reportOf('updated');
		report.retried();
		expect(report.hints()).toEqual(['Retried 1 request']);
		const waited = reportOf('updated');
		waited.waitBegins(0);
		waited.waitEnds(58_000);
		expect(waited.hints()).toEqual(['Waited 58 s for SendGrid’s rate limit']);
	});

	it.each<[string, Effect[]]>([
		['Nothing was sent. 1 would change.', ['would change']],
		[
			'Nothing was sent. 1 would change, 1 would stay unchanged.',
			['would not change', 'would change'],
		],
		['Nothing was sent. 2 would stay unchanged.', ['would not change', 'would not change']],
		['Nothing was sent for items with Dry Run on. 1 would change.', ['would change', 'updated']],
	])('say after a dry run “%s”', (hint, effects) => {
		expect(reportOf(...effects).hints()).toEqual([hint]);
	});

	it.each<[string, string, string]>([
		['birchwood', 'would be: ip 2 → 1', 'birchwood: ip 2 → 1.'],
		['', 'would be created: EU region', 'Would be created: EU region.'],
		['birchwood', 'would be deleted: birchwood', 'Would be deleted: birchwood.'],
	])('say what would change if it’s a single item: %s, %s', (customer, summary, change) => {
		const report = reportOf('would not change');
		report.count('would change', { customer, summary });
		const counts = 'Nothing was sent. 1 would change, 1 would stay unchanged.';
		expect(report.hints()).toEqual([`${counts} ${change}`]);
	});

	it('don’t say what dry runs of several items would change', () => {
		const report = new RunReport();
		for (const customer of ['birchwood', 'saltmarsh'])
			report.count('would change', { customer, summary: 'would be: ip 2 → 1' });
		expect(report.hints()).toEqual(['Nothing was sent. 2 would change.']);
	});

	it('say what was removed or lowered, and of whom', () => {
		const report = reportOf('updated');
		report.count('updated', {
			customer: 'birchwood',
			reduced: ['ip 2 → 1', 'teammates removed'],
		});
		report.count('unchanged', { customer: 'saltmarsh', reduced: [] });
		expect(report.hints()).toEqual([
			'This removed or lowered something. birchwood: ip 2 → 1, teammates removed.',
			'2 updated, 1 unchanged',
		]);
	});

	it('say what a dry run would remove or lower', () => {
		const report = new RunReport();
		report.count('would change', { customer: 'birchwood', reduced: ['ip 2 → 1'] });
		expect(report.hints()).toEqual([
			'Nothing was sent. 1 would change.',
			'This would remove or lower something. birchwood: ip 2 → 1.',
		]);
	});

	it('stay short if many items, or much of one, are removed or lowered', () => {
		const report = new RunReport();
		for (let item = 1; item <= 7; item += 1) {
			const scopes = Array.from({ length: item === 1 ? 20 : 1 }, (_, index) => `s${index} removed`);
			report.count('updated', { customer: `c${item}`, reduced: scopes });
		}
		expect(report.hints()).toEqual([
			'This removed or lowered something. ' +
				'c1: s0 removed, s1 removed, s2 removed, s3 removed, s4 removed, and 15 more; ' +
				'c2: s0 removed; c3: s0 removed; c4: s0 removed; c5: s0 removed; and 2 more items.',
		]);
	});

	it('have each note once, after that line', () => {
		const report = reportOf('unchanged');
		report.notes.add('Note.');
		report.notes.add('Note.');
		expect(report.hints()).toEqual(['Already up to date: 0 updated, 1 unchanged', 'Note.']);
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
