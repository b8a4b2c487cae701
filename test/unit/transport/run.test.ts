import { Run } from '../../../nodes/SendGridProvisioning/transport/run';

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
