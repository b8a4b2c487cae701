import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentLine, olderLine, root, state, type N8nLine } from './paths';

/** The newest tried version that can't load the nodes: its n8n-workflow has no `NodeConnectionTypes`. */
export const unsupportedVersion = '1.82.3';

/** A version that's too old, the oldest that works, one between, and the two of the e2e tests. */
export const versionsToTry = [
	unsupportedVersion,
	'1.85.3',
	olderLine.version,
	'2.20.12',
	currentLine.version,
];

/** The result of `npm run compatibility` for a version of n8n: a row of the README's table. */
export interface Compatibility {
	n8n: string;
	/** The version of Node that it ran on. */
	node: string;
	works: boolean;
	/** Number of tests that passed. */
	passed: number;
	/** Number of tests that failed. */
	failed: number;
	/** The day it was tried, such as 2026-11-27. */
	date: string;
}

const RESULTS_FILE = join(root, 'playground', 'compatibility.json');

export function readCompatibility(): Compatibility[] {
	return JSON.parse(readFileSync(RESULTS_FILE, 'utf8')) as Compatibility[];
}

/** Saves new results, and keeps the earlier ones of the other versions to try. */
export function saveCompatibility(results: Compatibility[]): void {
	const before = existsSync(RESULTS_FILE) ? readCompatibility() : [];
	const latestOf = (version: string) => [...results, ...before].find(({ n8n }) => n8n === version);
	const saved = versionsToTry.flatMap((version) => latestOf(version) ?? []);
	writeFileSync(RESULTS_FILE, `${JSON.stringify(saved, null, 2)}\n`);
}

/** The table in README.md. */
export function compatibilityTable(results: Compatibility[]): string {
	const rows = results.map(({ n8n, node, works, passed, failed, date }) => [
		n8n,
		node,
		works ? `works: ${passed} tests passed` : `does not work: ${failed} tests failed`,
		date,
	]);
	const all = [['n8n', 'Node.js', 'result', 'tried'], ...rows];
	const widths = [0, 1, 2, 3].map((column) =>
		Math.max(...all.map((cells) => cells[column]?.length ?? 0)),
	);
	const lineOf = (cells: string[], fill: string) =>
		`| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
	const [head = [], ...body] = all;
	return [lineOf(head, ' '), lineOf([], '-'), ...body.map((cells) => lineOf(cells, ' '))].join(
		'\n',
	);
}

/** n8n's xlsx is outside the npm registry, and the linkedom that it asks for may be missing there. */
const OVERRIDES = { xlsx: 'npm:xlsx@0.18.5', linkedom: '0.18.12' };

/** Dependencies whose later versions keep these versions of n8n from starting. */
const PINNED_DEPENDENCIES: Record<string, Record<string, string>> = {
	'1.82.3': { 'zod-to-json-schema': '3.23.3' },
	'1.85.3': { 'zod-to-json-schema': '3.23.3' },
	'2.20.12': { '@langchain/langgraph': '1.2.0', '@langchain/langgraph-checkpoint': '1.0.0' },
};

/** The Node that a version of n8n runs on, and its folder. */
export function lineOf(version: string): N8nLine {
	const locked = [currentLine, olderLine].find((line) => line.version === version);
	// n8n 2 requires Node 24; most versions of n8n 1 support at most Node 22.
	const node = Number(version.split('.')[0]) >= 2 ? '24.21.0' : '22.23.3';
	return locked ?? { version, node, folder: join(state, 'versions', version) };
}

/** Prepares the folder of a version without a lock file in this repository. */
export function prepare({ version, node, folder }: N8nLine): void {
	const files = {
		'package.json': JSON.stringify({
			name: `n8n-${version}`,
			private: true,
			dependencies: { n8n: version, node },
		}),
		// JSON is also valid YAML.
		'pnpm-workspace.yaml': JSON.stringify({
			overrides: { ...OVERRIDES, ...PINNED_DEPENDENCIES[version] },
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
