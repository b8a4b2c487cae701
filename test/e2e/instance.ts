import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator';
import { SendGrid } from '../../playground/emulator';
import { credentialName, credentialType } from '../../playground/examples';
import { ownerOf } from '../../playground/home';
import { startN8n, type N8n, type N8nOptions } from '../../playground/n8n';
import { N8nApi, type Owner } from '../../playground/n8nApi';
import { installPackage } from '../../playground/pack';
import type { N8nLine } from '../../playground/paths';
import { freePort, stopAll } from '../../playground/processes';

/** Long enough to start n8n twice on a busy machine. */
export const START_TIMEOUT_MS = 300_000;

/** A new n8n with the packed package, and an emulator that its credential uses. */
export interface Instance {
	n8n: N8n;
	api: N8nApi;
	owner: Owner;
	emulator: Emulator;
	sendGrid: SendGrid;
	credential: { id: string; name: string; type: string; data: Record<string, unknown> };
	/** n8n's output since its last start, including debug messages. */
	log(): string;
	/** Kills n8n immediately, as in a crash. */
	kill(): Promise<void>;
	/** Starts n8n again with the same data. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

/** Numbers of customers in the emulator; default: the emulator's own. */
export type Customers = Pick<EmulatorOptions, 'accounts' | 'subusers'>;

export async function startInstance(line: N8nLine, customers?: Customers): Promise<Instance> {
	const instance = await startWithoutPackage(line, {
		customers,
		prepare: async (userFolder) => await installPackage(packedTarball(), userFolder),
	});
	try {
		return { ...instance, credential: await saveCredential(instance) };
	} catch (error) {
		await instance.stop();
		throw error;
	}
}

/** An instance without the package, and so without the credential. */
export type InstanceWithoutPackage = Omit<Instance, 'credential'> & { userFolder: string };

export async function startWithoutPackage(
	line: N8nLine,
	{
		prepare,
		settings = {},
		customers,
	}: {
		prepare?: (userFolder: string) => Promise<void>;
		settings?: NodeJS.ProcessEnv;
		customers?: Customers | undefined;
	} = {},
): Promise<InstanceWithoutPackage> {
	// Outside the repository, so that the node loads n8n's modules, not the repository's.
	const userFolder = mkdtempSync(join(tmpdir(), 'e2e-n8n-'));
	const emulator = await startEmulator(customers);
	const stop = async () => {
		await stopAll();
		await emulator.close();
		rmSync(userFolder, { recursive: true, force: true });
	};
	try {
		await prepare?.(userFolder);
		const logFile = join(userFolder, 'n8n.log');
		const port = await freePort();
		const options: N8nOptions = { line, userFolder, port, logFile, logLevel: 'debug', settings };
		const n8n = await startN8n(options);
		const api = new N8nApi(n8n.url);
		const owner = ownerOf(userFolder);
		await api.logIn(owner);
		return {
			n8n,
			api,
			owner,
			emulator,
			sendGrid: new SendGrid(emulator),
			userFolder,
			log: () => readFileSync(logFile, 'utf8'),
			kill: async () => await n8n.process.kill(),
			restart: async () => {
				Object.assign(n8n, await startN8n(options));
			},
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Creates the credential for the emulator, which requires the package. */
export async function saveCredential({
	api,
	emulator,
}: InstanceWithoutPackage): Promise<Instance['credential']> {
	const credential = {
		name: credentialName,
		type: credentialType,
		data: { apiKey: emulator.apiKey, region: 'custom', baseUrl: emulator.url },
	};
	return { id: await api.saveCredential(credential), ...credential };
}

export function packedTarball(): string {
	const path = process.env.E2E_TARBALL;
	if (!path) throw new Error('Run these tests with `npm run test:e2e`, which packs the package.');
	return path;
}
