import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { createCA, createCert } from 'mkcert';

const DAYS = 2;

/**
 * Stands between n8n and the rest of the world: whatever host somebody asks through it, a server on
 * this computer answers, with a certificate for that host. Nothing gets out.
 */
export interface Proxy {
	url: string;
	/** What was asked, as "GET host/path". */
	asked: string[];
	close(): Promise<void>;
}

/** Writes the certificate of its own authority to `caFile`; who does not trust that one is cut off. */
export async function startProxy(answeringPort: number, caFile: string): Promise<Proxy> {
	const ca = await createCA({
		organization: 'Only for one run of the tests',
		countryCode: 'XX',
		state: 'None',
		locality: 'None',
		validity: DAYS,
	});
	writeFileSync(caFile, ca.cert);
	const contexts = new Map<string, Promise<SecureContext>>();
	const contextOf = async (host: string) => {
		const known = contexts.get(host);
		if (known) return await known;
		const made = createCert({ domains: [host], validity: DAYS, ca }).then(createSecureContext);
		contexts.set(host, made);
		return await made;
	};

	const asked: string[] = [];
	const answer = (incoming: IncomingMessage, response: ServerResponse) => {
		const { host = '' } = incoming.headers;
		// A request that is not encrypted names its host in its first line too.
		const path = incoming.url?.replace(/^http:\/\/[^/]+/, '') ?? '/';
		asked.push(`${incoming.method} ${host}${path}`);
		const forwarded = request({
			host: '127.0.0.1',
			port: answeringPort,
			method: incoming.method,
			path,
			// The addresses of tarballs in the answer then lead through here again.
			headers: { ...incoming.headers, 'x-forwarded-proto': 'https' },
		});
		forwarded.on('response', (answered) => {
			response.writeHead(answered.statusCode ?? 502, answered.headers);
			answered.pipe(response);
		});
		forwarded.on('error', () => response.destroy());
		incoming.pipe(forwarded);
	};

	const sockets = new Set<Socket>();
	const secure = createSecureServer(
		{
			SNICallback: (host, done) => {
				contextOf(host).then((context) => done(null, context), done);
			},
		},
		answer,
	);
	const proxy = createServer(answer);
	proxy.on('connection', (socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	proxy.on('connect', (_request, socket: Socket) => {
		socket.on('error', () => socket.destroy());
		socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
		secure.emit('connection', socket);
	});
	proxy.listen(0, '127.0.0.1');
	await once(proxy, 'listening');
	return {
		url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
		asked,
		async close() {
			proxy.close();
			for (const socket of sockets) socket.destroy();
			await once(proxy, 'close');
		},
	};
}
