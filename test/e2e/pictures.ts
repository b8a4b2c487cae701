/// <reference lib="dom" />
import { createHash } from 'node:crypto';
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

/** The pictures that the README and the pages beside it show. */
export function picturesShown(): string[] {
	const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
	const pages = [join(root, 'README.md'), ...docs.map((file) => join(root, 'docs', file))];
	const text = pages.map((page) => readFileSync(page, 'utf8')).join('\n');
	return [...text.matchAll(/\]\((?:docs\/)?pictures\/([^\s)]+)\)/g)].map(([, file]) => file ?? '');
}

const SOON = { timeout: 2000 };

interface Clip {
	x: number;
	y: number;
	width: number;
	height: number;
}

/**
 * What a reader of the picture sees, in order: what stands there, what fields hold, and which icons.
 * Words that lie outside it, or are scrolled out of sight, are left out.
 */
async function textOf(page: Page, part: Locator, clip: Clip): Promise<string> {
	const seen = await part.evaluate(seenIn, clip, SOON);
	const icons = await Promise.all(
		seen.icons.map(async (source) => {
			const answer = await page.request.get(source);
			return `${source.replace(/^.*\//, '')} (SHA-256 ${sha256(await answer.body())})`;
		}),
	);
	return [...seen.words, ...new Set(icons)]
		.map((line) => line.trim().replace(/(?<=(127\.0\.0\.1|localhost)):\d+$/, ''))
		.filter((line) => line !== '')
		.join('\n');
}

/** Runs in the browser. */
function seenIn(part: Element, clip: Clip): { words: string[]; icons: string[] } {
	const words: string[] = [];
	const icons: string[] = [];
	const inClip = ({ left, top, right, bottom, width, height }: DOMRect): boolean =>
		width > 1 &&
		height > 1 &&
		right > clip.x &&
		left < clip.x + clip.width &&
		bottom > clip.y &&
		top < clip.y + clip.height;
	const shown = (element: Element, box: DOMRect): boolean => {
		if (
			!inClip(box) ||
			!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
		)
			return false;
		// Scrolled out of a box around it.
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
			if (shown(node.parentElement, range.getBoundingClientRect())) words.push(node.data);
		}
		if (node instanceof HTMLInputElement && node.type !== 'password') {
			if (shown(node, node.getBoundingClientRect())) words.push(node.value);
		}
		if (node instanceof HTMLImageElement && shown(node, node.getBoundingClientRect())) {
			icons.push(node.src);
		}
	}
	return { words, icons };
}

function sha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/** Which file of a picture a text was recorded with. */
const SEAL = /^Picture: SHA-256 ([0-9a-f]{64})$/m;

/** The same once it stays as it is: lists and messages slide and fade in. */
async function settledTextOf(page: Page, part: Locator, clip: Clip): Promise<string> {
	for (let before = ''; ;) {
		// What disappears while it is read is read again.
		const text = await textOf(page, part, clip).catch(() => '');
		if (text !== '' && text === before) return text;
		before = text;
		await page.waitForTimeout(700);
	}
}

/** The part of the page that a picture shows: all of it, or as much from its top, and a margin. */
async function clipOf(part: Locator, height: number, margin: number): Promise<Clip> {
	const box = await part.boundingBox();
	if (!box) throw new Error('There is nothing to see.');
	return {
		x: box.x - margin,
		y: box.y - margin,
		width: box.width + 2 * margin,
		height: Math.min(box.height, height) + 2 * margin,
	};
}

/**
 * Compares what the editor shows now with the text that was recorded beside the picture: pixels
 * differ from one computer's fonts to the next, words do not. `npm run pictures` makes both anew.
 */
export async function comparePicture(
	page: Page,
	file: string,
	part: Locator,
	{ height = Infinity, margin = 0 } = {},
): Promise<void> {
	await part.waitFor();
	const clip = await clipOf(part, height, margin);
	const text = await settledTextOf(page, part, clip);
	const recorded = join(folder, file.replace(/png$/, 'txt'));
	if (renewing) {
		const picture = await page.screenshot({
			path: join(folder, file),
			clip,
			animations: 'disabled',
		});
		writeFileSync(recorded, `${text}\nPicture: SHA-256 ${sha256(picture)}\n`);
	}
	const before = recordedText(file);
	if (before !== text) {
		throw new Error(
			`docs/pictures/${file} does not show what the editor shows now. Look at the difference, ` +
				`and run \`npm run pictures\`.\n\nIn the picture:\n${before}\n\nNow:\n${text}`,
		);
	}
}

function recordedText(file: string): string {
	const recorded = join(folder, file.replace(/png$/, 'txt'));
	if (!existsSync(recorded)) return '(there is no picture yet)';
	return readFileSync(recorded, 'utf8').replace(SEAL, '').trim();
}

/** The pictures that are not the file that their text was recorded with. */
export function exchangedPictures(): string[] {
	return keptPictures().filter((file) => {
		const text = readFileSync(join(folder, file.replace(/png$/, 'txt')), 'utf8');
		return SEAL.exec(text)?.[1] !== sha256(readFileSync(join(folder, file)));
	});
}

/** Bytes of a kept picture. */
export function sizeOf(file: string): number {
	return readFileSync(join(folder, file)).byteLength;
}
