import axios, { type AxiosInstance } from 'axios';
import { join } from 'node:path';
import { root } from './paths';
import { start, type Running } from './processes';

/** The emulator in its own process, as `npm run emulator` starts it. */
export interface Emulator {
	url: string;
	apiKey: string;
	process: Running;
}

export async function startEmulator(port: number, logFile: string): Promise<Emulator> {
	let announce: (line: string) => void = () => {};
	const firstLine = new Promise<string>((resolve) => (announce = resolve));
	const process = start({
		name: 'The SendGrid emulator',
		command: globalThis.process.execPath,
		args: [
			require.resolve('tsx/cli'),
			join(root, 'emulator', 'cli.ts'),
			...['--port', String(port), '--json'],
		],
		cwd: root,
		logFile,
		onLine: (line) => {
			if (line.startsWith('{')) announce(line);
		},
	});
	try {
		const { url, apiKey } = JSON.parse(await process.during(firstLine)) as Emulator;
		return { url, apiKey, process };
	} catch (error) {
		await process.stop();
		throw error;
	}
}

export interface Offering {
	name: string;
	type: 'package' | 'addon';
	quantity: number;
}

export interface Credits {
	type: 'unlimited' | 'recurring' | 'nonrecurring';
	reset_frequency: string | null;
	remain: number | null;
	total: number | null;
	used: number | null;
}

/** Reads the emulator through SendGrid's API, and controls it. */
export class SendGrid {
	private readonly http: AxiosInstance;

	constructor({ url, apiKey }: Pick<Emulator, 'url' | 'apiKey'>) {
		this.http = axios.create({
			baseURL: url,
			headers: { Authorization: `Bearer ${apiKey}` },
			proxy: false,
		});
	}

	/** An account's offerings; undefined for an unknown account. */
	async offerings(account: string): Promise<Offering[] | undefined> {
		const path = `/v3/partners/accounts/${encodeURIComponent(account)}/offerings`;
		const { status, data } = await this.http.get<{ offerings: Offering[] }>(path, {
			validateStatus: (code) => code === 200 || code === 404,
		});
		return status === 404 ? undefined : data.offerings;
	}

	/** Whether there is a subuser with exactly this name. */
	async hasSubuser(subuser: string): Promise<boolean> {
		const { data } = await this.http.get<Array<{ username: string }>>('/v3/subusers', {
			params: { username: subuser },
		});
		return data.some(({ username }) => username === subuser);
	}

	/** The names of a subuser's API keys. */
	async apiKeys(subuser: string): Promise<string[]> {
		const { data } = await this.http.get<{ result: Array<{ name: string }> }>('/v3/api_keys', {
			headers: { 'On-Behalf-Of': subuser },
		});
		return data.result.map(({ name }) => name);
	}

	/** A subuser's domains. */
	async domains(subuser: string): Promise<string[]> {
		const { data } = await this.http.get<Array<{ domain: string }>>('/v3/whitelabel/domains', {
			headers: { 'On-Behalf-Of': subuser },
		});
		return data.map(({ domain }) => domain);
	}

	async credits(subuser: string): Promise<Credits> {
		const path = `/v3/subusers/${encodeURIComponent(subuser)}/credits`;
		return (await this.http.get<Credits>(path)).data;
	}

	/** Restores the customers of the emulator's start. */
	async reset(): Promise<void> {
		await this.http.post('/__emulator/reset');
	}

	/** Uses up credits as this many sent emails would. */
	async spend(subuser: string, count: number): Promise<void> {
		const path = `/__emulator/subusers/${encodeURIComponent(subuser)}/spend`;
		await this.http.post(path, { credits: count });
	}
}
