import { Run, ranges } from '../../../nodes/SendGridProvisioning/transport/run';

describe('the hints of a run', () => {
	it('are none where all went straight through', () => {
		expect(new Run().hints([{ changed: true }, {}, { changed: true }])).toEqual([]);
	});

	it('tell in one line what was updated, waited for and sent again', () => {
		const run = new Run();
		run.waitBegins(0);
		run.waitEnds(42_400);
		run.repeated = 3;
		expect(run.hints([{ changed: true }, { changed: false }, { changed: false }])).toEqual([
			'1 updated, 2 unchanged; waited 42 s for SendGrid’s rate limit; sent 3 requests again',
		]);
	});

	it.each([
		['was put without reading before', { dry_run: false, type: 'nonrecurring' }],
		['got credits', { added: 7 }],
		['got offerings', { changed: true, added: [] }],
	])('count as updated what %s', (_what, item) => {
		expect(new Run().hints([item, { changed: false }])).toEqual(['1 updated, 1 unchanged']);
	});

	it('count as unchanged what lacked no credits, and nothing else that says little', () => {
		const failed = { error: 'No', description: 'Look.' };
		expect(new Run().hints([{ added: 0 }, failed, { deleted: true }])).toEqual([
			'0 updated, 1 unchanged',
		]);
	});

	it('count no dry run, and one request as one', () => {
		const run = new Run();
		run.repeated = 1;
		expect(run.hints([{ changed: false, dry_run: true }])).toEqual(['sent 1 request again']);
	});

	it('have each note once, behind the line', () => {
		const run = new Run();
		run.notes.add('Note.');
		run.notes.add('Note.');
		expect(run.hints([{ changed: false }])).toEqual(['0 updated, 1 unchanged', 'Note.']);
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
