/// <reference lib="dom" />
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { root } from '../../playground/paths';
import { lightAndDark, smallPng, type Clip } from './png';

const folder = join(root, 'docs', 'pictures');

/** Whether this is `npm run pictures`, which updates the pictures. */
export const isUpdate = process.env['npm_lifecycle_event'] === 'pictures';

/** The file names of the pictures in the repository. */
export function savedPictures(): string[] {
	return readdirSync(folder).filter((file) => file.endsWith('.png'));
}

/** The file names of the pictures in the README and in docs. */
export function linkedPictures(): string[] {
	const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
	const pages = [join(root, 'README.md'), ...docs.map((file) => join(root, 'docs', file))];
	const text = pages.map((page) => readFileSync(page, 'utf8')).join('\n');
	const links = text.matchAll(/(?:src|srcset)="(?:docs\/)?pictures\/([^"]+)"/g);
	return [...links].map(([, file]) => file ?? '');
}

const SHORT = { timeout: 2000 };

/** The visible texts, field values, and icons in the picture, in order. */
async function textOf(page: Page, part: Locator, clip: Clip): Promise<string> {
	const visible = await part.evaluate(visibleIn, clip, SHORT);
	const icons = await Promise.all(
		visible.icons.map(async (source) => {
			const answer = await page.request.get(source);
			return `${source.replace(/^.*\//, '')} (SHA-256 ${sha256(await answer.body())})`;
		}),
	);
	return [...visible.words, ...new Set(icons)]
		.map((line) => line.trim().replace(/(?<=(127\.0\.0\.1|localhost)):\d+$/, ''))
		.filter((line) => line !== '')
		.join('\n');
}

/** Runs in the browser. */
function visibleIn(part: Element, clip: Clip): { words: string[]; icons: string[] } {
	const words: string[] = [];
	const icons: string[] = [];
	const inClip = ({ left, top, right, bottom, width, height }: DOMRect): boolean =>
		width > 1 &&
		height > 1 &&
		right > clip.x &&
		left < clip.x + clip.width &&
		bottom > clip.y &&
		top < clip.y + clip.height;
	const isVisible = (element: Element, box: DOMRect): boolean => {
		if (
			!inClip(box) ||
			!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
		)
			return false;
		// Elements can be scrolled out of view in an outer box.
		for (
			let outer = element.parentElement;
			outer && part.contains(outer);
			outer = outer.parentElement
		) {
			if (getComputedStyle(outer).overflowY === 'visible') continue;
			const edge = outer.getBoundingClientRect();
			if (box.bottom <= edge.top || box.top >= edge.bottom) return false;
		}
		return true;
	};
	const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		if (node instanceof Text && node.data.trim() !== '' && node.parentElement) {
			const range = document.createRange();
			range.selectNodeContents(node);
			if (isVisible(node.parentElement, range.getBoundingClientRect())) words.push(node.data);
		}
		if (node instanceof HTMLInputElement && node.type !== 'password') {
			if (isVisible(node, node.getBoundingClientRect())) words.push(node.value);
		}
		if (node instanceof HTMLImageElement && isVisible(node, node.getBoundingClientRect())) {
			icons.push(node.src);
		}
	}
	return { words, icons };
}

function sha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/** The lines of a recorded text with the hashes of its pictures. */
const HASH_LINES = /^(\S+\.png): SHA-256 ([0-9a-f]{64})$/gm;

/** The file of the same picture in n8n's dark theme. */
export function darkFile(file: string): string {
	return file.replace(/\.png$/, '-dark.png');
}

function recordOf(file: string): string {
	return join(folder, file.replace(/\.png$/, '.txt'));
}

/** Saves pictures, and the text that they show. */
export function record(file: string, text: string, pictures: Record<string, Buffer>): void {
	const hashes = Object.entries(pictures).map(([name, picture]) => {
		writeFileSync(join(folder, name), picture);
		return `${name}: SHA-256 ${sha256(picture)}\n`;
	});
	writeFileSync(recordOf(file), `${text}\n${hashes.join('')}`);
}

/** The text once it no longer changes, because lists and messages fade in. */
export async function textOfArea(page: Page, part: Locator, clip: Clip): Promise<string> {
	for (let before = ''; ;) {
		// An element can disappear while it's read; then all is read again.
		const text = await textOf(page, part, clip).catch(() => '');
		if (text !== '' && text === before) return text;
		before = text;
		await page.waitForTimeout(700);
	}
}

/** The area of a picture: the part up to the height, with a margin. */
async function clipOf(part: Locator, height: number, margin: number): Promise<Clip> {
	const box = await part.boundingBox();
	if (!box) throw new Error('The part of the picture is not visible.');
	return {
		x: box.x - margin,
		y: box.y - margin,
		width: box.width + 2 * margin,
		height: Math.min(box.height, height) + 2 * margin,
	};
}

/**
 * Compares the editor with the text that was recorded for the picture, because pixels depend on a
 * computer's fonts. `npm run pictures` updates both.
 */
export async function comparePicture(
	{ browser, page }: { browser: Browser; page: Page },
	file: string,
	part: Locator,
	{ height = Infinity, margin = 0 } = {},
): Promise<void> {
	await part.waitFor();
	const clip = await clipOf(part, height, margin);
	const text = await textOfArea(page, part, clip);
	if (isUpdate) {
		const { light, dark } = await lightAndDark(page, clip);
		record(file, text, {
			[file]: await smallPng(browser, light),
			[darkFile(file)]: await smallPng(browser, dark),
		});
	}
	compareText(file, text);
}

/** Compares a text with the one that was recorded for the picture. */
export function compareText(file: string, text: string): void {
	const before = recordedText(file);
	if (before !== text) {
		throw new Error(
			`docs/pictures/${file} is outdated. Check the difference and run \`npm run pictures\`.\n\n` +
				`In the picture:\n${before}\n\nNow:\n${text}`,
		);
	}
}

function recordedText(file: string): string {
	const recorded = recordOf(file);
	if (!existsSync(recorded)) return '(no picture yet)';
	return readFileSync(recorded, 'utf8').replaceAll(HASH_LINES, '').trim();
}

/** The pictures that aren't the file that their text was recorded for. */
export function picturesChangedWithoutText(): string[] {
	const records = readdirSync(folder).filter((file) => file.endsWith('.txt'));
	const hashes = records.flatMap((file) => [
		...readFileSync(join(folder, file), 'utf8').matchAll(HASH_LINES),
	]);
	const recorded = new Map(hashes.map(([, file, hash]) => [file, hash]));
	return savedPictures().filter(
		(file) => recorded.get(file) !== sha256(readFileSync(join(folder, file))),
	);
}

/** The size of a saved picture in bytes. */
export function pictureSize(file: string): number {
	return readFileSync(join(folder, file)).byteLength;
}
