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

/** A new n8n in queue mode, and an emulated SendGrid that its credential points to. */
export interface QueueInstance {
	n8n: QueueMode;
	api: N8nApi;
	emulator: Emulator;
	credential: { id: string; name: string };
	stop(): Promise<void>;
}

export async function startQueueInstance(workers: number): Promise<QueueInstance> {
	// Outside the repository: the node must find n8n's own modules, not the repository's.
	const userFolder = mkdtempSync(join(tmpdir(), 'e2e-queue-'));
	// PostgreSQL's account must get to its data through this folder.
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
			settings: noticesADeadWorkerSoon,
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

/** n8n gives a worker a minute to say that it lives, and looks every half minute. */
const noticesADeadWorkerSoon = {
	QUEUE_WORKER_LOCK_DURATION: '12000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/** The executions that this worker has begun, as its log says. */
export function begunBy({ logFile }: Worker): Set<string> {
	const begun = readFileSync(logFile, 'utf8').matchAll(/Worker started execution (\d+)/g);
	return new Set([...begun].map(([, id]) => id ?? ''));
}
