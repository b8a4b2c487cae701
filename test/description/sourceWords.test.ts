import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** Words that make a reader stop, in comments and identifiers of the code. */

const ROOT = join(__dirname, '..', '..');

const FOLDERS = ['credentials', 'nodes', 'emulator', 'playground', 'bench', 'test'];
/** These name the words that they search for. */
const EXCEPT = ['test/description/sourceWords.test.ts'];

const BANNED_IN_COMMENTS: Array<[words: RegExp, reason: string]> = [
	[/\bshall\b/i, 'use should, must, or the present tense'],
	[/\banew\b/i, 'use again; for credits, reset'],
	[/\bhand(s|ed|ing)? out\b/i, 'use give, assign, or reset'],
	[/\bleft alone\b|\bleaves? [^.]{1,20} alone\b/i, 'say that it isn’t changed'],
	[/\ball the same\b/i, 'use anyway'],
	[/\bby itself\b/i, 'use automatically'],
	[/\bat once\b/i, 'use immediately, or at the same time'],
	[/\bside by side\b/i, 'use in parallel'],
	[/\bone after the other\b/i, 'use in order'],
	[/\bfor (good|ever)\b/i, 'use permanently'],
	[/\bwhom\b|\bwhoever\b/i, 'name the noun'],
	[/\bsomebody\b|\bnobody\b/i, 'use someone, no one, or you'],
	[/\bknows no\b/i, 'use can’t find'],
	[/\bstands? (in|for)\b/i, 'use is in, or replaces'],
	[/\bmeanwhile\b/i, 'use in the meantime'],
	[/, whatever\b/i, 'name the cases, or leave them out'],
	[/[:.] (Of|With) (a|an|the|which) [a-z]+ (is|are|the)\b/, 'use subject, verb, object'],
];

const BANNED_IDENTIFIERS: Array<[name: RegExp, reason: string]> = [
	[/^goOn$/, 'n8n calls it continueOnFail'],
	[/^(whom|nobody|somebody)$/, 'name the customer or the value'],
	[/^(usual|USUAL)$/, 'name the value'],
	[/^(breath|BREATH)$/, 'say what it counts'],
	[/^([pP]atience|sendPatiently)$/, 'these are time limits and retries'],
	[/^(lane|laneOf|inLanes)$/, 'name the key that keeps items in order'],
	[/^(told|echo)$/, 'these words had several meanings'],
];

interface Source {
	path: string;
	comments: string[];
	identifiers: string[];
}

function filesIn(folder: string): string[] {
	return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = posix.join(folder, entry.name);
		if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesIn(path);
		return path.endsWith('.ts') && !EXCEPT.includes(path) ? [path] : [];
	});
}

/** Reads comments with their lines joined, so that a phrase can continue on the next line. */
function read(path: string): Source {
	const text = readFileSync(join(ROOT, path), 'utf8');
	const comments = new Map<number, string>();
	const identifiers = new Set<string>();
	const visit = (node: ts.Node): void => {
		if (ts.isIdentifier(node)) identifiers.add(node.text);
		for (const { pos, end } of [
			...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
			...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
		]) {
			comments.set(pos, text.slice(pos, end).replace(/\s*\n\s*(\*\s|\*\/|\/\/\s)?/g, ' '));
		}
		// Includes the tokens, because a comment can stand before a closing brace.
		for (const child of node.getChildren(file)) visit(child);
	};
	const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
	visit(file);
	return { path, comments: [...comments.values()], identifiers: [...identifiers] };
}

function found(
	sources: Source[],
	kind: 'comments' | 'identifiers',
	banned: Array<[RegExp, string]>,
): string[] {
	return sources.flatMap(({ path, [kind]: texts }) =>
		texts.flatMap((text) =>
			banned
				.filter(([pattern]) => pattern.test(text))
				.map(([, reason]) => `${path}: “${text}”: ${reason}`),
		),
	);
}

describe('the code', () => {
	const sources = FOLDERS.flatMap(filesIn).map(read);

	it('is read with its comments and identifiers', () => {
		expect(sources.length).toBeGreaterThan(40);
		expect(sources.flatMap(({ comments }) => comments).length).toBeGreaterThan(300);
		expect(sources.flatMap(({ identifiers }) => identifiers)).toContain('continueOnFail');
	});

	it('has no comments with words that the style guide bans', () => {
		expect(found(sources, 'comments', BANNED_IN_COMMENTS)).toEqual([]);
	});

	it('has no identifiers that only their author can decode', () => {
		expect(found(sources, 'identifiers', BANNED_IDENTIFIERS)).toEqual([]);
	});
});
