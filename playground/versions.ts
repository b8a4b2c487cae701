import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentLine, olderLine, state, type N8nLine } from './paths';

/** What README's table says of n8n's versions. `npm run compatibility` tries these, or those given. */
export const compatible = ['1.85.4', '1.123.81', '2.20.12', '2.40.7'];

/** n8n points xlsx at a download outside the registry; this linkedom is one that is there. */
const COMMON = { xlsx: 'npm:xlsx@0.18.5', linkedom: '0.18.12' };

/** What a version does not start with today is held at what it came with. */
const HELD_BACK: Record<string, Record<string, string>> = {
	// It starts, but does not know the nodes: see README.md.
	'1.82.3': { 'zod-to-json-schema': '3.23.3' },
	'1.85.4': { 'zod-to-json-schema': '3.23.3' },
	'2.20.12': { '@langchain/langgraph': '1.2.0', '@langchain/langgraph-checkpoint': '1.0.0' },
};

/** Which Node an n8n runs on, and the folder it goes into. */
export function lineOf(version: string): N8nLine {
	const locked = [currentLine, olderLine].find((line) => line.version === version);
	// n8n 2 wants Node 24; most of n8n 1 names 22 as its highest.
	const node = Number(version.split('.')[0]) >= 2 ? '24.21.0' : '22.23.3';
	return locked ?? { version, node, folder: join(state, 'versions', version) };
}

/** Prepares the folder of a version that has no lock file of ours. */
export function prepare({ version, node, folder }: N8nLine): void {
	const files = {
		'package.json': JSON.stringify({
			name: `n8n-${version}`,
			private: true,
			dependencies: { n8n: version, node },
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
	if (same) return;
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

function contentOf(file: string): string | undefined {
	return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
