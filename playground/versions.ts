import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentLine, olderLine, root, state, type N8nLine } from './paths';

/** Its n8n-workflow lacks `NodeConnectionTypes`, so it does not load the nodes. */
export const tooOld = '1.82.3';

/** The oldest that works and the one before it, one of n8n 2 in the middle, and those of the e2e tests. */
export const versionsToTry = [tooOld, '1.85.3', olderLine.version, '2.20.12', currentLine.version];

/** What `npm run compatibility` found of a version of n8n, and README's table says. */
export interface Compatibility {
	n8n: string;
	/** The Node that it ran on. */
	node: string;
	works: boolean;
	/** How many tests. */
	passed: number;
	failed: number;
	/** The day when it was tried, as in 2026-11-27. */
	date: string;
}

const RESULTS = join(root, 'playground', 'compatibility.json');

export function readCompatibility(): Compatibility[] {
	return JSON.parse(readFileSync(RESULTS, 'utf8')) as Compatibility[];
}

/** Keeps what was found now, and of the other versions to try what was found before. */
export function keepCompatibility(found: Compatibility[]): void {
	const before = existsSync(RESULTS) ? readCompatibility() : [];
	const of = (version: string) => [...found, ...before].find(({ n8n }) => n8n === version);
	const kept = versionsToTry.flatMap((version) => of(version) ?? []);
	writeFileSync(RESULTS, `${JSON.stringify(kept, null, 2)}\n`);
}

/** As it stands in README.md. */
export function compatibilityTable(found: Compatibility[]): string {
	const rows = found.map(({ n8n, node, works, passed, failed, date }) => [
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

/** n8n points xlsx at a download outside the registry; this linkedom is one that is there. */
const COMMON = { xlsx: 'npm:xlsx@0.18.5', linkedom: '0.18.12' };

/** What a version does not start with today is held at what it came with. */
const HELD_BACK: Record<string, Record<string, string>> = {
	'1.82.3': { 'zod-to-json-schema': '3.23.3' },
	'1.85.3': { 'zod-to-json-schema': '3.23.3' },
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
