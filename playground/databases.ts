import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort, run, start, within, type Running } from './processes';

const BOOT_PATIENCE_MS = 60_000;
const POSTGRES_VERSIONS = '/usr/lib/postgresql';
const USER = 'n8n';

/** A Redis and a PostgreSQL of the playground's own, on loopback. */
export interface Databases {
	/** What every n8n process needs to know of them. */
	settings: NodeJS.ProcessEnv;
	processes: Running[];
}

/**
 * Starts what n8n's queue mode needs, with its data in this folder. The system's own services of
 * these kinds are left alone, running or not.
 */
export async function startDatabases(folder: string): Promise<Databases> {
	const programs = {
		redis: find('redis-server'),
		initdb: find('initdb'),
		postgres: find('postgres'),
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

function find(program: string): string {
	const versions = existsSync(POSTGRES_VERSIONS) ? readdirSync(POSTGRES_VERSIONS) : [];
	const folders = [
		...(process.env.PATH ?? '').split(delimiter),
		'/usr/bin',
		...versions
			.sort((a, b) => Number(b) - Number(a))
			.map((version) => join(POSTGRES_VERSIONS, version, 'bin')),
	];
	const found = folders.map((folder) => join(folder, program)).find(existsSync);
	if (found) return found;
	throw new Error(
		`n8n's queue mode needs Redis and PostgreSQL, and there is no ${program} here. On Debian and ` +
			'Ubuntu: apt-get install --no-install-recommends redis-server postgresql',
	);
}

/** Who can write to these databases can make n8n run code, so loopback alone does not protect them. */
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
	// The queue begins empty at each start, so that nothing is run that an earlier start left behind.
	const settings = ['bind 127.0.0.1', `port ${port}`, 'save ""', 'appendonly no'];
	writeFileSync(file, [...settings, `requirepass ${password}`, ''].join('\n'), { mode: 0o600 });
	return await listening(port, 'Ready to accept connections', {
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
	await giveAway(folder);
	if (!existsSync(join(data, 'PG_VERSION'))) {
		const passwordFile = join(folder, 'password');
		writeFileSync(passwordFile, password, { mode: 0o600 });
		await giveAway(folder);
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
	return await listening(port, 'ready to accept connections', {
		name: 'PostgreSQL',
		...unprivileged(postgres, [
			...['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
			// It holds nothing that must outlive a power failure.
			...['-c', 'unix_socket_directories=', '-c', 'fsync=off'],
		]),
		cwd: folder,
	});
}

/** PostgreSQL refuses to run as root; Debian's package brings an account for it. */
function unprivileged(command: string, args: string[]): { command: string; args: string[] } {
	if (process.getuid?.() !== 0) return { command, args };
	const as = ['--reuid=postgres', '--regid=postgres', '--init-groups', '--'];
	return { command: 'setpriv', args: [...as, command, ...args] };
}

async function giveAway(folder: string): Promise<void> {
	if (process.getuid?.() !== 0) return;
	await run({
		name: "Handing the data folder to PostgreSQL's account",
		command: 'chown',
		args: ['-R', 'postgres:postgres', folder],
		cwd: folder,
		logFile: `${folder}.chown.log`,
	});
}

async function listening(
	port: number,
	says: string,
	command: { name: string; command: string; args: string[]; cwd: string },
): Promise<Listening> {
	let announce = () => {};
	const announced = new Promise<void>((resolve) => (announce = resolve));
	const process = start({
		...command,
		env: { ...globalThis.process.env, LC_ALL: 'C' },
		logFile: `${command.cwd}.log`,
		needed: true,
		onLine: (line) => {
			if (line.includes(says)) announce();
		},
	});
	await process.during(within(BOOT_PATIENCE_MS, announced, command.name));
	return { process, port };
}
