import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logs, packageName, root, state } from './paths';
import { run } from './processes';

const REMOVED_FIELDS = ['devDependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * Builds a checkout's package, packs it as npm would publish it, and returns the tarball's path. If
 * E2E_TARBALL is set, returns that path for this checkout.
 */
export async function buildAndPack(checkout = root): Promise<string> {
	const isOther = checkout !== root;
	const existing = process.env.E2E_TARBALL;
	if (existing && !isOther) return existing;
	const folder = join(state, `${isOther ? 'other-package' : 'package'}-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	await npm('The build', ['run', 'build'], { cwd: checkout, log: 'build.log' });
	await npm('npm pack', ['pack', '--pack-destination', folder], { cwd: checkout, log: 'pack.log' });
	const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
	if (!tarball) throw new Error(`npm pack created no tarball. See ${join(logs, 'pack.log')}.`);
	return join(folder, tarball);
}

async function npm(
	name: string,
	args: string[],
	{ cwd, log }: { cwd: string; log: string },
): Promise<void> {
	await run({ name, command: 'npm', args, cwd, logFile: join(logs, log) });
}

/**
 * Installs the tarball in an n8n user folder as n8n's own installer does (`downloadPackage` in its
 * community-packages.service): unpacked, without development and peer dependencies, and listed in the
 * nodes folder's package.json. At its start, n8n loads every package in that folder.
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
	const remaining = Object.fromEntries(
		Object.entries(manifest).filter(([key]) => !REMOVED_FIELDS.includes(key)),
	);
	// Here n8n would run `npm install`, which isn't needed without dependencies.
	if (Object.keys(manifest.dependencies ?? {}).length > 0) {
		throw new Error("The package has runtime dependencies, which n8n doesn't allow.");
	}
	writeJson(join(folder, 'package.json'), remaining);
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
