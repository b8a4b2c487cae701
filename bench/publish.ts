import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allTables, summary, type Results } from './report';

const root = join(__dirname, '..');
export const resultsFile = join(__dirname, 'results.json');

/** The pages with measurements, each between two marks. */
export const pages = [
	{ file: join(root, 'README.md'), content: summary },
	{ file: join(root, 'docs', 'speed.md'), content: allTables },
];

export const MARKED = /(?<=<!-- bench -->\n)[\s\S]*(?=<!-- \/bench -->)/;

/** Saves the measurements and updates the pages. @throws Error for a page without marks */
export async function publish(jsonFile: string): Promise<void> {
	// Imported here, because Jest can't load this ES module.
	const { format, resolveConfig } = await import('prettier');
	const results = JSON.parse(readFileSync(jsonFile, 'utf8')) as Results;
	const formatted = async (text: string, file: string) =>
		await format(text, { ...(await resolveConfig(file)), filepath: file });
	writeFileSync(resultsFile, await formatted(JSON.stringify(results), resultsFile));
	for (const { file, content } of pages) {
		const page = readFileSync(file, 'utf8');
		if (!MARKED.test(page)) throw new Error(`${file} has no marks for the measurements`);
		const filled = page.replace(MARKED, () => `\n${content(results)}\n\n`);
		writeFileSync(file, await formatted(filled, file));
	}
}
