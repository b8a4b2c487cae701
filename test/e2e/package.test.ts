import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The files that would be published, before anybody installs them. */
describe('The packed package', () => {
	const folder = mkdtempSync(join(tmpdir(), 'packed-'));
	const unpacked = join(folder, 'package');
	let files: string[] = [];

	beforeAll(() => {
		const tarball = process.env['E2E_TARBALL'];
		if (tarball === undefined) throw new Error('No package was packed');
		const listing = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
		files = listing.trim().split('\n');
		execFileSync('tar', ['-xzf', tarball, '-C', folder]);
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	function scan(path: string): string {
		try {
			const script = join(__dirname, 'scanPackage.mjs');
			return execFileSync('node', [script, path], { encoding: 'utf8' });
		} catch (error) {
			const { stdout, stderr } = error as { stdout: string; stderr: string };
			return `${stdout}${stderr}` || 'The scanner failed without a word';
		}
	}

	it('holds the built node and credential, README and licence, and nothing else', () => {
		const others = files.filter(
			(file) => !/^package\/(dist\/(nodes|credentials)\/.+\.(js|svg|node\.json))$/.test(file),
		);
		expect(others.sort()).toEqual([
			'package/LICENSE.md',
			'package/README.md',
			'package/index.js',
			'package/package.json',
		]);
	});

	it('has every file that n8n is told to load', () => {
		const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as {
			dependencies?: object;
			n8n: { nodes: string[]; credentials: string[] };
		};
		expect(manifest.dependencies).toBeUndefined();
		for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
			expect(files).toContain(`package/${file}`);
		}
	});

	it('passes the scanner of n8n’s reviewers', () => {
		expect(scan(unpacked)).toBe('');
	});

	it('would not pass it with a forbidden import', () => {
		writeFileSync(join(unpacked, 'dist', 'nodes', 'spy.js'), "require('child_process');\n");
		expect(scan(unpacked)).toContain('child_process');
	});
});
