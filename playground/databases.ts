import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort, run, start, withTimeout, type Running } from './processes';

const START_TIMEOUT_MS = 60_000;
const POSTGRES_FOLDER = '/usr/lib/postgresql';
const USER = 'n8n';

/** The playground's own Redis and PostgreSQL, on loopback. */
export interface Databases {
	/** Environment variables that connect an n8n process to them. */
	settings: NodeJS.ProcessEnv;
	processes: Running[];
}

/**
 * Starts the databases that n8n's queue mode requires, with their data in this folder. The system's own
 * Redis and PostgreSQL services aren't used.
 */
export async function startDatabases(folder: string): Promise<Databases> {
	const programs = {
		redis: findProgram('redis-server'),
		initdb: findProgram('initdb'),
		postgres: findProgram('postgres'),
	};
	mkdirSync(folder, { recursive: true });
	const password = passwordOf(folder);
	const redis = await startRedis(programs.redis, join(folder, 'redis'), password);
	const postgres = await startPostgres(programs, join(folder, 'postgres'), password);
	return {
		settings: {
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			QUEUE_BULL_REDIS_PASSWORD: password,
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgres.port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: USER,
			DB_POSTGRESDB_PASSWORD: password,
		},
		processes: [redis.process, postgres.process],
	};
}

function findProgram(program: string): string {
	const versions = existsSync(POSTGRES_FOLDER) ? readdirSync(POSTGRES_FOLDER) : [];
	const folders = [
		...(process.env.PATH ?? '').split(delimiter),
		'/usr/bin',
		...versions
			.sort((a, b) => Number(b) - Number(a))
			.map((version) => join(POSTGRES_FOLDER, version, 'bin')),
	];
	const found = folders.map((folder) => join(folder, program)).find(existsSync);
	if (found) return found;
	throw new Error(
		`n8n's queue mode requires Redis and PostgreSQL, but ${program} isn't installed. On Debian or ` +
			'Ubuntu, run: apt-get install --no-install-recommends redis-server postgresql',
	);
}

/** Creates or reads a password. Loopback isn't enough: writing to these databases can make n8n run code. */
function passwordOf(folder: string): string {
	const file = join(folder, 'password');
	if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('hex'), { mode: 0o600 });
	return readFileSync(file, 'utf8');
}

interface Listening {
	process: Running;
	port: number;
}

async function startRedis(command: string, folder: string, password: string): Promise<Listening> {
	const port = await freePort();
	mkdirSync(folder, { recursive: true });
	const file = join(folder, 'redis.conf');
	// Redis doesn't save the queue, so jobs of an earlier start don't run.
	const settings = ['bind 127.0.0.1', `port ${port}`, 'save ""', 'appendonly no'];
	writeFileSync(file, [...settings, `requirepass ${password}`, ''].join('\n'), { mode: 0o600 });
	return await startListening(port, 'Ready to accept connections', {
		name: 'Redis',
		command,
		args: [file],
		cwd: folder,
	});
}

async function startPostgres(
	{ initdb, postgres }: { initdb: string; postgres: string },
	folder: string,
	password: string,
): Promise<Listening> {
	const data = join(folder, 'data');
	const logFile = join(folder, 'initdb.log');
	mkdirSync(folder, { recursive: true });
	await chownToPostgres(folder);
	if (!existsSync(join(data, 'PG_VERSION'))) {
		const passwordFile = join(folder, 'password');
		writeFileSync(passwordFile, password, { mode: 0o600 });
		await chownToPostgres(folder);
		await run({
			name: "The creation of PostgreSQL's data folder",
			...unprivileged(initdb, [
				...['--pgdata', data, '--username', USER, '--pwfile', passwordFile],
				...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
			]),
			cwd: folder,
			logFile,
		});
		rmSync(passwordFile);
	}
	const port = await freePort();
	return await startListening(port, 'ready to accept connections', {
		name: 'PostgreSQL',
		...unprivileged(postgres, [
			...['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
			// The data doesn't need to survive a power failure.
			...['-c', 'unix_socket_directories=', '-c', 'fsync=off'],
		]),
		cwd: folder,
	});
}

/** Runs a command as Debian's account `postgres` if we are root, which PostgreSQL refuses. */
function unprivileged(command: string, args: string[]): { command: string; args: string[] } {
	if (process.getuid?.() !== 0) return { command, args };
	const as = ['--reuid=postgres', '--regid=postgres', '--init-groups', '--'];
	return { command: 'setpriv', args: [...as, command, ...args] };
}

async function chownToPostgres(folder: string): Promise<void> {
	if (process.getuid?.() !== 0) return;
	await run({
		name: 'Changing the owner of the data folder',
		command: 'chown',
		args: ['-R', 'postgres:postgres', folder],
		cwd: folder,
		logFile: `${folder}.chown.log`,
	});
}

async function startListening(
	port: number,
	readyMessage: string,
	command: { name: string; command: string; args: string[]; cwd: string },
): Promise<Listening> {
	let announce = () => {};
	const announced = new Promise<void>((resolve) => (announce = resolve));
	const process = start({
		...command,
		env: { ...globalThis.process.env, LC_ALL: 'C' },
		logFile: `${command.cwd}.log`,
		stopLast: true,
		onLine: (line) => {
			if (line.includes(readyMessage)) announce();
		},
	});
	await process.during(withTimeout(START_TIMEOUT_MS, announced, command.name));
	return { process, port };
}
