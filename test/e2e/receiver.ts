import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands for Slack, a CRM or a help desk: takes what is posted, and keeps it. */
export interface Receiver {
	url: string;
	got: unknown[];
	close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
	const got: unknown[] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk) => (body += String(chunk)));
		request.on('end', () => {
			got.push(JSON.parse(body));
			response.setHeader('Content-Type', 'application/json').end('{"ok":true}');
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		got,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
