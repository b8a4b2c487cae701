import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { dirname, join } from 'node:path';
import { savePid } from './home';
import { nodeBinary, type N8nLine } from './paths';
import { freePort, start, withTimeout, type Running } from './processes';

const START_TIMEOUT_MS = 240_000;

export interface N8nOptions {
	line: N8nLine;
	userFolder: string;
	port: number;
	logFile: string;
	logLevel?: 'info' | 'debug';
	/** Further environment variables. */
	settings?: NodeJS.ProcessEnv;
}

export interface N8n {
	url: string;
	process: Running;
}

/** Starts n8n on loopback, and waits until it answers requests. */
export async function startN8n(options: N8nOptions): Promise<N8n> {
	const { line, port, logFile } = options;
	const url = urlOf(port);
	let announce = () => {};
	const announced = new Promise<void>((resolve) => (announce = resolve));
	const process = start({
		name: `n8n ${line.version}`,
		command: nodeBinary(line),
		args: [join(line.folder, 'node_modules', 'n8n', 'bin', 'n8n'), 'start'],
		cwd: options.userFolder,
		env: await environment(options),
		logFile,
		onLine: (text) => {
			if (text.startsWith('Editor is now accessible')) announce();
		},
	});
	if (process.pid) savePid(options.userFolder, process.pid);
	try {
		await process.during(
			withTimeout(
				START_TIMEOUT_MS,
				announced.then(async () => await waitUntilReady(url)),
				'n8n',
			),
		);
	} catch (error) {
		await process.stop();
		throw error;
	}
	return { url, process };
}

function urlOf(port: number): string {
	return `http://127.0.0.1:${port}`;
}

/** Polls n8n's settings: while n8n starts, every URL answers 200, but with a text. */
async function waitUntilReady(url: string): Promise<void> {
	for (;;) {
		const settings = await axios
			.get<unknown>(`${url}/rest/settings`, { validateStatus: null, proxy: false })
			.catch(() => undefined);
		if (settings?.status === 200 && typeof settings.data === 'object') return;
		await sleep(200);
	}
}

/** The environment of n8n, without the user's proxy, NODE_OPTIONS, and N8N_ or DB_ settings. */
export async function environment(options: N8nOptions): Promise<NodeJS.ProcessEnv> {
	const inheritedNames = [
		'PATH',
		'HOME',
		'TMPDIR',
		'LANG',
		'USERPROFILE',
		'SystemRoot',
		'TEMP',
		'PATHEXT',
	];
	const inherited = Object.fromEntries(
		inheritedNames.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
	);
	const separator = process.platform === 'win32' ? ';' : ':';
	const { port, line } = options;
	return {
		...inherited,
		// n8n starts its task runner with the command `node`.
		PATH: [dirname(nodeBinary(line)), process.env.PATH].join(separator),
		NODE_ENV: 'production',
		N8N_USER_FOLDER: options.userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_EDITOR_BASE_URL: urlOf(port),
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		N8N_SECURE_COOKIE: 'false',
		N8N_LOG_LEVEL: options.logLevel ?? 'info',
		...offlineSettings,
		N8N_DISABLED_MODULES: onlineModules(line).join(','),
		...options.settings,
	};
}

const offlineSettings = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_DIAGNOSTICS_CONFIG_FRONTEND: '',
	N8N_DIAGNOSTICS_CONFIG_BACKEND: '',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
};

/** Modules that contact n8n's servers at every start; n8n refuses to disable an unknown module. */
function onlineModules({ folder }: N8nLine): string[] {
	const modules = join(folder, 'node_modules', 'n8n', 'dist', 'modules');
	return ['instance-ai', 'mcp-registry'].filter((name) => existsSync(join(modules, name)));
}
