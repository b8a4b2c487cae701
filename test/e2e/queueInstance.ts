import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator';
import { credentialName, credentialType } from '../../playground/examples';
import { ownerOf } from '../../playground/home';
import { N8nApi } from '../../playground/n8nApi';
import { currentLine } from '../../playground/paths';
import { freePort, stopAll } from '../../playground/processes';
import { startQueueMode, type QueueMode, type Worker } from '../../playground/queueMode';

/** A new n8n in queue mode, and an emulator that its credential uses. */
export interface QueueInstance {
	n8n: QueueMode;
	api: N8nApi;
	emulator: Emulator;
	credential: { id: string; name: string };
	stop(): Promise<void>;
}

export async function startQueueInstance(workers: number): Promise<QueueInstance> {
	// Outside the repository, so that the node loads n8n's modules, not the repository's.
	const userFolder = mkdtempSync(join(tmpdir(), 'e2e-queue-'));
	// PostgreSQL's account must be able to open its data folder in this folder.
	chmodSync(userFolder, 0o711);
	const emulator = await startEmulator({ subusers: 200 });
	const stop = async () => {
		await stopAll();
		await emulator.close();
		rmSync(userFolder, { recursive: true, force: true });
	};
	try {
		const n8n = await startQueueMode({
			line: currentLine,
			userFolder,
			port: await freePort(),
			logFile: join(userFolder, 'n8n.log'),
			tarball: process.env.E2E_TARBALL ?? '',
			workers,
			settings: { ...fastWorkerChecks, ...keptJobs },
		});
		const api = new N8nApi(n8n.url);
		await api.logIn(ownerOf(userFolder));
		const id = await api.saveCredential({
			name: credentialName,
			type: credentialType,
			data: { apiKey: emulator.apiKey, region: 'custom', baseUrl: emulator.url },
		});
		return { n8n, api, emulator, credential: { id, name: credentialName }, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Shortens n8n's checks for dead workers, which take more than a minute by default. */
const fastWorkerChecks = {
	QUEUE_WORKER_LOCK_DURATION: '12000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/**
 * n8n learns from the jobs that are kept that an execution has ended. By default none is kept: then an
 * execution that ends before n8n waits for it is missed, and its webhook is never answered.
 */
const keptJobs = {
	N8N_EXECUTIONS_QUEUE_KEEP_LAST_COMPLETED: '1000',
	N8N_EXECUTIONS_QUEUE_KEEP_LAST_FAILED: '1000',
};

/** The IDs of executions that a worker has started, from its log. */
export function startedBy({ logFile }: Worker): Set<string> {
	const started = readFileSync(logFile, 'utf8').matchAll(/Worker started execution (\d+)/g);
	return new Set([...started].map(([, id]) => id ?? ''));
}
