import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const TAIL_LINES = 25;

export interface Command {
	/** What it is called in messages. */
	name: string;
	command: string;
	args: string[];
	cwd: string;
	env?: NodeJS.ProcessEnv;
	logFile: string;
	onLine?: (line: string) => void;
	/** Whether others need it until they have ended: `stopAll` stops it after them. */
	needed?: boolean;
}

export interface Running {
	/** Undefined where it could not be started. */
	pid: number | undefined;
	/** Settles when it, and all that it started, has ended. */
	ended: Promise<void>;
	/** Rejects, with the last lines of the log, if it ends while `work` is going on. */
	during<T>(work: Promise<T>): Promise<T>;
	/** Null while it runs, and where a signal ended it. */
	exitCode(): number | null;
	/** The end of what it printed, for a message. */
	tail(): string;
	/** Ends it and all that it started. */
	stop(): Promise<void>;
	/** Ends it, and all that it started, as a crash would: at once, nothing finished or told. */
	kill(): Promise<void>;
}

const running = new Map<Running, { needed: boolean }>();

/** Starts a process in a group of its own, under a guard that outlives neither it nor us. */
export function start({
	name,
	command,
	args,
	cwd,
	env,
	logFile,
	onLine,
	needed = false,
}: Command): Running {
	mkdirSync(dirname(logFile), { recursive: true });
	const log = createWriteStream(logFile);
	const lastLines: string[] = [];
	const child = spawn(process.execPath, [join(__dirname, 'guard.js'), command, ...args], {
		cwd,
		env: env ?? process.env,
		detached: process.platform !== 'win32',
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	for (const stream of [child.stdout, child.stderr]) {
		createInterface({ input: stream }).on('line', (line) => {
			log.write(`${line}\n`);
			lastLines.push(line);
			if (lastLines.length > TAIL_LINES) lastLines.shift();
			onLine?.(line);
		});
	}
	// What a crashed command leaves behind in its group would keep running, and keep its pipes open.
	child.once('exit', () => killGroup(child));

	let stopping = false;
	const ended = once(child, 'close').then(() => {
		running.delete(self);
		log.end();
	});
	const self: Running = {
		pid: child.pid,
		ended,
		exitCode: () => child.exitCode,
		tail: () => lastLines.join('\n'),
		async during(work) {
			const gone = ended.then(() => {
				throw new Error(
					stopping
						? `${name} was stopped.`
						: `${name} ended by itself (status ${child.exitCode}). The end of ${logFile}:\n` +
								lastLines.join('\n'),
				);
			});
			try {
				return await Promise.race([work, gone]);
			} catch (error) {
				// A crash shows as a lost connection first; what it printed says more.
				await Promise.race([gone, sleep(500)]);
				throw error;
			}
		},
		async stop() {
			stopping = true;
			child.stdin.end();
			await ended;
		},
		async kill() {
			stopping = true;
			killGroup(child);
			await ended;
		},
	};
	running.set(self, { needed });
	return self;
}

function killGroup(guard: ChildProcess): void {
	if (guard.pid === undefined || process.platform === 'win32') return;
	try {
		process.kill(-guard.pid, 'SIGKILL');
	} catch {
		// Nothing is left of the group.
	}
}

/** As each one's `during`: rejects if any of them ends while `work` is going on. */
export async function duringAll<T>(processes: Running[], work: Promise<T>): Promise<T> {
	return await processes.reduce(async (rest, process) => await process.during(rest), work);
}

export async function stopAll(): Promise<void> {
	for (const last of [false, true]) {
		const now = [...running].filter(([, { needed }]) => needed === last);
		await Promise.all(now.map(async ([process]) => await process.stop()));
	}
}

/** Runs a command to its end; the error of one that fails shows how its output ended. */
export async function run(command: Command): Promise<void> {
	const process = start(command);
	await process.ended;
	if (process.exitCode() !== 0) throw new Error(`${command.name} failed:\n${process.tail()}`);
}

/** Ports that no system hands out to outgoing connections, which could take one before it is used. */
const FIRST_PORT = 15_000;
const PORTS = 15_000;

/** The preferred port if it is free on loopback, else any free one. */
export async function freePort(preferred?: number): Promise<number> {
	const tried = preferred === undefined ? undefined : await listenable(preferred);
	if (tried !== undefined) return tried;
	for (let attempts = 0; attempts < 100; attempts += 1) {
		const free = await listenable(FIRST_PORT + Math.floor(Math.random() * PORTS));
		if (free !== undefined) return free;
	}
	throw new Error('No free port was found on this computer.');
}

async function listenable(port: number): Promise<number | undefined> {
	const server = createServer();
	try {
		server.listen(port, '127.0.0.1');
		await once(server, 'listening');
	} catch {
		return undefined;
	}
	const address = server.address();
	server.close();
	await once(server, 'close');
	return typeof address === 'object' && address ? address.port : undefined;
}

/** @throws where the work takes longer; `name` is who should have done it */
export async function within<T>(milliseconds: number, work: Promise<T>, name: string): Promise<T> {
	const late = sleep(milliseconds, undefined, { ref: false }).then(() => {
		throw new Error(`${name} did not answer within ${milliseconds / 1000} seconds.`);
	});
	return await Promise.race([work, late]);
}
