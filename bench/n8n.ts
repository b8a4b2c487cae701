import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf, ownerOf, refuseIfRunning } from '../playground/home';
import { installN8n } from '../playground/install';
import { startN8n, type N8n } from '../playground/n8n';
import { N8nApi } from '../playground/n8nApi';
import { buildAndPack, installPackage } from '../playground/pack';
import { currentLine, logs, packageName } from '../playground/paths';
import { freePort } from '../playground/processes';
import { step } from '../playground/progress';

export const ourNode = `${packageName}.sendGridProvisioning`;
/** n8n calls nodes of a folder of its own "CUSTOM". */
export const floorNode = 'CUSTOM.platformFloor';

export interface RunningN8n extends N8n {
	api: N8nApi;
}

/** A new user folder with the packed package and the floor's node in it. */
export async function newHome(): Promise<string> {
	const building = step('Building and packing the package');
	const tarball = await buildAndPack();
	building.done();
	await installN8n(currentLine);

	const benchLine = { ...currentLine, version: `${currentLine.version}-bench` };
	const home = homeOf(benchLine);
	refuseIfRunning(home);
	forget(home);
	homeOf(benchLine);
	await installPackage(tarball, home);
	// n8n looks into this folder as into those of N8N_CUSTOM_EXTENSIONS.
	cpSync(join(__dirname, 'platformFloor'), join(home, '.n8n', 'custom'), { recursive: true });
	return home;
}

/** Removes everything in the folder: the executions alone can take hundreds of megabytes. */
export function forget(home: string): void {
	for (const entry of readdirSync(home))
		rmSync(join(home, entry), { recursive: true, force: true });
}

/** A new n8n process, logged in. */
export async function startBenchN8n(home: string): Promise<RunningN8n> {
	const n8n = await startN8n({
		line: currentLine,
		userFolder: home,
		port: await freePort(),
		logFile: join(logs, 'bench-n8n.log'),
	});
	const api = new N8nApi(n8n.url);
	await api.logIn(ownerOf(home));
	return { ...n8n, api };
}
