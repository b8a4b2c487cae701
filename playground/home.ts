import { randomBytes } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Owner } from './n8nApi';
import { state, type N8nLine } from './paths';

/** The user folder that n8n uses at each start of the playground. */
export function homeOf(line: N8nLine): string {
	const folder = join(state, `n8n-${line.version}`);
	mkdirSync(folder, { recursive: true });
	linkN8nModules(line, folder);
	return folder;
}

/**
 * Links n8n's modules into the folder. Otherwise, the node would load n8n-workflow from the repository,
 * which contains the folder, while a user's node loads it from n8n.
 */
function linkN8nModules(line: N8nLine, folder: string): void {
	const link = join(folder, 'node_modules');
	rmSync(link, { recursive: true, force: true });
	const n8n = realpathSync(join(line.folder, 'node_modules', 'n8n'));
	symlinkSync(dirname(n8n), link, 'junction');
}

/** The login of n8n's owner. The password is random, because anyone who logs in can run code. */
export function ownerOf(home: string): Owner {
	const file = join(home, 'owner.json');
	if (!existsSync(file)) {
		const password = `P1${randomBytes(9).toString('base64url')}`;
		writeFileSync(file, JSON.stringify({ email: 'owner@example.com', password }), { mode: 0o600 });
	}
	return JSON.parse(readFileSync(file, 'utf8')) as Owner;
}

/** Throws if n8n already runs in this folder: two would damage its database. */
export function refuseIfRunning(home: string): void {
	const file = processFile(home);
	const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
	if (!pid || !isAlive(pid)) return;
	throw new Error(
		`The playground's n8n is already running. Stop it first with Ctrl-C or "kill ${pid}".`,
	);
}

export function savePid(home: string, pid: number): void {
	writeFileSync(processFile(home), String(pid));
}

function processFile(home: string): string {
	return join(home, 'n8n.pid');
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
