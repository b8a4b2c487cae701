import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A finding of n8n's scanner. */
export interface Finding {
	rule: string;
	line: number;
	message: string;
}

const ROW = /^ +(\d+):\d+ +(?:error|warning) +(.*?) +(\S+)$/gm;

/** Runs the scanner of n8n's reviewers over the sources of a package, or over its packed files. */
export function scan(part: 'source' | 'packed', folder: string): Finding[] {
	return scanEach(part, [folder]).flat();
}

/** The same for several folders. The scanner starts once, which takes seconds. */
export function scanEach(part: 'source' | 'packed', folders: string[]): Finding[][] {
	const script = join(__dirname, 'analyze.mjs');
	// With Jest's NODE_ENV, the rules treat every file as one of their own tests.
	const env = { ...process.env, NODE_ENV: 'production' };
	const output = execFileSync('node', [script, part, ...folders], { encoding: 'utf8', env });
	return (JSON.parse(output) as string[]).map(findingsIn);
}

function findingsIn(printed: string): Finding[] {
	const findings = [...printed.matchAll(ROW)].map(([, line, message = '', rule = '']) => {
		return { rule, line: Number(line), message };
	});
	if (printed.trim() !== '' && findings.length === 0) throw new Error(printed);
	return findings;
}

/** The names of the violated rules, sorted. */
export function rulesIn(findings: Finding[]): string[] {
	return [...new Set(findings.map(({ rule }) => rule))].sort();
}
