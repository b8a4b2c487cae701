import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { createCA, createCert } from 'mkcert';

const DAYS = 2;

/**
 * A proxy that never connects to other computers: one local server answers for every host, with a
 * certificate for that host.
 */
export interface Proxy {
	url: string;
	/** All requests, such as "GET host/path". */
	requests: string[];
	close(): Promise<void>;
}

/** Starts the proxy, and writes the certificate that its clients must trust to `caFile`. */
export async function startProxy(answeringPort: number, caFile: string): Promise<Proxy> {
	const ca = await createCA({
		organization: 'For one test run',
		countryCode: 'XX',
		state: 'None',
		locality: 'None',
		validity: DAYS,
	});
	writeFileSync(caFile, ca.cert);
	const contexts = new Map<string, Promise<SecureContext>>();
	const contextOf = async (host: string) => {
		const cached = contexts.get(host);
		if (cached) return await cached;
		const created = createCert({ domains: [host], validity: DAYS, ca }).then(createSecureContext);
		contexts.set(host, created);
		return await created;
	};

	const requests: string[] = [];
	const answer = (incoming: IncomingMessage, response: ServerResponse) => {
		const { host = '' } = incoming.headers;
		// An unencrypted request to a proxy has the host in its first line too.
		const path = incoming.url?.replace(/^http:\/\/[^/]+/, '') ?? '/';
		requests.push(`${incoming.method} ${host}${path}`);
		const forwarded = request({
			host: '127.0.0.1',
			port: answeringPort,
			method: incoming.method,
			path,
			// Makes the registry return tarball URLs with https, which use this proxy again.
			headers: { ...incoming.headers, 'x-forwarded-proto': 'https' },
		});
		forwarded.on('response', (received) => {
			response.writeHead(received.statusCode ?? 502, received.headers);
			received.pipe(response);
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
		requests,
		async close() {
			proxy.close();
			for (const socket of sockets) socket.destroy();
			await once(proxy, 'close');
		},
	};
}
