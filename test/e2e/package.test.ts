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
/** A larger package would be an accident. */
const MAX_BYTES = 160_000;
/** The modules that the code may load, which n8n's rules allow. */
const MODULES = ['n8n-workflow', 'crypto'];
/** Scripts that npm runs without being asked, such as at installation. */
const LIFECYCLE_SCRIPT =
	/^(pre|post)?(install|prepare|prepack|pack|publish|uninstall|dependencies)/;

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

	it('has only the compiled sources, assets, output schemas, README, and license', () => {
		const sources = ['credentials', 'nodes'].flatMap((name) =>
			filesIn(join(ROOT, name)).map((file) => `dist/${name}/${file.replace(/\.ts$/, '.js')}`),
		);
		const others = ['LICENSE.md', 'README.md', 'index.js', 'package.json'];
		expect(files).toEqual([...others, ...sources].sort());
	});

	it('is what npm publish would upload', () => {
		// At this URL no server listens, so npm can't ask a registry.
		const options = ['--registry=http://127.0.0.1:9/', '--fetch-retries=0', '--access=public'];
		const printed = execFileSync(
			'npm',
			['publish', '--dry-run', '--json', '--ignore-scripts', ...options],
			{ cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
		);
		// In newer versions of npm, the result is in a property with the package's name.
		const answer = JSON.parse(printed) as Uploaded | Record<string, Uploaded>;
		const uploaded = ('files' in answer ? answer : Object.values(answer)[0]) as Uploaded;
		expect(uploaded.files.map(({ path }) => path).sort()).toEqual(files);
	});

	it('is small', () => {
		expect(statSync(tarball).size).toBeLessThan(MAX_BYTES);
	});

	it('has code, icons, and descriptions, but no types or source maps', () => {
		const kinds = new Set(files.map((file) => file.replace(/^.*?((\.node)?\.[a-z]+)$/, '$1')));
		expect([...kinds].sort()).toEqual(['.js', '.json', '.md', '.node.js', '.node.json', '.svg']);
		expect(code().filter((file) => /sourceMappingURL/.test(read(file)))).toEqual([]);
	});

	it('loads only allowed modules and its own files', () => {
		const missing = code().flatMap((file) =>
			[...read(file).matchAll(/\b(?:require|import)\((.*?)\)/g)]
				.map(([, name = '']) => name.replace(/^["']|["']$/g, ''))
				.filter((name) => !MODULES.includes(name))
				.filter((name) => {
					const path = join(unpacked, dirname(file), name);
					return ![`${path}.js`, join(path, 'index.js')].some((module) => existsSync(module));
				}),
		);
		expect(missing).toEqual([]);
	});

	it('has no code of the tests, the emulator, or the playground', () => {
		const ours = /__emulator|playground|\bjest\b|\/\/localhost|\/home\/|\/Users\//;
		expect(code().filter((file) => ours.test(read(file)))).toEqual([]);
	});

	describe('according to its package.json,', () => {
		const manifest = (): Record<string, object | undefined> =>
			JSON.parse(read('package.json')) as Record<string, object | undefined>;

		it('has every file that n8n loads', () => {
			const { nodes, credentials } = manifest()['n8n'] as Record<string, string[]>;
			const loaded = [...(nodes ?? []), ...(credentials ?? [])];
			expect(loaded).not.toEqual([]);
			expect(files).toEqual(expect.arrayContaining(loaded));
		});

		it('depends only on n8n', () => {
			const fields = Object.keys(manifest()).filter((field) => /dependencies/i.test(field));
			expect(fields.sort()).toEqual(['devDependencies', 'peerDependencies']);
			expect(manifest()['peerDependencies']).toEqual({ 'n8n-workflow': '*' });
		});

		it('has no lifecycle scripts', () => {
			const scripts = Object.keys(manifest()['scripts'] ?? {});
			expect(scripts).toContain('build');
			expect(scripts.filter((name) => LIFECYCLE_SCRIPT.test(name))).toEqual([]);
		});

		it('has the MIT license and a README', () => {
			expect(manifest()['license']).toBe('MIT');
			expect(read('LICENSE.md')).toContain('Permission is hereby granted, free of charge');
			expect(read('README.md')).toMatch(/^# n8n-nodes-sendgrid-provisioning\n/);
		});

		it('links to one repository', () => {
			const { repository, bugs, homepage } = manifest() as Record<string, unknown>;
			expect(repository).toEqual({ type: 'git', url: `git+${String(homepage)}.git` });
			expect(bugs).toEqual({ url: `${String(homepage)}/issues` });
		});
	});

	it('passes the scanner of n8n’s reviewers', () => {
		expect(scan('packed', unpacked)).toEqual([]);
	});

	it('would fail the scanner with code and scripts that n8n forbids', () => {
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

/** The paths of all files in a folder and its subfolders, sorted. */
function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
		.sort();
}
