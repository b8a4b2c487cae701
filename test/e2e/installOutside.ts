import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProxy } from './installProxy';
import { npmEnvironment, startRegistry } from './installRegistry';

/**
 * Replaces all other hosts for n8n by a private registry. n8n only uses the public registry: a setting
 * for another one requires a license.
 */
export interface Outside {
	/** Environment variables for n8n. */
	settings: NodeJS.ProcessEnv;
	/** Writes npm's settings to a file, because n8n 1 looks for newer versions without these variables. */
	prepare(userFolder: string): Promise<void>;
	proxyUrl: string;
	/** All requests, such as "GET host/path". */
	requests: string[];
	publish: (tarball: string) => Promise<void>;
	/** Publishes the package as a newer version, which is added to each `text` in its code. */
	publishHigher(tarball: string, version: string, text: string): Promise<void>;
	close(): Promise<void>;
}

export async function startOutside(folder: string): Promise<Outside> {
	const caFile = join(folder, 'ca.pem');
	const registry = await startRegistry(join(folder, 'registry'));
	const proxy = await startProxy(registry.port, caFile);
	const npmSettings = {
		proxy: proxy.url,
		'https-proxy': proxy.url,
		noproxy: '127.0.0.1',
		cafile: caFile,
		cache: join(folder, 'npm-cache'),
		'update-notifier': 'false',
	};
	return {
		settings: {
			HTTP_PROXY: proxy.url,
			HTTPS_PROXY: proxy.url,
			NO_PROXY: '127.0.0.1,localhost',
			NODE_EXTRA_CA_CERTS: caFile,
			// n8n's default, unlike in the playground: n8n loads the list of verified packages.
			N8N_VERIFIED_PACKAGES_ENABLED: 'true',
			...npmEnvironment({
				...npmSettings,
				userconfig: join(folder, 'npmrc'),
				globalconfig: join(folder, 'npmrc-global'),
			}),
		},
		async prepare(userFolder) {
			const nodes = join(userFolder, '.n8n', 'nodes');
			mkdirSync(nodes, { recursive: true });
			const lines = Object.entries(npmSettings).map(([name, value]) => `${name}=${value}\n`);
			writeFileSync(join(nodes, '.npmrc'), lines.join(''));
		},
		proxyUrl: proxy.url,
		requests: proxy.requests,
		publish: registry.publish,
		async publishHigher(tarball, version, text) {
			const higher = join(folder, `package-${version}.tgz`);
			const unpacked = join(folder, version);
			mkdirSync(unpacked);
			execFileSync('tar', ['-xzf', tarball, '-C', unpacked]);
			const manifest = join(unpacked, 'package', 'package.json');
			const content = JSON.parse(readFileSync(manifest, 'utf8')) as object;
			writeFileSync(manifest, JSON.stringify({ ...content, version }));
			for (const file of readdirSync(unpacked, { recursive: true, encoding: 'utf8' })) {
				if (file.endsWith('.js')) replaceIn(join(unpacked, file), text, `${text} in ${version}`);
			}
			execFileSync('tar', ['-czf', higher, '-C', unpacked, 'package']);
			await registry.publish(higher);
		},
		async close() {
			await proxy.close();
			await registry.stop();
		},
	};
}

function replaceIn(file: string, text: string, other: string): void {
	writeFileSync(file, readFileSync(file, 'utf8').replaceAll(text, other));
}
