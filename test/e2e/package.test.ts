import { execFileSync } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rulesIn, scan } from '../scan/scan';

const ROOT = join(__dirname, '..', '..');
/** What n8n's servers load and users download; several times as much would be an accident. */
const LARGEST_BYTES = 150_000;
/** What the code of a package may ask Node for, by n8n's rules. */
const MODULES = ['n8n-workflow', 'crypto'];
const AT_INSTALL = /^(pre|post)?(install|prepare|prepack|pack|publish|uninstall|dependencies)/;

/** The files that would be published, before anybody installs them. */
describe('The packed package', () => {
	const folder = mkdtempSync(join(tmpdir(), 'packed-'));
	const unpacked = join(folder, 'package');
	const tarball = process.env['E2E_TARBALL'] ?? '';
	let files: string[] = [];

	beforeAll(() => {
		if (tarball === '') throw new Error('No package was packed');
		execFileSync('tar', ['-xzf', tarball, '-C', folder]);
		files = filesIn(unpacked);
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const read = (file: string): string => readFileSync(join(unpacked, file), 'utf8');
	const code = (): string[] => files.filter((file) => file.endsWith('.js'));

	it('holds what the sources become, README and licence, and nothing else', () => {
		const sources = ['credentials', 'nodes'].flatMap((name) =>
			filesIn(join(ROOT, name)).map((file) => `dist/${name}/${file.replace(/\.ts$/, '.js')}`),
		);
		const others = ['LICENSE.md', 'README.md', 'index.js', 'package.json'];
		expect(files).toEqual([...others, ...sources].sort());
	});

	it('is what npm publish would upload', () => {
		// No registry is asked: nothing listens there.
		const options = ['--registry=http://127.0.0.1:9/', '--fetch-retries=0', '--access=public'];
		const printed = execFileSync(
			'npm',
			['publish', '--dry-run', '--json', '--ignore-scripts', ...options],
			{ cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
		);
		// Newer versions of npm put the package's name around it.
		const answer = JSON.parse(printed) as Uploaded | Record<string, Uploaded>;
		const uploaded = ('files' in answer ? answer : Object.values(answer)[0]) as Uploaded;
		expect(uploaded.files.map(({ path }) => path).sort()).toEqual(files);
	});

	it('is small', () => {
		expect(statSync(tarball).size).toBeLessThan(LARGEST_BYTES);
	});

	it('has code, icons and descriptions alone: no types, no maps, nothing that points to one', () => {
		const kinds = new Set(files.map((file) => file.replace(/^.*?((\.node)?\.[a-z]+)$/, '$1')));
		expect([...kinds].sort()).toEqual(['.js', '.json', '.md', '.node.js', '.node.json', '.svg']);
		expect(code().filter((file) => /sourceMappingURL/.test(read(file)))).toEqual([]);
	});

	it('asks for modules of n8n and for files of its own, which are there', () => {
		const missing = code().flatMap((file) =>
			[...read(file).matchAll(/\b(?:require|import)\((.*?)\)/g)]
				.map(([, asked = '']) => asked.replace(/^["']|["']$/g, ''))
				.filter((asked) => !MODULES.includes(asked))
				.filter((asked) => {
					const path = join(unpacked, dirname(file), asked);
					return ![`${path}.js`, join(path, 'index.js')].some((there) => existsSync(there));
				}),
		);
		expect(missing).toEqual([]);
	});

	it('has nothing of the tests, the emulator or the playground in its code', () => {
		const ours = /__emulator|playground|\bjest\b|\/\/localhost|\/home\/|\/Users\//;
		expect(code().filter((file) => ours.test(read(file)))).toEqual([]);
	});

	describe('by its package.json', () => {
		const manifest = (): Record<string, object | undefined> =>
			JSON.parse(read('package.json')) as Record<string, object | undefined>;

		it('has every file that n8n is told to load', () => {
			const { nodes, credentials } = manifest()['n8n'] as Record<string, string[]>;
			const loaded = [...(nodes ?? []), ...(credentials ?? [])];
			expect(loaded).not.toEqual([]);
			expect(files).toEqual(expect.arrayContaining(loaded));
		});

		it('needs nothing installed but n8n', () => {
			const needed = Object.keys(manifest()).filter((field) => /dependencies/i.test(field));
			expect(needed.sort()).toEqual(['devDependencies', 'peerDependencies']);
			expect(manifest()['peerDependencies']).toEqual({ 'n8n-workflow': '*' });
		});

		it('runs nothing when it is installed', () => {
			const scripts = Object.keys(manifest()['scripts'] ?? {});
			expect(scripts).toContain('build');
			expect(scripts.filter((name) => AT_INSTALL.test(name))).toEqual([]);
		});

		it('is under the MIT licence, which it carries, and explains itself', () => {
			expect(manifest()['license']).toBe('MIT');
			expect(read('LICENSE.md')).toContain('Permission is hereby granted, free of charge');
			expect(read('README.md')).toMatch(/^# n8n-nodes-sendgrid-provisioning\n/);
		});

		it('comes from the repository that its links name', () => {
			const { repository, bugs, homepage } = manifest() as Record<string, unknown>;
			expect(repository).toEqual({ type: 'git', url: `git+${String(homepage)}.git` });
			expect(bugs).toEqual({ url: `${String(homepage)}/issues` });
		});
	});

	it('passes the scanner of n8n’s reviewers', () => {
		expect(scan('packed', unpacked)).toEqual([]);
	});

	it('would not pass it with what n8n forbids', () => {
		const faulty = join(folder, 'faulty');
		cpSync(unpacked, faulty, { recursive: true });
		const file = join(faulty, 'package.json');
		const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
		writeFileSync(file, JSON.stringify({ ...manifest, scripts: { postinstall: 'node spy.js' } }));
		writeFileSync(
			join(faulty, 'dist', 'nodes', 'spy.js'),
			"console.log(require('child_process'), process.env);\n",
		);
		expect(rulesIn(scan('packed', faulty))).toEqual([
			'@n8n/community-nodes/no-forbidden-lifecycle-scripts',
			'@n8n/community-nodes/no-restricted-globals',
			'@n8n/community-nodes/no-restricted-imports',
			'no-console',
		]);
	});
});

interface Uploaded {
	files: Array<{ path: string }>;
}

/** The paths of all files below a folder, in order. */
function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
		.sort();
}
