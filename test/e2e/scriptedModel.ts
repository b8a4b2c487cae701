import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the model answers to one request: it calls a tool, or says something. */
export type Line = { tool: string; with: Record<string, unknown> } | { says: string };

/** A request as a client of OpenAI's chat completions sends it, as far as it matters here. */
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
	/** To be set as the base URL of an OpenAI credential. */
	url: string;
	requests: ModelRequest[];
	/** What it will answer, one line to each request. */
	script: Line[];
	close(): Promise<void>;
}

/** A language model on this computer, for n8n's OpenAI node: it says its lines, and keeps what it was asked. */
export async function startScriptedModel(): Promise<ScriptedModel> {
	const requests: ModelRequest[] = [];
	const script: Line[] = [];
	const server = createServer((request, response) => {
		void text(request).then((body) => {
			requests.push(JSON.parse(body) as ModelRequest);
			const line = script.shift();
			response.writeHead(line ? 200 : 500, { 'Content-Type': 'application/json' });
			const answer = line
				? completionOf(line, requests.length)
				: { error: { message: 'The script is at its end.' } };
			response.end(JSON.stringify(answer));
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

function completionOf(line: Line, number: number): unknown {
	const message =
		'says' in line
			? { role: 'assistant', content: line.says }
			: {
					role: 'assistant',
					content: null,
					tool_calls: [
						{
							id: `call_${number}`,
							type: 'function',
							function: { name: line.tool, arguments: JSON.stringify(line.with) },
						},
					],
				};
	return {
		id: `chatcmpl-${number}`,
		object: 'chat.completion',
		created: 1_767_225_600,
		model: 'scripted',
		choices: [{ index: 0, message, finish_reason: 'says' in line ? 'stop' : 'tool_calls' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
