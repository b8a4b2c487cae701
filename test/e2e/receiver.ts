import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Replaces Slack, a CRM, or a help desk: accepts and keeps all requests. */
export interface Receiver {
	url: string;
	/** The bodies of all requests. */
	bodies: unknown[];
	close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
	const bodies: unknown[] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk) => (body += String(chunk)));
		request.on('end', () => {
			bodies.push(JSON.parse(body));
			response.setHeader('Content-Type', 'application/json').end('{"ok":true}');
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		bodies,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
