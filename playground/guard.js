/**
 * Runs a command, and stops it with all that it started when the process that wanted it is gone,
 * however that one ended: its end of the pipe to our stdin closes then.
 */
const { spawn, spawnSync } = require('node:child_process');

const PATIENCE_MS = 10_000;
const windows = process.platform === 'win32';
const [command, ...args] = process.argv.slice(2);

const child = spawn(command, args, {
	stdio: ['ignore', 'inherit', 'inherit'],
	// npm and npx are .cmd files on Windows, which only a shell can start.
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

/** Its own signal reaches this process too, which stays until the command has ended. */
function stop() {
	if (stopping) return;
	stopping = true;
	signalAll('SIGTERM');
	setTimeout(() => signalAll('SIGKILL'), PATIENCE_MS).unref();
}

function signalAll(signal) {
	if (windows) spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
	else process.kill(-process.pid, signal);
}
