import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths';

const examples = join(root, 'examples');
const pictures = join(examples, 'pictures');
/** The record of what each picture was made from. */
const recordFile = join(pictures, 'drawnFrom.json');
const icon = join(root, 'nodes', 'SendGridProvisioning', 'sendGridProvisioning.svg');

/** Shortened SHA-256 hashes of the workflow, our icon, and the pictures. */
interface PictureRecord {
	workflow: string;
	icon: string;
	picture: string;
	darkPicture: string;
	/** The texts in the picture. */
	words: string[];
}

/** Saves pictures of a workflow, in n8n's light and dark theme, for the README of the examples. */
export function savePictures(
	file: string,
	{ light, dark }: { light: Buffer; dark: Buffer },
	words: string[],
): void {
	mkdirSync(pictures, { recursive: true });
	writeFileSync(join(pictures, pictureOf(file)), light);
	writeFileSync(join(pictures, darkPictureOf(file)), dark);
	const records = { ...readRecords(), [file]: { ...hashesOf(file), words } };
	const sorted = Object.fromEntries(Object.entries(records).sort(([a], [b]) => a.localeCompare(b)));
	writeFileSync(recordFile, `${JSON.stringify(sorted, null, 2)}\n`);
}

export function pictureOf(file: string): string {
	return file.replace(/\.json$/, '.png');
}

export function darkPictureOf(file: string): string {
	return file.replace(/\.json$/, '-dark.png');
}

/** The sizes of an example's pictures in bytes. */
export function pictureSizes(file: string): number[] {
	return [pictureOf(file), darkPictureOf(file)].map(
		(picture) => readFileSync(join(pictures, picture)).byteLength,
	);
}

/** The texts in the saved picture. */
export function savedWords(file: string): string[] {
	return readRecords()[file]?.words ?? [];
}

/** The parts that have changed since the pictures were made: workflow, icon, or a picture. */
export function outdatedParts(file: string): string[] {
	if (!existsSync(join(pictures, pictureOf(file)))) return ['picture'];
	if (!existsSync(join(pictures, darkPictureOf(file)))) return ['darkPicture'];
	const record = readRecords()[file];
	return Object.entries(hashesOf(file))
		.filter(([part, hash]) => record?.[part as keyof PictureRecord] !== hash)
		.map(([part]) => part);
}

function readRecords(): Record<string, PictureRecord> {
	return existsSync(recordFile)
		? (JSON.parse(readFileSync(recordFile, 'utf8')) as Record<string, PictureRecord>)
		: {};
}

function hashesOf(file: string): Omit<PictureRecord, 'words'> {
	// Parsed first, because formatting doesn't change the picture.
	const workflow: unknown = JSON.parse(readFileSync(join(examples, file), 'utf8'));
	return {
		workflow: hashOf(JSON.stringify(workflow)),
		icon: hashOf(readFileSync(icon)),
		picture: hashOf(readFileSync(join(pictures, pictureOf(file)))),
		darkPicture: hashOf(readFileSync(join(pictures, darkPictureOf(file)))),
	};
}

function hashOf(content: string | Buffer): string {
	return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
