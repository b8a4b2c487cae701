import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, run, start, withTimeout } from '../../playground/processes';

const START_TIMEOUT_MS = 60_000;

/** A private npm registry on loopback, empty and without an upstream registry. */
export interface Registry {
	port: number;
	/** Publishes a tarball with npm. */
	publish: (tarball: string) => Promise<void>;
	stop(): Promise<void>;
}

export async function startRegistry(folder: string): Promise<Registry> {
	mkdirSync(folder, { recursive: true });
	const config = join(folder, 'config.yaml');
	// JSON is also valid YAML.
	writeFileSync(
		config,
		JSON.stringify({
			storage: join(folder, 'storage'),
			auth: { htpasswd: { file: join(folder, 'htpasswd') } },
			uplinks: {},
			packages: { '**': { access: '$all', publish: '$all' } },
			web: { enable: false },
			log: { type: 'stdout', format: 'pretty', level: 'http' },
		}),
	);
	/** Keeps npm from using the user's settings, tokens, and cache. */
	const ownEnvironment = npmEnvironment({
		userconfig: join(folder, 'npmrc'),
		globalconfig: join(folder, 'npmrc-global'),
		cache: join(folder, 'npm-cache'),
		'update-notifier': 'false',
	});
	const port = await freePort();
	const url = `http://127.0.0.1:${port}/`;
	const verdaccio = start({
		name: 'The private registry',
		command: process.execPath,
		args: [
			join(require.resolve('verdaccio/package.json'), '..', 'bin', 'verdaccio'),
			...['--config', config, '--listen', `127.0.0.1:${port}`],
		],
		cwd: folder,
		logFile: join(folder, 'registry.log'),
	});
	await verdaccio.during(
		withTimeout(START_TIMEOUT_MS, waitUntilReady(`${url}-/ping`), 'The registry'),
	);
	return {
		port,
		async publish(tarball) {
			await run({
				name: 'npm publish',
				command: 'npm',
				// npm requires a token; the registry accepts any.
				args: ['publish', tarball, `--registry=${url}`, `--//127.0.0.1:${port}/:_authToken=none`],
				cwd: folder,
				env: { PATH: process.env.PATH, ...ownEnvironment },
				logFile: join(folder, 'publish.log'),
			});
		},
		stop: async () => await verdaccio.stop(),
	};
}

async function waitUntilReady(url: string): Promise<void> {
	for (;;) {
		const ping = await axios.get(url, { proxy: false }).catch(() => undefined);
		if (ping) return;
		await sleep(200);
	}
}

/** npm's settings as environment variables, which override all its files. */
export function npmEnvironment(settings: Record<string, string>): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(settings).map(([name, value]) => [
			`npm_config_${name.replaceAll('-', '_')}`,
			value,
		]),
	);
}
