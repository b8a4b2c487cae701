import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '..');

/** Data and logs of the playground, which git ignores. */
export const state = join(root, '.playground');
export const logs = join(state, 'logs');

/** The package's name, which prefixes its node types in n8n. */
export const packageName = (
	JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string }
).name;

/** A release of n8n and the folder that it's installed in. */
export interface N8nLine {
	version: string;
	/** The version of Node that runs it. */
	node: string;
	folder: string;
}

function line(folder: string): N8nLine {
	const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
		dependencies: { n8n: string; node: string };
	};
	const { n8n: version, node } = manifest.dependencies;
	return { version, node, folder };
}

/** The tested release of n8n 2. */
export const currentLine = line(join(root, 'playground'));
/** The tested release of n8n 1. */
export const olderLine = line(join(root, 'playground', 'n8n-1.123'));

/** Both lines, or the one whose folder `npm run compatibility` sets. */
export const linesUnderTest = process.env.E2E_N8N_FOLDER
	? [line(process.env.E2E_N8N_FOLDER)]
	: [currentLine, olderLine];

/** The path of the Node that runs n8n, from the npm package `node`. */
export function nodeBinary({ folder }: N8nLine): string {
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	return join(folder, 'node_modules', 'node', 'bin', name);
}
