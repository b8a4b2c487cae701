import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startDatabases } from './databases';
import { environment, startN8n, type N8n, type N8nOptions } from './n8n';
import { installPackage } from './pack';
import { nodeBinary } from './paths';
import { freePort, start, withTimeout, type Running } from './processes';

const START_TIMEOUT_MS = 240_000;

export interface QueueModeOptions extends N8nOptions {
	/** Installed in the user folder of each process. */
	tarball: string;
	workers: number;
}

/** An n8n with the editor and webhooks, and workers that run the queued executions. */
export interface QueueMode extends N8n {
	workers: Worker[];
	/** All processes, including the databases. */
	processes: Running[];
}

export interface Worker {
	process: Running;
	logFile: string;
}

/** Starts n8n in queue mode, with its own Redis and PostgreSQL. */
export async function startQueueMode(options: QueueModeOptions): Promise<QueueMode> {
	const { userFolder, tarball } = options;
	await installPackage(tarball, userFolder);
	const databases = await startDatabases(join(userFolder, 'databases'));
	const settings = {
		...databases.settings,
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: encryptionKeyOf(userFolder),
		...options.settings,
	};
	const n8n = await startN8n({ ...options, settings });
	const workers: Worker[] = [];
	for (let number = 1; number <= options.workers; number++) {
		workers.push(await startWorker(`worker-${number}`, { ...options, settings }));
	}
	return {
		...n8n,
		workers,
		processes: [...databases.processes, n8n.process, ...workers.map(({ process }) => process)],
	};
}

/** Starts a worker that, as on another machine, shares only databases and encryption key with n8n. */
async function startWorker(name: string, options: QueueModeOptions): Promise<Worker> {
	const { line, tarball } = options;
	const userFolder = join(options.userFolder, name);
	mkdirSync(userFolder, { recursive: true });
	await installPackage(tarball, userFolder);

	const brokerPort = await freePort();
	const settings = { ...options.settings, N8N_RUNNERS_BROKER_PORT: String(brokerPort) };
	const logFile = join(dirname(options.logFile), `${name}.log`);
	let announce = () => {};
	const announced = new Promise<void>((resolve) => (announce = resolve));
	const process = start({
		name: `n8n ${line.version}'s ${name}`,
		command: nodeBinary(line),
		args: [join(line.folder, 'node_modules', 'n8n', 'bin', 'n8n'), 'worker'],
		cwd: userFolder,
		env: await environment({ ...options, userFolder, settings }),
		logFile,
		onLine: (text) => {
			if (text.includes('n8n worker is now ready')) announce();
		},
	});
	await process.during(withTimeout(START_TIMEOUT_MS, announced, name));
	return { process, logFile };
}

/** Creates or reads the key that workers require to decrypt the credentials in the database. */
function encryptionKeyOf(userFolder: string): string {
	const file = join(userFolder, 'encryption.key');
	if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
	return readFileSync(file, 'utf8');
}
