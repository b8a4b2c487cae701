import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { allTables, summary, type Results } from './report';

const root = join(__dirname, '..');
export const resultsFile = join(__dirname, 'results.json');

/** The pages that show what was measured, between two marks in each. */
export const pages = [
	{ file: join(root, 'README.md'), content: summary },
	{ file: join(root, 'docs', 'speed.md'), content: allTables },
];

const MARKS = /(?<=<!-- bench -->\n)[\s\S]*(?=<!-- \/bench -->)/;

/** The page with these measurements in it. @throws Error where it has no marks */
export async function pageWith(
	results: Results,
	{ file, content }: (typeof pages)[number],
): Promise<string> {
	const page = readFileSync(file, 'utf8');
	if (!MARKS.test(page)) throw new Error(`${file} has no marks <!-- bench --> and <!-- /bench -->`);
	const filled = page.replace(MARKS, () => `\n${content(results)}\n\n`);
	return await format(filled, { ...(await resolveConfig(file)), parser: 'markdown' });
}

/** Keeps the measurements and shows them on the pages. */
export async function publish(jsonFile: string): Promise<void> {
	const results = JSON.parse(readFileSync(jsonFile, 'utf8')) as Results;
	writeFileSync(resultsFile, `${JSON.stringify(results, null, '\t')}\n`);
	for (const page of pages) writeFileSync(page.file, await pageWith(results, page));
}
