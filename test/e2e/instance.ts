import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator';
import { SendGrid } from '../../playground/emulator';
import { credentialName, credentialType } from '../../playground/examples';
import { ownerOf } from '../../playground/home';
import { installN8n } from '../../playground/install';
import { startN8n, type N8n } from '../../playground/n8n';
import { N8nApi, type Owner } from '../../playground/n8nApi';
import { installPackage } from '../../playground/pack';
import type { N8nLine } from '../../playground/paths';
import { freePort, stopAll } from '../../playground/processes';

/** Long enough to install n8n first, on a machine that has nothing. */
export const START_PATIENCE_MS = 900_000;

/** A new n8n with the packed package in it, and an emulated SendGrid that its credential points to. */
export interface Instance {
	n8n: N8n;
	api: N8nApi;
	owner: Owner;
	emulator: Emulator;
	sendGrid: SendGrid;
	credential: { id: string; name: string; type: string; data: Record<string, unknown> };
	/** Everything that n8n printed so far, debug messages included. */
	log(): string;
	stop(): Promise<void>;
}

export async function startInstance(line: N8nLine): Promise<Instance> {
	await installN8n(line);
	// Outside the repository: the node must find n8n's own modules, not the repository's.
	const userFolder = mkdtempSync(join(tmpdir(), 'e2e-n8n-'));
	const emulator = await startEmulator();
	const stop = async () => {
		await stopAll();
		await emulator.close();
		rmSync(userFolder, { recursive: true, force: true });
	};
	try {
		return { ...(await started(line, userFolder, emulator)), stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function started(
	line: N8nLine,
	userFolder: string,
	emulator: Emulator,
): Promise<Omit<Instance, 'stop'>> {
	const logFile = join(userFolder, 'n8n.log');
	await installPackage(tarball(), userFolder);
	const port = await freePort();
	const n8n = await startN8n({ line, userFolder, port, logFile, logLevel: 'debug' });

	const api = new N8nApi(n8n.url);
	const owner = ownerOf(userFolder);
	await api.logIn(owner);
	const credential = {
		name: credentialName,
		type: credentialType,
		data: { apiKey: emulator.apiKey, region: 'custom', baseUrl: emulator.url },
	};
	const id = await api.saveCredential(credential);
	return {
		n8n,
		api,
		owner,
		emulator,
		sendGrid: new SendGrid(emulator),
		credential: { id, ...credential },
		log: () => readFileSync(logFile, 'utf8'),
	};
}

function tarball(): string {
	const path = process.env.E2E_TARBALL;
	if (!path) throw new Error('Start these tests with `npm run test:e2e`, which packs the package.');
	return path;
}
