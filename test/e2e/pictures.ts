import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root } from '../../playground/paths';

const folder = join(root, 'docs', 'pictures');

/** Whether this is `npm run pictures`, which makes the pictures anew. */
const renewing = process.env['npm_lifecycle_event'] === 'pictures';

/** The pictures that are in the repository, by file name. */
export function keptPictures(): string[] {
	return readdirSync(folder).filter((file) => file.endsWith('.png'));
}

/** The pictures that the README shows. */
export function picturesInReadme(): string[] {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	return [...readme.matchAll(/docs\/pictures\/([^\s"')]+)/g)].map(([, file]) => file ?? '');
}

const SOON = { timeout: 2000 };

/** All text that a reader of the picture sees: what stands there, what fields hold, which icons. */
async function textOf(part: Locator): Promise<string> {
	const fields = await part.locator('input:visible:not([type=password])').all();
	const icons = await part.locator('img:visible').all();
	const lines = [
		...(await part.innerText(SOON)).split('\n'),
		...(await Promise.all(fields.map(async (field) => await field.inputValue(SOON)))),
		...(await Promise.all(icons.map(async (icon) => await icon.getAttribute('src', SOON)))),
	];
	return lines
		.map((line) =>
			(line ?? '').trim().replace(/^.*\/(?=\w+(\.dark)?\.svg$)|(?<=127\.0\.0\.1):\d+$/, ''),
		)
		.filter((line) => line !== '')
		.join('\n');
}

/** The same once it stays as it is: lists and messages slide and fade in. */
async function settledTextOf(page: Page, part: Locator): Promise<string> {
	for (let before = ''; ;) {
		// What disappears while it is read is read again.
		const text = await textOf(part).catch(() => '');
		if (text !== '' && text === before) return text;
		before = text;
		await page.waitForTimeout(700);
	}
}

/**
 * Compares what the editor shows now with the text that was recorded beside the picture: pixels
 * differ from one computer's fonts to the next, words do not. `npm run pictures` makes both anew.
 */
export async function comparePicture(
	page: Page,
	file: string,
	part: Locator,
	height = Infinity,
): Promise<void> {
	const text = `${await settledTextOf(page, part)}\n`;
	const recorded = join(folder, file.replace(/png$/, 'txt'));
	if (renewing) {
		const box = await part.boundingBox();
		if (!box) throw new Error(`There is nothing to see for ${file}.`);
		const clip = { ...box, height: Math.min(box.height, height) };
		await page.screenshot({ path: join(folder, file), clip, animations: 'disabled' });
		writeFileSync(recorded, text);
	}
	const before = existsSync(recorded)
		? readFileSync(recorded, 'utf8')
		: '(there is no picture yet)';
	if (before !== text) {
		throw new Error(
			`docs/pictures/${file} does not show what the editor shows now. Look at the difference, ` +
				`and run \`npm run pictures\`.\n\nIn the picture:\n${before}\n\nNow:\n${text}`,
		);
	}
}

/** Bytes of a kept picture. */
export function sizeOf(file: string): number {
	return readFileSync(join(folder, file)).byteLength;
}
