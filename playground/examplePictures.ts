import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths';

const examples = join(root, 'examples');
const pictures = join(examples, 'pictures');
/** What each picture shows, and which file it is. */
const list = join(pictures, 'drawnFrom.json');
const icon = join(root, 'nodes', 'SendGridProvisioning', 'sendGridProvisioning.svg');

interface Drawn {
	/** SHA-256 of the workflow, of our icon and of the picture, shortened. */
	workflow: string;
	icon: string;
	picture: string;
	/** What stands in the picture. */
	words: string[];
}

/** Keeps a picture of a workflow for the README of the examples. */
export function keepPicture(file: string, picture: Buffer, words: string[]): void {
	mkdirSync(pictures, { recursive: true });
	writeFileSync(join(pictures, pictureOf(file)), picture);
	const drawn = { ...drawnFrom(), [file]: { ...nowOf(file), words } };
	const sorted = Object.fromEntries(Object.entries(drawn).sort(([a], [b]) => a.localeCompare(b)));
	writeFileSync(list, `${JSON.stringify(sorted, null, 2)}\n`);
}

export function pictureOf(file: string): string {
	return file.replace(/\.json$/, '.png');
}

/** What stands in the picture that is kept. */
export function wordsIn(file: string): string[] {
	return drawnFrom()[file]?.words ?? [];
}

/** What has changed since the picture was drawn, or is another file than the one drawn. */
export function outdatedIn(file: string): string[] {
	if (!existsSync(join(pictures, pictureOf(file)))) return ['picture'];
	const drawn = drawnFrom()[file];
	return Object.entries(nowOf(file))
		.filter(([part, hash]) => drawn?.[part as keyof Drawn] !== hash)
		.map(([part]) => part);
}

function drawnFrom(): Record<string, Drawn> {
	return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Record<string, Drawn>) : {};
}

function nowOf(file: string): Omit<Drawn, 'words'> {
	// Of what it says, not of how it is formatted.
	const workflow: unknown = JSON.parse(readFileSync(join(examples, file), 'utf8'));
	return {
		workflow: hashOf(JSON.stringify(workflow)),
		icon: hashOf(readFileSync(icon)),
		picture: hashOf(readFileSync(join(pictures, pictureOf(file)))),
	};
}

function hashOf(content: string | Buffer): string {
	return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
