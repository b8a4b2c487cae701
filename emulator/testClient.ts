import { Agent } from 'node:http';
import axios from 'axios';
import {
	startEmulator,
	type CatalogEntry,
	type Counters,
	type Credits,
	type Emulator,
	type EmulatorOptions,
	type Offering,
} from './index';

/** The fields of response bodies that tests use; each response has some of them. */
export interface ResponseBody extends Credits {
	errors: Array<{ message: string; field: string | null; error_id: string }>;
	scopes: string[];
	account_id: string;
	accounts: Array<{ id: string }>;
	pages: { last?: string };
	catalog: CatalogEntry[];
	offerings: Offering[];
	region: string;
	credits: Credits;
	now: number;
	byAnswer: Counters['byAnswer'];
	username: string;
	email: string;
	api_key: string;
	api_key_id: string;
	name: string;
	result: Array<{ api_key_id: string; name: string; ip: string; region: string }>;
	id: number;
	valid: boolean;
	dns: Record<string, { valid: boolean; type: string; host: string; data: string }>;
	validation_results: Record<string, { valid: boolean; reason: string | null }>;
	ips: string[];
}

export interface TestResponse<T> {
	status: number;
	headers: Record<string, string | undefined>;
	data: T;
}

/** An emulator and a client that accepts every status and follows no redirect. */
export interface TestClient {
	emulator: Emulator;
	/** Sends a request such as `GET /v3/scopes`, by default with the emulator's own key. */
	send<T = ResponseBody>(
		call: string,
		body?: unknown,
		headers?: Record<string, string>,
	): Promise<TestResponse<T>>;
	close(): Promise<void>;
}

/** The header of a request on behalf of a subuser. */
export const onBehalfOf = (username: string) => ({ 'On-Behalf-Of': username });

/** The header of a request with another key. */
export const withKey = (key: string) => ({ authorization: `Bearer ${key}` });

export async function startTestClient(options: EmulatorOptions = {}): Promise<TestClient> {
	// A window aligned to the clock could end in the middle of a test.
	const emulator = await startEmulator({ rateLimitWindows: 'first-request', ...options });
	const agent = new Agent({ keepAlive: true });
	const client = axios.create({
		baseURL: emulator.url,
		httpAgent: agent,
		validateStatus: () => true,
		maxRedirects: 0,
		timeout: 5000,
	});
	return {
		emulator,
		send: async (call, data, headers) => {
			const [method = '', url = ''] = call.split(' ');
			const authorization = `Bearer ${emulator.apiKey}`;
			const response = await client.request({
				method,
				url,
				data,
				headers: { authorization, ...headers },
			});
			return { ...response, headers: response.headers as Record<string, string | undefined> };
		},
		close: async () => {
			agent.destroy();
			await emulator.close();
		},
	};
}
