import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths';

const examples = join(root, 'examples');
const pictures = join(examples, 'pictures');
/** Which state of its workflow each picture shows. */
const list = join(pictures, 'drawnFrom.json');

/** Keeps a picture of a workflow for the README of the examples. */
export function keepPicture(file: string, picture: Buffer): void {
	mkdirSync(pictures, { recursive: true });
	writeFileSync(join(pictures, pictureOf(file)), picture);
	const drawn = { ...drawnFrom(), [file]: fingerprintOf(file) };
	const sorted = Object.fromEntries(Object.entries(drawn).sort(([a], [b]) => a.localeCompare(b)));
	writeFileSync(list, `${JSON.stringify(sorted, null, 2)}\n`);
}

export function pictureOf(file: string): string {
	return file.replace(/\.json$/, '.png');
}

export function isUpToDate(file: string): boolean {
	return existsSync(join(pictures, pictureOf(file))) && drawnFrom()[file] === fingerprintOf(file);
}

function drawnFrom(): Record<string, string> {
	return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Record<string, string>) : {};
}

/** Of what it says, not of how it is formatted. */
function fingerprintOf(file: string): string {
	const workflow: unknown = JSON.parse(readFileSync(join(examples, file), 'utf8'));
	return createHash('sha256').update(JSON.stringify(workflow)).digest('hex').slice(0, 16);
}
