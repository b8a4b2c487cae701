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

/** The user folder that n8n keeps between two starts of the playground. */
export function homeOf(line: N8nLine): string {
	const folder = join(state, `n8n-${line.version}`);
	mkdirSync(folder, { recursive: true });
	resolveFromN8n(line, folder);
	return folder;
}

/**
 * The home lies inside the repository, whose own n8n-workflow the node would find first. A user's
 * node finds n8n's; this link lets ours do the same.
 */
function resolveFromN8n(line: N8nLine, folder: string): void {
	const link = join(folder, 'node_modules');
	rmSync(link, { recursive: true, force: true });
	const n8n = realpathSync(join(line.folder, 'node_modules', 'n8n'));
	symlinkSync(dirname(n8n), link, 'junction');
}

/** Who logs in. n8n runs code for whoever does, so the password is not one that everybody knows. */
export function ownerOf(home: string): Owner {
	const file = join(home, 'owner.json');
	if (!existsSync(file)) {
		const password = `P1${randomBytes(9).toString('base64url')}`;
		writeFileSync(file, JSON.stringify({ email: 'owner@example.com', password }), { mode: 0o600 });
	}
	return JSON.parse(readFileSync(file, 'utf8')) as Owner;
}

/** Two n8n on one database would spoil it: refuses where one still runs in this home. */
export function refuseIfRunning(home: string): void {
	const file = processFile(home);
	const other = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
	if (!other || !isAlive(other)) return;
	throw new Error(
		`The playground's n8n is running already. Stop that one first, with Ctrl-C or "kill ${other}".`,
	);
}

export function noteRunning(home: string, pid: number): void {
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
