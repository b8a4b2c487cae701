/// <reference lib="dom" />
import { crc32, deflateSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';

/** The most colors that a PNG's palette can have. */
const MOST_COLORS = 256;

/** Pictures of the same size with a common palette. */
interface Indexed {
	width: number;
	height: number;
	/** Red, green, and blue of each color. */
	palette: Buffer;
	/** One byte per pixel, for each picture: its color's index in the palette. */
	pictures: Buffer[];
}

/** A picture in n8n's light and dark theme, as the browser writes it. */
export interface Pictures {
	light: Buffer;
	dark: Buffer;
}

/** Takes a picture in n8n's light and dark theme, which follow the browser's setting. */
export async function lightAndDark(page: Page, clip: Clip): Promise<Pictures> {
	const take = async (colorScheme: 'light' | 'dark'): Promise<Buffer> => {
		await page.emulateMedia({ colorScheme });
		// The editor loads another icon for some nodes.
		await page.waitForTimeout(1000);
		return await page.screenshot({ clip, animations: 'disabled' });
	};
	const dark = await take('dark');
	return { dark, light: await take('light') };
}

/** The area of a picture, in CSS pixels. */
export interface Clip {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** Reduces a picture to a palette, which makes its file about a third as large. */
export async function smallPng(browser: Browser, png: Buffer): Promise<Buffer> {
	return encode(await withPalette(browser, [png]));
}

/** Joins pictures of the same size to an animated PNG that repeats forever. */
export async function animatedPng(
	browser: Browser,
	frames: Array<{ picture: Buffer; milliseconds: number }>,
): Promise<Buffer> {
	const pictures = frames.map(({ picture }) => picture);
	const durations = frames.map(({ milliseconds }) => milliseconds);
	return encode(await withPalette(browser, pictures), durations);
}

async function withPalette(browser: Browser, pngs: Buffer[]): Promise<Indexed> {
	const page = await browser.newPage();
	try {
		const sources = pngs.map((png) => png.toString('base64'));
		const { size, palette, pictures } = await page.evaluate(reduceColors, {
			sources,
			mostColors: MOST_COLORS,
		});
		return {
			...size,
			palette: Buffer.from(palette),
			pictures: pictures.map((picture) => Buffer.from(picture, 'base64')),
		};
	} finally {
		await page.close();
	}
}

/**
 * Runs in the browser, which can decode pictures. Frequent colors stay exact; a rare one becomes the
 * most similar color of the palette.
 */
async function reduceColors({ sources, mostColors }: { sources: string[]; mostColors: number }) {
	const read = async (source: string): Promise<ImageData> => {
		const answer = await fetch(`data:image/png;base64,${source}`);
		const bitmap = await createImageBitmap(await answer.blob());
		const drawing = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
		if (!drawing) throw new Error('The browser can’t draw.');
		drawing.drawImage(bitmap, 0, 0);
		return drawing.getImageData(0, 0, bitmap.width, bitmap.height);
	};
	const images = await Promise.all(sources.map(read));
	const pixels = images.map(({ data }) => new Uint32Array(data.buffer));

	const counts = new Map<number, number>();
	for (const picture of pixels) {
		for (const color of picture) counts.set(color, (counts.get(color) ?? 0) + 1);
	}
	const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([color]) => color);
	const channels = (color: number) => [color & 255, (color >> 8) & 255, (color >> 16) & 255];
	const distance = (a: number, b: number): number => {
		const others = channels(b);
		return Math.max(...channels(a).map((value, index) => Math.abs(value - (others[index] ?? 0))));
	};

	let colors: number[] = [];
	for (let apart = 0; ; apart += 1) {
		colors = [];
		for (const color of byCount) {
			if (colors.every((other) => distance(color, other) > apart)) colors.push(color);
			if (colors.length > mostColors) break;
		}
		if (colors.length <= mostColors) break;
	}
	const nearest = (color: number): number => {
		const distances = colors.map((other) => distance(color, other));
		return distances.indexOf(Math.min(...distances));
	};
	const indexOf = new Map(byCount.map((color) => [color, nearest(color)]));

	const toBase64 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
		await new Promise((resolve) => {
			const reader = new FileReader();
			reader.onload = () => {
				const url = typeof reader.result === 'string' ? reader.result : '';
				resolve(url.split(',')[1] ?? '');
			};
			reader.readAsDataURL(new Blob([bytes]));
		});
	const pictures = pixels.map((picture) =>
		Uint8Array.from(picture, (color) => indexOf.get(color) ?? 0),
	);
	return {
		size: { width: images[0]?.width ?? 0, height: images[0]?.height ?? 0 },
		palette: colors.flatMap(channels),
		pictures: await Promise.all(pictures.map(toBase64)),
	};
}

/** Writes a PNG, animated if there are durations: https://www.w3.org/TR/png-3/. */
function encode({ width, height, palette, pictures }: Indexed, durations: number[] = []): Buffer {
	// 8 bits per pixel, with a palette.
	const header = Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 3, 0, 0, 0])]);
	let sequence = 0;
	const frames = pictures.flatMap((picture, index) => {
		const data = compress(picture, width);
		const milliseconds = durations[index];
		if (milliseconds === undefined) return [chunk('IDAT', data)];
		const control = Buffer.concat([
			...[sequence++, width, height, 0, 0].map(uint32),
			// The duration as a fraction of a second. The frame replaces the one before it.
			uint16(milliseconds),
			uint16(1000),
			Buffer.from([0, 0]),
		]);
		const content =
			index === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([uint32(sequence++), data]));
		return [chunk('fcTL', control), content];
	});
	const repeatForever = 0;
	const animation = Buffer.concat([uint32(durations.length), uint32(repeatForever)]);
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', header),
		...(durations.length > 0 ? [chunk('acTL', animation)] : []),
		chunk('PLTE', palette),
		...frames,
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/** Compresses the rows, each after a byte that says that it's unfiltered. */
function compress(picture: Buffer, width: number): Buffer {
	const rows: Buffer[] = [];
	for (let start = 0; start < picture.byteLength; start += width) {
		rows.push(Buffer.alloc(1), picture.subarray(start, start + width));
	}
	return deflateSync(Buffer.concat(rows), { level: 9 });
}

function chunk(type: string, content: Buffer): Buffer {
	const named = Buffer.concat([Buffer.from(type), content]);
	return Buffer.concat([uint32(content.byteLength), named, uint32(crc32(named))]);
}

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}

function uint16(value: number): Buffer {
	const bytes = Buffer.alloc(2);
	bytes.writeUInt16BE(value);
	return bytes;
}
