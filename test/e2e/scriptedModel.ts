import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The model's reply to one request: a tool call or a text. */
export type Reply = { tool: string; with: Record<string, unknown> } | { text: string };

/** The relevant part of a request to OpenAI's chat completions API. */
export interface ModelRequest {
	messages: Array<{ role: string; content: unknown }>;
	tools?: Array<{
		function: {
			name: string;
			description: string;
			parameters: { properties?: Record<string, unknown> };
		};
	}>;
}

export interface ScriptedModel {
	/** The base URL for an OpenAI credential. */
	url: string;
	requests: ModelRequest[];
	/** The next replies, one per request. */
	script: Reply[];
	close(): Promise<void>;
}

/** Starts a server in place of OpenAI that sends scripted replies and keeps the requests. */
export async function startScriptedModel(): Promise<ScriptedModel> {
	const requests: ModelRequest[] = [];
	const script: Reply[] = [];
	const server = createServer((request, response) => {
		void text(request).then((body) => {
			requests.push(JSON.parse(body) as ModelRequest);
			const reply = script.shift();
			response.writeHead(reply ? 200 : 500, { 'Content-Type': 'application/json' });
			const completion = reply
				? completionOf(reply, requests.length)
				: { error: { message: 'The script has no more replies.' } };
			response.end(JSON.stringify(completion));
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		requests,
		script,
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

function completionOf(reply: Reply, number: number): unknown {
	const message =
		'text' in reply
			? { role: 'assistant', content: reply.text }
			: {
					role: 'assistant',
					content: null,
					tool_calls: [
						{
							id: `call_${number}`,
							type: 'function',
							function: { name: reply.tool, arguments: JSON.stringify(reply.with) },
						},
					],
				};
	return {
		id: `chatcmpl-${number}`,
		object: 'chat.completion',
		created: 1_767_225_600,
		model: 'scripted',
		choices: [{ index: 0, message, finish_reason: 'text' in reply ? 'stop' : 'tool_calls' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
