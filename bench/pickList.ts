import axios, { type AxiosInstance } from 'axios';
import type { Emulator } from '../emulator';
import { credentialName, credentialType } from '../playground/examples';
import { ownerOf } from '../playground/home';
import { ourNode, type RunningN8n } from './n8n';

/** One request for a page of the list. */
export interface PageLoad {
	ms: number;
	entries: number;
}

const PAGE = 100;

/** The list of subusers, as the editor loads it from n8n, and directly from the emulator. */
export class PickList {
	private constructor(
		private readonly n8n: AxiosInstance,
		private readonly sendGrid: AxiosInstance,
		private readonly credentialId: string,
	) {}

	static async open(home: string, { api, url }: RunningN8n, emulator: Emulator): Promise<PickList> {
		const apiKey = emulator.addKey();
		const credentialId = await api.saveCredential({
			name: credentialName,
			type: credentialType,
			data: { apiKey, region: 'custom', baseUrl: emulator.url },
		});
		const { email, password } = ownerOf(home);
		const login = { emailOrLdapLoginId: email, password };
		const { headers } = await axios.post(`${url}/rest/login`, login, { proxy: false });
		const cookies = (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]);
		return new PickList(
			axios.create({ baseURL: url, proxy: false, headers: { Cookie: cookies.join('; ') } }),
			axios.create({
				baseURL: emulator.url,
				proxy: false,
				headers: { Authorization: `Bearer ${apiKey}` },
			}),
			credentialId,
		);
	}

	/** Loads the first page through n8n, or with a filter the first page of matches. */
	async loadThroughN8n(filter?: string): Promise<PageLoad> {
		return await timed(async () => {
			const { data } = await this.n8n.post<{ data: { results: unknown[] } }>(
				'/rest/dynamic-node-parameters/resource-locator-results',
				{
					path: 'parameters.subuser',
					methodName: 'searchSubusers',
					nodeTypeAndVersion: { name: ourNode, version: 1 },
					currentNodeParameters: { resource: 'subuserCredit', operation: 'update' },
					credentials: { [credentialType]: { id: this.credentialId, name: credentialName } },
					...(filter === undefined ? {} : { filter }),
				},
			);
			return data.data.results.length;
		});
	}

	/** Loads the same page directly from the emulator. */
	async loadDirectly(search: { username?: string }): Promise<PageLoad> {
		return await timed(async () => {
			const params = { ...search, limit: PAGE, offset: 0 };
			return (await this.sendGrid.get<unknown[]>('/v3/subusers', { params })).data.length;
		});
	}
}

async function timed(work: () => Promise<number>): Promise<PageLoad> {
	const began = performance.now();
	const entries = await work();
	return { ms: performance.now() - began, entries };
}
