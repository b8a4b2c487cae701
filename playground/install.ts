import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { logs, type N8nLine } from './paths';
import { run } from './processes';
import { step, type Progress } from './progress';

const PNPM = 'pnpm@10.34.9';
const LOCKED = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml'];

/** Installs this n8n, from its lock file if it has one, unless it's already installed. */
export async function installN8n(line: N8nLine): Promise<void> {
	const stamp = join(line.folder, 'node_modules', '.playground-installed');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(line)) return;

	const progress = step(`Installing n8n ${line.version} (about 2 GB, once; one to three minutes)`);
	const hasLockFile = existsSync(join(line.folder, 'pnpm-lock.yaml'));
	const frozen = hasLockFile ? '--frozen-lockfile' : '--no-frozen-lockfile';
	await run({
		name: `The installation of n8n ${line.version}`,
		command: 'npx',
		args: ['--yes', PNPM, 'install', frozen, '--reporter=append-only'],
		cwd: line.folder,
		env: { ...process.env, ...nodeHeaders(), CI: 'true' },
		logFile: join(logs, `install-${line.version}.log`),
		onLine: (text) => report(text, progress),
	}).catch((error: unknown) => {
		progress.done('failed');
		const { message } = error as Error;
		if (!message.includes('sqlite3')) throw error;
		throw new Error(
			`${message}\n\nIf sqlite3's prebuilt binary can't be downloaded, building sqlite3 requires ` +
				'python3, make, and a C++ compiler.',
		);
	});
	writeFileSync(stamp, fingerprint(line));
	progress.done();
}

function fingerprint({ folder }: N8nLine): string {
	const hash = createHash('sha256');
	for (const file of LOCKED.map((name) => join(folder, name)).filter((path) => existsSync(path))) {
		hash.update(readFileSync(file));
	}
	return hash.digest('hex');
}

/** Node's headers, if they are installed: building sqlite3 would otherwise download them. */
function nodeHeaders(): NodeJS.ProcessEnv {
	const folder = join(dirname(process.execPath), '..');
	const known = process.env.npm_config_nodedir ?? process.env.NPM_CONFIG_NODEDIR;
	if (known || !existsSync(join(folder, 'include', 'node', 'node_api.h'))) return {};
	return { npm_config_nodedir: folder };
}

function report(text: string, progress: Progress): void {
	const counts = /^Progress: (.*)/.exec(text)?.[1];
	if (counts) progress.update(counts);
	else if (/sqlite3 install: .*CXX|sqlite3 install: .*CC\(/.test(text)) {
		progress.update("compiling sqlite3 (its prebuilt binary couldn't be downloaded)");
	}
}
