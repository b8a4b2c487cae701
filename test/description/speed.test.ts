import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { MARKED, pages, resultsFile } from '../../bench/publish';
import type { Results } from '../../bench/report';
import { ROOT } from './forms';

const results = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;

/** Without what the formatter does to tables. */
function plain(text: string | undefined): string {
	return (text ?? '').replaceAll(/-{3,}/g, '---').replaceAll(/ +/g, ' ').trim();
}

describe('What is said of speed', () => {
	it.each(pages.map((page) => ({ ...page, name: relative(ROOT, page.file) })))(
		'in $name is what the bench measured',
		({ file, content }) => {
			const [said] = MARKED.exec(readFileSync(file, 'utf8')) ?? [];
			expect(plain(said)).toBe(plain(content(results)));
		},
	);

	it('comes from a whole bench', () => {
		expect(results.tables.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5]);
	});
});
