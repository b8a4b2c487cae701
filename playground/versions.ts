import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentLine, olderLine, state, type N8nLine } from './paths';

/** What README's table says of n8n's versions. `npm run compatibility` tries these, or those given. */
export const compatible = ['1.85.4', '1.123.81', '2.20.12', '2.40.7'];

/** n8n points xlsx at a download outside the registry; this linkedom is one that is there. */
const COMMON = { xlsx: 'npm:xlsx@0.18.5', linkedom: '0.18.12' };

/** What a version does not start with today is held at what it came with. */
const HELD_BACK: Record<string, Record<string, string>> = {
	'1.85.4': { 'zod-to-json-schema': '3.23.3' },
};

/** Where n8n goes into: a lock file of ours, or a folder of its own without one. */
export function lineOf(version: string): N8nLine {
	const locked = [currentLine, olderLine].find((line) => line.version === version);
	if (locked) return locked;
	const folder = join(state, 'versions', version);
	const files = {
		'package.json': JSON.stringify({
			name: `n8n-${version}`,
			private: true,
			dependencies: { n8n: version, node: nodeFor(version) },
		}),
		// JSON is YAML too.
		'pnpm-workspace.yaml': JSON.stringify({
			overrides: { ...COMMON, ...HELD_BACK[version] },
			onlyBuiltDependencies: ['sqlite3', 'node'],
		}),
	};
	const same = Object.entries(files).every(
		([name, content]) => contentOf(join(folder, name)) === content,
	);
	if (!same) rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
	return { version, folder };
}

/** n8n 2 wants Node 24; most of n8n 1 names 22 as its highest. */
function nodeFor(version: string): string {
	return Number(version.split('.')[0]) >= 2 ? '24.21.0' : '22.23.3';
}

function contentOf(file: string): string | undefined {
	return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
