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

/** What tests look at in the objects that endpoints answer; each answer has some of it. */
export interface AnswerBody extends Credits {
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
}

export interface Answer<T> {
	status: number;
	headers: Record<string, string | undefined>;
	data: T;
}

/** An emulator with a client that takes every answer as it comes. */
export interface TestClient {
	emulator: Emulator;
	/** Sends a request such as `GET /v3/scopes`; the emulator's own key is used unless told. */
	send<T = AnswerBody>(
		call: string,
		body?: unknown,
		headers?: Record<string, string>,
	): Promise<Answer<T>>;
	close(): Promise<void>;
}

export async function startTestClient(options: EmulatorOptions = {}): Promise<TestClient> {
	// With windows of the clock, one could end in the middle of a test.
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
			const answer = await client.request({
				method,
				url,
				data,
				headers: { authorization, ...headers },
			});
			return { ...answer, headers: answer.headers as Record<string, string | undefined> };
		},
		close: async () => {
			agent.destroy();
			await emulator.close();
		},
	};
}
