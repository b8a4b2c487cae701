import { cpSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { homeOf, ownerOf, refuseIfRunning } from '../playground/home';
import { installN8n } from '../playground/install';
import { startN8n, type N8n } from '../playground/n8n';
import { N8nApi } from '../playground/n8nApi';
import { buildAndPack, installPackage } from '../playground/pack';
import { currentLine, logs, packageName, root } from '../playground/paths';
import { freePort } from '../playground/processes';
import { step } from '../playground/progress';

export const ourNode = `${packageName}.sendGridProvisioning`;
/** n8n's package name for the nodes in its folder `custom` is "CUSTOM". */
export const floorNode = 'CUSTOM.platformFloor';

export interface RunningN8n extends N8n {
	api: N8nApi;
}

/** Creates a user folder with the packed package of a checkout and the platform floor's node. */
export async function createHome(checkout = root): Promise<string> {
	const isOther = checkout !== root;
	const building = step(`Building and packing the package${isOther ? ` in ${checkout}` : ''}`);
	const tarball = await buildAndPack(checkout);
	building.done();
	await installN8n(currentLine);

	const suffix = isOther ? 'bench-other' : 'bench';
	const benchLine = { ...currentLine, version: `${currentLine.version}-${suffix}` };
	const home = homeOf(benchLine);
	refuseIfRunning(home);
	clearFolder(home);
	homeOf(benchLine);
	await installPackage(tarball, home);
	// n8n also loads nodes from this folder.
	cpSync(join(__dirname, 'platformFloor'), join(home, '.n8n', 'custom'), { recursive: true });
	return home;
}

/** Empties a folder; the executions in it can take hundreds of megabytes. */
export function clearFolder(folder: string): void {
	for (const entry of readdirSync(folder))
		rmSync(join(folder, entry), { recursive: true, force: true });
}

/** Starts n8n and logs in. */
export async function startBenchN8n(home: string): Promise<RunningN8n> {
	const n8n = await startN8n({
		line: currentLine,
		userFolder: home,
		port: await freePort(),
		logFile: join(logs, `${basename(home)}.log`),
	});
	const api = new N8nApi(n8n.url);
	await api.logIn(ownerOf(home));
	return { ...n8n, api };
}
