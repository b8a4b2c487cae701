import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { BANNED, BANNED_FOR_USERS, type BannedWords } from './bannedWords';

/** Words that make a reader stop: in comments, identifiers, and everything that users read. */

const ROOT = join(__dirname, '..', '..');

const FOLDERS = ['credentials', 'nodes', 'emulator', 'playground', 'bench', 'test'];
/** These name the words that they search for. */
const EXCEPT = ['test/description/bannedWords.ts', 'test/description/sourceWords.test.ts'];
/** Their string literals are texts for users. */
const WITH_TEXTS = ['credentials', 'nodes', 'playground', 'bench'];
const PAGES = ['.', 'bench', 'docs', 'emulator', 'examples', 'playground'];

const BANNED_IDENTIFIERS: BannedWords = [
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
	/** String literals and parts of templates. */
	texts: string[];
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
	const texts: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isIdentifier(node)) identifiers.add(node.text);
		if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
			const text = textOf(node);
			// A word without a space is a value in the code.
			if (/ /.test(text)) texts.push(text);
		}
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
	return { path, comments: [...comments.values()], identifiers: [...identifiers], texts };
}

/** A text as users see it, with an ellipsis for each inserted value. */
function textOf(node: ts.StringLiteralLike | ts.TemplateExpression): string {
	if (!ts.isTemplateExpression(node)) return node.text;
	return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
}

/** A page without code and link targets. Each block is a text, with its lines joined. */
function readPage(path: string): Source {
	const prose = readFileSync(join(ROOT, path), 'utf8')
		.replace(/^```.*?^```/gms, '')
		.replace(/`[^`\n]*`/g, '`…`')
		.replace(/\]\((?!\))[^)\s]*\)/g, ']()');
	const texts = prose.split(/\n\n|\n(?=[-|\d])/).map((block) => block.replace(/\s+/g, ' '));
	return { path, comments: [], identifiers: [], texts };
}

/** An example's name, its nodes' names, and all texts in its nodes and samples. */
function readExample(path: string): Source {
	const texts: string[] = [];
	const visit = (value: unknown): void => {
		if (typeof value === 'string') texts.push(value.replace(/\s+/g, ' '));
		else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
	};
	visit(JSON.parse(readFileSync(join(ROOT, path), 'utf8')));
	return { path, comments: [], identifiers: [], texts };
}

function filesOfType(folder: string, ending: string): string[] {
	return readdirSync(join(ROOT, folder))
		.filter((file) => file.endsWith(ending))
		.map((file) => posix.join(folder, file));
}

function found(
	sources: Source[],
	kind: 'comments' | 'identifiers' | 'texts',
	banned: BannedWords,
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
		expect(found(sources, 'comments', BANNED)).toEqual([]);
	});

	it('has no identifiers that only their author can decode', () => {
		expect(found(sources, 'identifiers', BANNED_IDENTIFIERS)).toEqual([]);
	});
});

describe('what users read', () => {
	const forms = WITH_TEXTS.flatMap(filesIn).map(read);
	const pages = PAGES.flatMap((folder) => filesOfType(folder, '.md'))
		.filter((path) => path !== 'LICENSE.md')
		.map(readPage);
	const examples = filesOfType('examples', '.json').map(readExample);

	it('is read completely', () => {
		expect(forms.flatMap(({ texts }) => texts)).toContain('SendGrid Provisioning API');
		expect(pages.map(({ path }) => path)).toEqual(
			expect.arrayContaining(['README.md', 'CHANGELOG.md', 'SECURITY.md', 'docs/credits.md']),
		);
		expect(pages.flatMap(({ texts }) => texts).length).toBeGreaterThan(500);
		expect(examples.length).toBeGreaterThan(10);
		expect(examples.flatMap(({ texts }) => texts)).toContain('Update Account Offerings');
	});

	it.each([
		['forms, messages, and commands', forms],
		['pages', pages],
		['examples', examples],
	])('has no words in %s that the style guide bans', (_kind, sources) => {
		expect(found(sources, 'texts', BANNED_FOR_USERS)).toEqual([]);
	});
});
