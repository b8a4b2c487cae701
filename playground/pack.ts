import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logs, packageName, root, state } from './paths';
import { run } from './processes';

const LEFT_OUT = ['devDependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * Builds the package and packs it as it would be published; answers with the tarball's path.
 * E2E_TARBALL may name one that is there already.
 */
export async function buildAndPack(): Promise<string> {
	const packed = process.env.E2E_TARBALL;
	if (packed) return packed;
	const folder = join(state, `package-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	await npm('The build', ['run', 'build'], 'build.log');
	await npm('npm pack', ['pack', '--pack-destination', folder], 'pack.log');
	const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
	if (!tarball) throw new Error(`npm pack left no tarball; see ${join(logs, 'pack.log')}`);
	return join(folder, tarball);
}

async function npm(name: string, args: string[], log: string): Promise<void> {
	await run({ name, command: 'npm', args, cwd: root, logFile: join(logs, log) });
}

/**
 * Puts the tarball into an n8n user folder as n8n's own installer does (`downloadPackage` in its
 * community-packages.service): unpacked, without development and peer dependencies, and listed in
 * the nodes folder's package.json. n8n loads every package that it finds there at its start.
 */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	const folder = join(nodes, 'node_modules', packageName);
	const stamp = join(userFolder, 'package.sha256');
	const content = createHash('sha256').update(readFileSync(tarball)).digest('hex');
	const present = existsSync(folder) && existsSync(stamp) && readFileSync(stamp, 'utf8');
	if (present === content) return;

	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await run({
		name: 'Unpacking the package',
		command: 'tar',
		args: ['-xzf', tarball, '-C', folder, '--strip-components=1'],
		cwd: nodes,
		logFile: join(logs, 'unpack.log'),
	});
	const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
	const kept = Object.fromEntries(
		Object.entries(manifest).filter(([key]) => !LEFT_OUT.includes(key)),
	);
	// n8n would run `npm install` here; n8n's reviewers allow no dependencies, so there is nothing to do.
	if (Object.keys(manifest.dependencies ?? {}).length > 0) {
		throw new Error('The package has runtime dependencies, which n8n does not verify.');
	}
	writeJson(join(folder, 'package.json'), kept);
	writeJson(join(nodes, 'package.json'), {
		name: 'installed-nodes',
		private: true,
		dependencies: { [packageName]: manifest.version },
	});
	writeFileSync(stamp, content);
}

interface Manifest {
	version: string;
	dependencies?: Record<string, string>;
}

function writeJson(file: string, content: unknown): void {
	writeFileSync(file, JSON.stringify(content, null, 2));
}
