import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, allChoices, operations } from './forms';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const below = (folder: string): string[] =>
	readdirSync(join(ROOT, folder))
		.filter((file) => file.endsWith('.md'))
		.map((file) => join(folder, file));
const documents = ['.', 'docs', 'examples', 'emulator', 'playground', 'bench'].flatMap(below);

/** The anchors that GitHub creates for a page's headings. */
function anchorsOf(path: string): string[] {
	return [...read(path).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) =>
		heading
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

/** Links to files or headings that don't exist in the repository. */
function deadLinksIn(path: string): string[] {
	const text = read(path).replaceAll(/```.*?```|`[^`\n]*`/gs, '');
	const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
		([, link, picture]) => link ?? picture ?? '',
	);
	return links
		.filter((link) => !/^(https?|mailto):/.test(link))
		.filter((link) => {
			const [file, anchor] = link.split('#');
			const target = file === '' ? path : join(dirname(path), file ?? '');
			if (!existsSync(join(ROOT, target))) return true;
			return anchor !== undefined && !anchorsOf(target).includes(anchor);
		});
}

/** The words that a page shows, without its links' targets and HTML tags. */
function wordsIn(text: string): string[] {
	return text
		.replaceAll(/\]\([^)]*\)|<[^>]*>/g, '')
		.split(/\s+/)
		.filter((word) => /[\p{L}\p{N}]/u.test(word));
}

/** Files, folders, and scripts that a page names but that don't exist. */
function missingIn(path: string): string[] {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	const code = [...read(path).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
	const exists = (text: string): boolean =>
		[text, `${text}.test.ts`, `nodes/SendGridProvisioning/${text}`].some((file) =>
			existsSync(join(ROOT, file)),
		);
	const paths = code
		.flatMap((text) => text.split(' '))
		.filter((text) => /^[\w.-]+(\/[\w.-]+)+\/?$/.test(text))
		.filter((text) => !/^(\.playground|spec|dist|e2e)\//.test(text))
		.filter((text) => !exists(text));
	const commands = [...read(path).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
	return [...paths, ...commands.filter((name) => !(name in scripts))];
}

describe.each(documents)('%s', (path) => {
	it('links only to pages and headings that exist', () => {
		expect(deadLinksIn(path)).toEqual([]);
	});
});

describe.each(['CONTRIBUTING.md', 'docs/verification.md', 'docs/releasing.md'])('%s', (path) => {
	it('names only files, folders, and scripts that exist', () => {
		expect(missingIn(path)).toEqual([]);
	});
});

describe('The page for contributors', () => {
	it('has at most 1,800 words', () => {
		expect(wordsIn(read('CONTRIBUTING.md')).length).toBeLessThanOrEqual(1800);
	});
});

describe('The README', () => {
	const readme = read('README.md');

	it('has at most 1,300 words', () => {
		const { length } = wordsIn(readme);
		expect(length).toBeGreaterThan(800);
		expect(length).toBeLessThanOrEqual(1300);
	});

	it('has the commands to start the demo and to run the tests, each on its own', () => {
		for (const command of ['npm run demo', 'npm test']) {
			const line = `npx --yes pnpm@10 install --frozen-lockfile && ${command}`;
			expect(readme).toContain(`\n\`\`\`\n${line}\n\`\`\`\n`);
		}
	});

	it('names only operations, changes, and events of the nodes in its table of tasks', () => {
		const table = readme.split('\n\n').find((part) => part.startsWith('| I want to … ')) ?? '';
		const rows = table.split('\n').slice(2);
		const named = rows.map((row) => [...row.matchAll(/\*\*(.+?)\*\*/g)].map(([, name]) => name));
		const labels = [
			...operations.map(({ option }) => option.action),
			...allChoices.map(({ choice }) => choice.name),
		];
		expect(rows.length).toBeGreaterThan(10);
		expect(named.filter((names) => names.length === 0)).toEqual([]);
		expect(named.flat().filter((name) => !labels.includes(name))).toEqual([]);
		expect(readme).toContain(`has all ${operations.length} operations`);
	});

	it('or CONTRIBUTING.md links to each page in docs', () => {
		const linked = readme + read('CONTRIBUTING.md');
		expect(below('docs').filter((page) => !linked.includes(`](${page})`))).toEqual([]);
	});
});

/** Messages in the first column of the tables in docs/troubleshooting.md, without what varies. */
function quotedMessages(): string[] {
	return [...read('docs/troubleshooting.md').matchAll(/^\| (`.+?) +\|/gm)]
		.flatMap(([, cell = '']) => [...cell.matchAll(/`(.+?)`/g)].map(([, quote = '']) => quote))
		.flatMap((quote) => quote.split('…'))
		.map((part) => part.replace(/^; | ?[()]$/g, '').trim())
		.filter((part) => part.length > 3);
}

describe('The page on messages', () => {
	const sources = ['credentials', 'nodes']
		.flatMap((folder) =>
			readdirSync(join(ROOT, folder), { encoding: 'utf8', recursive: true }).map((file) =>
				join(folder, file),
			),
		)
		.filter((file) => file.endsWith('.ts'))
		.map(read)
		.join('\n');

	it('quotes messages that the nodes have', () => {
		const messages = quotedMessages();
		expect(messages.length).toBeGreaterThan(30);
		expect(messages.filter((message) => !sources.includes(message))).toEqual([]);
	});
});
