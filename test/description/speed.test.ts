import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readOptions } from '../../bench/options';
import { MARKED, pages, resultsFile } from '../../bench/publish';
import type { Results } from '../../bench/report';
import { floorSeconds } from '../../bench/tables/limited';
import { ROOT } from './forms';

const results = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;

/** A table without the formatter's spaces and dashes. */
function unformatted(text: string | undefined): string {
	return (text ?? '').replaceAll(/-{3,}/g, '---').replaceAll(/ +/g, ' ').trim();
}

describe('The measurements', () => {
	it.each(pages.map((page) => ({ ...page, name: relative(ROOT, page.file) })))(
		'in $name are those in bench/results.json',
		({ file, content }) => {
			const [table] = MARKED.exec(readFileSync(file, 'utf8')) ?? [];
			expect(unformatted(table)).toBe(unformatted(content(results)));
		},
	);

	it('include all tables', () => {
		expect(results.tables.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5, 6]);
	});
});

describe('The floor of a run under a rate limit', () => {
	it('is the time until the limit allows the last request', () => {
		expect(floorSeconds(1000, 0)).toBe(40);
		expect(floorSeconds(1001, 0)).toBe(50);
	});

	it('is shorter if the run starts after its window', () => {
		expect(floorSeconds(1000, 250)).toBe(39.75);
	});
});

/** A folder with a package.json, in place of another checkout. */
const OTHER = join(ROOT, 'playground');

describe('The bench’s options', () => {
	it('measure all tables by default, and compare no checkouts', () => {
		expect(readOptions([])).toMatchObject({ tables: [1, 2, 3, 4, 5, 6], publish: false });
		expect(readOptions([]).against).toBeUndefined();
	});

	it('accept another checkout to compare with', () => {
		expect(readOptions(['--against', OTHER, '--repeats', '7'])).toMatchObject({
			against: OTHER,
			size: { rounds: 7 },
		});
	});

	it.each([
		['this checkout', ['--against', ROOT], 'must name another checkout'],
		['a folder without a package', ['--against', join(ROOT, 'docs')], 'has no package.json'],
		['a missing folder', ['--against', 'missing'], 'has no package.json'],
		['a published comparison', ['--against', OTHER, '--publish'], 'neither --rows nor --publish'],
		['tables in a comparison', ['--against', OTHER, '--rows', '1'], 'neither --rows nor --publish'],
		['a quick publication', ['--publish', '--quick'], '--publish requires all tables'],
		['an unknown table', ['--rows', '7'], '--rows'],
		['no rounds', ['--repeats', '0'], '--repeats'],
	])('refuse %s', (_what, args, message) => {
		expect(() => readOptions(args)).toThrow(message);
	});
});
