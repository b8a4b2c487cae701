import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const TAIL_LINES = 25;

export interface Command {
	/** Name in messages. */
	name: string;
	command: string;
	args: string[];
	cwd: string;
	env?: NodeJS.ProcessEnv;
	logFile: string;
	onLine?: (line: string) => void;
	/** Whether `stopAll` stops it after all others, which depend on it. */
	stopLast?: boolean;
}

export interface Running {
	/** Undefined if it couldn't be started. */
	pid: number | undefined;
	/** Resolves when it and its child processes have ended. */
	ended: Promise<void>;
	/** Returns the result of `work`, or rejects with the end of the log if the process ends first. */
	during<T>(work: Promise<T>): Promise<T>;
	/** Null while it runs, and if a signal ended it. */
	exitCode(): number | null;
	/** The last lines that it printed. */
	tail(): string;
	/** Stops it and its child processes. */
	stop(): Promise<void>;
	/** Kills it and its child processes immediately, as in a crash. */
	kill(): Promise<void>;
}

const running = new Map<Running, { stopLast: boolean }>();

/** Starts a command in its own process group, under a guard that stops it if this process exits. */
export function start({
	name,
	command,
	args,
	cwd,
	env,
	logFile,
	onLine,
	stopLast = false,
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
	// After a crash, child processes of the command would keep running and keep the pipes open.
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
			const exited = ended.then(() => {
				throw new Error(
					stopping
						? `${name} was stopped.`
						: `${name} ended unexpectedly (exit code ${child.exitCode}). The end of ${logFile}:\n` +
								lastLines.join('\n'),
				);
			});
			try {
				return await Promise.race([work, exited]);
			} catch (error) {
				// After a crash, a lost connection is noticed first, but the log says more.
				await Promise.race([exited, sleep(500)]);
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
	running.set(self, { stopLast });
	return self;
}

function killGroup(guard: ChildProcess): void {
	if (guard.pid === undefined || process.platform === 'win32') return;
	try {
		process.kill(-guard.pid, 'SIGKILL');
	} catch {
		// The group has already ended.
	}
}

/** Like `during`, but rejects if any of the processes ends first. */
export async function duringAll<T>(processes: Running[], work: Promise<T>): Promise<T> {
	return await processes.reduce(async (rest, process) => await process.during(rest), work);
}

/** Stops all processes that this module has started. */
export async function stopAll(): Promise<void> {
	for (const last of [false, true]) {
		const now = [...running].filter(([, { stopLast }]) => stopLast === last);
		await Promise.all(now.map(async ([process]) => await process.stop()));
	}
}

/** Runs a command to its end. @throws Error with the end of its output if it fails */
export async function run(command: Command): Promise<void> {
	const process = start(command);
	await process.ended;
	if (process.exitCode() !== 0) throw new Error(`${command.name} failed:\n${process.tail()}`);
}

/** Below the ports that systems assign to outgoing connections, which could use one first. */
const FIRST_PORT = 15_000;
const PORT_COUNT = 15_000;

/** Returns a free port on loopback, the preferred one if possible. */
export async function freePort(preferred?: number): Promise<number> {
	const own = preferred === undefined ? undefined : await tryPort(preferred);
	if (own !== undefined) return own;
	for (let tries = 0; tries < 100; tries += 1) {
		const free = await tryPort(FIRST_PORT + Math.floor(Math.random() * PORT_COUNT));
		if (free !== undefined) return free;
	}
	throw new Error('There is no free port on this computer.');
}

/** Listens for a moment, and returns the port; undefined if it's in use. */
async function tryPort(port: number): Promise<number | undefined> {
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

/** Waits for `work`. @throws Error that `name` didn't answer in time */
export async function withTimeout<T>(
	milliseconds: number,
	work: Promise<T>,
	name: string,
): Promise<T> {
	const late = sleep(milliseconds, undefined, { ref: false }).then(() => {
		throw new Error(`${name} didn't answer within ${milliseconds / 1000} seconds.`);
	});
	return await Promise.race([work, late]);
}
