import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '..');

/** What the playground keeps between two starts; git ignores it. */
export const state = join(root, '.playground');
export const logs = join(state, 'logs');

/** The package's name, as n8n prefixes its node types with it. */
export const packageName = (
	JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string }
).name;

/** One n8n release with its own lock file. Both lines are in use. */
export interface N8nLine {
	version: string;
	/** The Node that comes with it. */
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

export const currentLine = line(join(root, 'playground'));
export const olderLine = line(join(root, 'playground', 'n8n-1.123'));

/** Both, unless `npm run compatibility` names the folder of another. */
export const linesUnderTest = process.env.E2E_N8N_FOLDER
	? [line(process.env.E2E_N8N_FOLDER)]
	: [currentLine, olderLine];

/** The Node that n8n runs on: the npm package `node` brings it, whatever the machine has. */
export function nodeBinary({ folder }: N8nLine): string {
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	return join(folder, 'node_modules', 'node', 'bin', name);
}
