import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Replaces the service for one-time links: keeps the secrets that it gets. */
export interface SecretLinks {
	url: string;
	/** The secrets of all requests. */
	secrets: string[];
	/** Whether requests stay unanswered. */
	isSilent: boolean;
	/** The secret behind the link in an email. */
	secretIn(mail: string): string;
	close(): Promise<void>;
}

export async function startSecretLinks(): Promise<SecretLinks> {
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk) => (body += String(chunk)));
		request.on('end', () => {
			links.secrets.push(new URLSearchParams(body).get('secret') ?? '');
			if (links.isSilent) return;
			const secret_key = `link${links.secrets.length}`;
			response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ secret_key }));
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const links: SecretLinks = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		secrets: [],
		isSilent: false,
		secretIn(mail) {
			const number = /\/secret\/link(\d+)/.exec(mail)?.[1];
			const secret = links.secrets[Number(number) - 1];
			if (!secret) throw new Error(`The email has no link:\n${mail}`);
			return secret;
		},
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
	return links;
}
