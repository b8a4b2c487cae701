import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './forms';

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
	const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
	return links
		.filter((link) => !/^(https?|mailto):/.test(link))
		.filter((link) => {
			const [file, anchor] = link.split('#');
			const target = file === '' ? path : join(dirname(path), file ?? '');
			if (!existsSync(join(ROOT, target))) return true;
			return anchor !== undefined && !anchorsOf(target).includes(anchor);
		});
}

function wordsIn(text: string): string[] {
	return text
		.replaceAll(/\]\([^)]*\)/g, '')
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

	it('can be read in ten minutes', () => {
		// Without the table of measurements, which takes little time.
		const words = wordsIn(readme.replace(/<!-- bench -->.*<!-- \/bench -->/s, ''));
		expect(words.length).toBeGreaterThan(1000);
		expect(words.length).toBeLessThan(2100);
	});

	it('has the commands to start from a clone', () => {
		const { repository } = JSON.parse(read('package.json')) as { repository: { url: string } };
		const address = repository.url.replace(/^git\+|\.git$/g, '');
		for (const command of [
			`git clone ${address} && cd n8n-nodes-sendgrid-provisioning`,
			'npx --yes pnpm@10 install --frozen-lockfile && npm run demo',
			'npx --yes pnpm@10 install --frozen-lockfile && npm test',
		]) {
			expect(readme).toContain(`\n\`\`\`\n${command}\n\`\`\`\n`);
		}
	});

	it('or CONTRIBUTING.md links to each page in docs', () => {
		const linked = readme + read('CONTRIBUTING.md');
		expect(below('docs').filter((page) => !linked.includes(`](${page})`))).toEqual([]);
	});

	it('has the same actions, calls, and “run twice” cells as docs/operations.md', () => {
		const rows = (path: string): string[][] =>
			[...read(path).matchAll(/^\| (\*\*[A-Z].*?)\|\n?$/gm)]
				.map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
				.filter(([, call]) => /`[A-Z]+|by report|`GET`/.test(call ?? ''));
		const [brief, full] = [rows('README.md'), rows('docs/operations.md')];
		// In docs/operations.md, these two link to separate tables.
		const separate = ['**Get subuser stats**', '**Update subuser credits**'];
		const isComparable = ([action]: string[]): boolean => !separate.includes(action ?? '');

		expect(brief.length).toBeGreaterThan(20);
		expect(brief.map(([action]) => action)).toEqual(full.map(([action]) => action));
		expect(
			brief.filter(isComparable).map(([action, call, twice]) => [action, call, twice]),
		).toEqual(full.filter(isComparable).map(([action, call, , twice]) => [action, call, twice]));
	});
});
