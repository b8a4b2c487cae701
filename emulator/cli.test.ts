import { spawn } from 'node:child_process';
import { join } from 'node:path';

interface Run {
	stdout: string;
	stderr: string;
	code: number | null;
}

/** Runs the command, passes its first line to `whileRunning`, and then stops it. */
function run(args: string[], whileRunning?: (line: string) => Promise<void>): Promise<Run> {
	const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'cli.ts'), ...args]);
	const result: Run = { stdout: '', stderr: '', code: null };
	let seen: Promise<void> | undefined;
	child.stderr.on('data', (data) => (result.stderr += data));
	child.stdout.on('data', (data) => {
		result.stdout += data;
		if (!whileRunning || !result.stdout.includes('\n')) return;
		seen ??= whileRunning(result.stdout.split('\n')[0] ?? '').finally(() => child.kill('SIGTERM'));
	});
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => {
			Promise.resolve(seen).then(() => resolve({ ...result, code }), reject);
		});
	});
}

describe('the emulator command', () => {
	it('prints its address and key as JSON, serves requests, and stops on SIGTERM', async () => {
		const options = ['--', '--port', '0', '--json', '--accounts', '3', '--subusers', '4'];
		const { stdout, stderr, code } = await run(
			[
				...options,
				'--api-key',
				'SG.mine',
				'--rate-limit',
				'7/1m',
				'--rate-limit-headers',
				'countdown',
				'--rate-limit-windows',
				'first-request',
			],
			async (line) => {
				const { url, apiKey } = JSON.parse(line) as { url: string; apiKey: string };
				expect(apiKey).toBe('SG.mine');
				const headers = { authorization: `Bearer ${apiKey}` };
				const answer = await fetch(`${url}/v3/subusers`, { headers });
				expect(await answer.json()).toHaveLength(4);
				expect(answer.headers.get('x-ratelimit-limit')).toBe('7');
				expect(answer.headers.get('x-ratelimit-reset')).toBe('60');
				const state: unknown = await (await fetch(`${url}/__emulator/state`)).json();
				const { now } = state as { now: number };
				expect(Math.abs(now - Date.now())).toBeLessThan(5000);
			},
		);
		expect([stderr, code]).toEqual(['', 0]);
		expect(stdout.trim().split('\n')).toHaveLength(1);
	}, 30_000);

	it('prints how to use it, or that its port is in use', async () => {
		const { stdout } = await run(['--', '--port', '0'], async (line) => {
			expect(JSON.parse(line)).toEqual({
				url: expect.stringMatching(/^http:/) as unknown,
				apiKey: expect.stringMatching(/^SG\./) as unknown,
			});
		});
		expect(stdout).toContain('250 accounts, 1200 subusers');
		const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(stdout) ?? [];
		expect(stdout).toContain(`curl -H 'Authorization: Bearer SG.`);
		await run(['--port', port, '--json'], async () => {
			const second = await run(['--port', port, '--json']);
			expect(second.stderr).toContain(`Port ${port} is in use`);
			expect([second.stdout, second.code]).toEqual(['', 1]);
		});
	}, 30_000);

	it('prints its options', async () => {
		const { stdout, code } = await run(['--help']);
		expect(code).toBe(0);
		for (const option of ['--port 4010', '--rate-limit 600/60s', '--accounts 250', '--json']) {
			expect(stdout).toContain(option);
		}
	}, 30_000);

	it.each([
		[['--prot', '1'], '--prot'],
		[['--port', '70000'], '--port'],
		[['--rate-limit', '600'], '--rate-limit'],
		[['--rate-limit-windows', 'daily'], '--rate-limit-windows'],
	])(
		'refuses %j',
		async (args, named) => {
			const { stdout, stderr, code } = await run(args);
			expect([stdout, code]).toEqual(['', 2]);
			expect(stderr).toContain(named);
		},
		30_000,
	);
});
