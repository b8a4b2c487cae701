import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions, TLSSocket } from 'node:tls';
import { createCA, createCert } from 'mkcert';

/** Servers on this computer that break connections as servers, firewalls, and proxies do. */
export interface BrokenServers {
	/** The certificate authority that the servers' good certificates come from. */
	ca: string;
	/** The certificates that a server can have. */
	certificates: Record<CertificateName, TlsOptions>;
	/** What reached a server as a whole request, as `host METHOD`. */
	requests: string[];
	/** A server without TLS; gives its base URL. */
	plain(answer: RequestListener): Promise<string>;
	/** A server with TLS; gives its base URL. */
	secure(answer: RequestListener, options?: TlsOptions): Promise<string>;
	/** A server that is given the bare connection; gives its port. */
	bare(onConnection: (socket: Socket) => void): Promise<number>;
	/** A server that is given the connection once a request has come over TLS; gives its base URL. */
	bareTls(onRequest: (socket: TLSSocket) => void): Promise<string>;
	/** A secure server behind a relay, which is given the client's connection once a request is in. */
	relayed(onRequest: (client: Socket) => void): Promise<string>;
	close(): Promise<void>;
}

export type CertificateName = 'good' | 'expired' | 'otherHost' | 'unknownIssuer' | 'unknownRoot';

const DAYS = 2;
/** The last one is for hosts that only a proxy knows. */
const HOSTS = ['localhost', '127.0.0.1', '*.proxied.test'];

export async function startBrokenServers(): Promise<BrokenServers> {
	const { ca, certificates } = await makeCertificates();
	const servers: Server[] = [];
	const sockets = new Set<Socket>();
	const requests: string[] = [];

	async function portOf(server: Server): Promise<number> {
		servers.push(server);
		server.on('connection', (socket: Socket) => {
			sockets.add(socket);
			// Connections break on purpose.
			socket.on('error', () => socket.destroy());
			socket.once('close', () => sockets.delete(socket));
		});
		server.on('tlsClientError', () => undefined);
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		return (server.address() as AddressInfo).port;
	}

	/** Answers once the request has been read to its end. */
	function noted(answer: RequestListener): RequestListener {
		return (request, response) => {
			request.resume();
			request.on('end', () => {
				requests.push(`${request.headers.host} ${request.method}`);
				answer(request, response);
			});
		};
	}

	async function secure(answer: RequestListener, options: TlsOptions = {}): Promise<string> {
		const server = createHttpsServer({ ...certificates.good, ...options }, noted(answer));
		return `https://localhost:${await portOf(server)}`;
	}

	return {
		ca,
		certificates,
		requests,
		secure,
		plain: async (answer) => `http://localhost:${await portOf(createHttpServer(noted(answer)))}`,
		bare: async (onConnection) => await portOf(createServer(onConnection)),
		bareTls: async (onRequest) => {
			const server = createTlsServer(certificates.good, (socket) => {
				socket.on('error', () => socket.destroy());
				socket.once('data', (asked) => {
					const [, method] = /^(\w+) /.exec(String(asked)) ?? [];
					const [, host] = /^host: (.*)$/im.exec(String(asked)) ?? [];
					requests.push(`${host} ${method}`);
					onRequest(socket);
				});
			});
			return `https://localhost:${await portOf(server)}`;
		},
		async relayed(onRequest) {
			const clients = new Map<number, Socket>();
			const behind = await secure((request) => {
				const client = clients.get(request.socket.remotePort ?? 0);
				if (client !== undefined) onRequest(client);
			});
			const relay = createServer((client) => {
				const server = connect(Number(new URL(behind).port), '127.0.0.1', () => {
					clients.set(server.localPort ?? 0, client);
				});
				server.on('error', () => client.destroy());
				client.pipe(server).pipe(client, { end: false });
			});
			return `https://localhost:${await portOf(relay)}`;
		},
		async close() {
			for (const socket of sockets) socket.destroy();
			await Promise.all(
				servers.map(async (server) => {
					server.close();
					await once(server, 'close');
				}),
			);
		},
	};
}

async function makeCertificates() {
	const authority = async (organization: string) =>
		await createCA({
			organization,
			countryCode: 'XX',
			state: 'None',
			locality: 'None',
			validity: DAYS,
		});
	const [known, unknown] = await Promise.all([authority('Known'), authority('Unknown')]);
	const [good, expired, otherHost, unknownIssuer] = await Promise.all([
		createCert({ domains: HOSTS, validity: DAYS, ca: known }),
		createCert({ domains: HOSTS, validity: -DAYS, ca: known }),
		createCert({ domains: ['elsewhere.test'], validity: DAYS, ca: known }),
		createCert({ domains: HOSTS, validity: DAYS, ca: unknown }),
	]);
	const unknownRoot = { key: unknownIssuer.key, cert: unknownIssuer.cert + unknown.cert };
	return { ca: known.cert, certificates: { good, expired, otherHost, unknownIssuer, unknownRoot } };
}

/** A TLS record that says why the sender gives up. */
export function alert(reason: 'handshakeFailure' | 'internalError' | 'unrecognizedName'): Buffer {
	const number = { handshakeFailure: 40, internalError: 80, unrecognizedName: 112 }[reason];
	return Buffer.from([0x15, 3, 3, 0, 2, 2, number]);
}

/** Bytes that pass for a TLS record but can't be decrypted. */
export const BROKEN_RECORD = Buffer.from([0x17, 3, 3, 0, 32, ...Array<number>(32).fill(0xab)]);
