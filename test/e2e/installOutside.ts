import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProxy } from './installProxy';
import { npmEnvironment, startRegistry } from './installRegistry';

/**
 * All that an n8n in a test sees of the world outside this computer: a private registry, which
 * answers for whatever host is asked. n8n asks the public registry alone, and has no setting for
 * another one unless it is licensed.
 */
export interface Outside {
	/** What n8n has to be started with. */
	settings: NodeJS.ProcessEnv;
	/** n8n 1 looks for newer versions without its environment variables: npm finds a file instead. */
	prepare(userFolder: string): Promise<void>;
	proxyUrl: string;
	/** What was asked of it, as "GET host/path". */
	asked: string[];
	publish: (tarball: string) => Promise<void>;
	/**
	 * Publishes the same package under a higher version. To tell its files from those before, the
	 * version is added to this text wherever they have it.
	 */
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
			// As n8n comes, unlike in the playground: it asks for the list of verified packages.
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
		asked: proxy.asked,
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
