/**
 * Runs a command, and stops it and its child processes when the process that started this guard ends,
 * even in a crash: then the pipe to our stdin closes.
 */
const { spawn, spawnSync } = require('node:child_process');

const KILL_AFTER_MS = 10_000;
const windows = process.platform === 'win32';
const [command, ...args] = process.argv.slice(2);

const child = spawn(command, args, {
	stdio: ['ignore', 'inherit', 'inherit'],
	// On Windows, npm and npx are .cmd files, which only a shell can run.
	shell: windows && !command.endsWith('.exe'),
});
child.once('error', (error) => {
	console.error(error.message);
	process.exitCode = 127;
	process.stdin.destroy();
});
child.once('exit', (code) => {
	process.exitCode = code ?? 1;
	process.stdin.destroy();
});

let stopping = false;
process.stdin.once('end', stop).resume();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);

/** Stops the group, which includes this process: it ignores the signal and waits for the command. */
function stop() {
	if (stopping) return;
	stopping = true;
	signalAll('SIGTERM');
	setTimeout(() => signalAll('SIGKILL'), KILL_AFTER_MS).unref();
}

function signalAll(signal) {
	if (windows) spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
	else process.kill(-process.pid, signal);
}
