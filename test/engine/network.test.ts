import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { IHttpRequestOptions, INodeParameters } from 'n8n-workflow';
import { alert, BROKEN_RECORD, startBrokenServers } from './brokenServers';
import type { BrokenServers } from './brokenServers';
import { runNode } from './engine';
import type { NodeRun } from './engine';
import { byUsername } from './world';

/** What must not happen twice, and what may: one request each. */
const OPERATIONS: Record<string, { parameters: INodeParameters; method: string }> = {
	'Create account': {
		parameters: { resource: 'account', operation: 'create', package: 'demo.ei.free.v1' },
		method: 'POST',
	},
	'Update subuser credits': {
		parameters: {
			resource: 'subuserCredit',
			operation: 'update',
			subuser: byUsername('orchard-lane'),
			creditType: 'nonrecurring',
			total: 5,
		},
		method: 'PUT',
	},
};

interface Place {
	baseUrl: string;
	/** A proxy for this request only; the others go through the one that https_proxy names. */
	proxy?: IHttpRequestOptions['proxy'];
	/** The Timeout option, for what only ends by it. */
	timeoutSeconds?: number;
}

type Case = [what: string, place: (servers: BrokenServers) => Promise<Place>];

const HTML = '<html><body>Service unavailable</body></html>';
const HTML_HEAD = 'Content-Type: text/html\r\n';
const LENGTH = `Content-Length: ${HTML.length}\r\n`;

/** A server whose connections never get as far as a request. */
const bare =
	(onConnection: (socket: Socket) => void) =>
	async (servers: BrokenServers): Promise<Place> => ({
		baseUrl: `https://localhost:${await servers.bare(onConnection)}`,
	});
const onceAsked = (answer: (socket: Socket) => void) => (socket: Socket) =>
	socket.once('data', () => answer(socket));
const secure =
	(...[answer, options]: Parameters<BrokenServers['secure']>) =>
	async (servers: BrokenServers): Promise<Place> => ({
		baseUrl: await servers.secure(answer, options),
	});
const relayed =
	(onRequest: (client: Socket) => void) =>
	async (servers: BrokenServers): Promise<Place> => ({ baseUrl: await servers.relayed(onRequest) });
/** A host that only the proxy below knows. */
const behindProxy = (host: string) => async (): Promise<Place> => ({
	baseUrl: `https://${host}.proxied.test`,
});

const late = (place: Case[1]) => async (servers: BrokenServers) => ({
	...(await place(servers)),
	timeoutSeconds: 1,
});

const OLD_TLS = {
	minVersion: 'TLSv1',
	maxVersion: 'TLSv1.1',
	ciphers: 'DEFAULT@SECLEVEL=0',
} as const;
const OTHER_CIPHERS = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } as const;
const asksForCertificate = (version: 'TLSv1.2' | 'TLSv1.3') =>
	({ requestCert: true, minVersion: version, maxVersion: version }) as const;

const UNSENT: Case[] = [
	[
		'the server speaks no TLS',
		async (servers) => {
			const url = await servers.plain((_request, response) => response.end());
			return { baseUrl: url.replace('http:', 'https:') };
		},
	],
	['the server speaks only old TLS', secure((_request, response) => response.end(), OLD_TLS)],
	['no cipher is shared', secure((_request, response) => response.end(), OTHER_CIPHERS)],
	['the handshake is refused', bare(onceAsked((socket) => socket.end(alert('handshakeFailure'))))],
	['the host name is refused', bare(onceAsked((socket) => socket.end(alert('unrecognizedName'))))],
	['the handshake fails', bare(onceAsked((socket) => socket.end(alert('internalError'))))],
	[
		'a client certificate is missing in TLS 1.2',
		secure((_request, response) => response.end(), asksForCertificate('TLSv1.2')),
	],
	[
		'a client certificate is missing in TLS 1.3',
		secure((_request, response) => response.end(), asksForCertificate('TLSv1.3')),
	],
	['the connection is closed immediately', bare((socket) => socket.end())],
	['the connection is reset immediately', bare((socket) => socket.resetAndDestroy())],
	['the handshake is cut off', bare(onceAsked((socket) => socket.end()))],
	['the handshake is reset', bare(onceAsked((socket) => socket.resetAndDestroy()))],
	['the handshake is never answered', late(bare(() => undefined))],
	['the connection is refused', async () => ({ baseUrl: 'https://localhost:9' })],
	['the host is unknown', async () => ({ baseUrl: 'https://nowhere.invalid' })],
	['the proxy ends the connection', behindProxy('end')],
	['the proxy resets the connection', behindProxy('reset')],
	['the proxy stops in the middle of its answer', behindProxy('half')],
	['the proxy speaks something else', behindProxy('ssh')],
	['the proxy never answers', late(behindProxy('silent'))],
	['the tunnel ends before the handshake', behindProxy('tunnel-end')],
	['the tunnel is reset in the handshake', behindProxy('tunnel-reset')],
	[
		'the proxy refuses connections',
		async () => ({
			baseUrl: 'https://api.test',
			proxy: { protocol: 'http', host: '127.0.0.1', port: 9 },
		}),
	],
	['the proxy wants a password', behindProxy('refuse-407')],
	['the proxy wants a password and says no more', behindProxy('refuse-407-empty')],
	['the proxy forbids the host', behindProxy('refuse-403')],
	['the proxy can’t reach the host', behindProxy('refuse-503')],
	['the proxy can’t reach the host in time', behindProxy('refuse-504')],
	['the proxy can’t reach the host and says no more', behindProxy('refuse-502-empty')],
	['the proxy’s page comes later', behindProxy('refuse-503-later')],
	['the proxy’s page comes later, in parts', behindProxy('refuse-502-chunked')],
	['the proxy’s page comes later, of unknown length', behindProxy('refuse-500-unsized')],
];

const certified =
	(name: keyof BrokenServers['certificates']) =>
	async (servers: BrokenServers): Promise<Place> => ({
		baseUrl: await servers.secure(
			(_request, response) => response.end(),
			servers.certificates[name],
		),
	});

const CERTIFICATES: Case[] = [
	['has expired', certified('expired')],
	['is for another host', certified('otherHost')],
	['comes from an unknown authority', certified('unknownIssuer')],
	['comes with its unknown authority', certified('unknownRoot')],
	['comes from an unknown authority, behind a proxy', behindProxy('tunnel-unknown')],
];

const LOST: Case[] = [
	['the connection is reset', relayed((client) => client.resetAndDestroy())],
	['the connection is closed', relayed((client) => client.end())],
	[
		'a TLS alert without encryption comes',
		relayed((client) => client.write(alert('handshakeFailure'))),
	],
	['plain text comes', relayed((client) => client.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
	['a broken TLS record comes', relayed((client) => client.write(BROKEN_RECORD))],
	['no answer comes', late(relayed(() => undefined))],
	[
		'an answer comes that isn’t HTTP',
		async (servers) => ({
			baseUrl: await servers.bareTls((socket) => socket.end('220 mail.test ESMTP\r\n\r\n')),
		}),
	],
	[
		'a page that is cut off comes',
		secure((_request, response) => {
			response.writeHead(503, { 'content-type': 'text/html', 'content-length': '100' });
			response.write('<html>', () => response.destroy());
		}),
	],
	[
		'a gateway’s page comes',
		secure((_request, response) => {
			response.writeHead(503, { 'content-type': 'text/html' });
			response.end(HTML);
		}),
	],
	['a gateway’s page comes through a tunnel', behindProxy('tunnel-503')],
	['the tunnel is reset', behindProxy('tunnel-lost')],
	[
		'the connection is reset, without TLS',
		async (servers) => ({
			baseUrl: await servers.plain((request) => request.socket.resetAndDestroy()),
		}),
	],
];

describe('a request over a network that fails', () => {
	let servers: BrokenServers;
	const VARIABLES = ['https_proxy', 'no_proxy'];
	const before = VARIABLES.map((name) => process.env[name]);
	const runs = new Map<string, { run: NodeRun; host: string }>();

	beforeAll(async () => {
		servers = await startBrokenServers();
		process.env['https_proxy'] = `http://127.0.0.1:${await startProxy(servers)}`;
		process.env['no_proxy'] = 'localhost,127.0.0.1,nowhere.invalid';
		const planned = await Promise.all(
			[...UNSENT, ...CERTIFICATES, ...LOST].flatMap(([what, place]) =>
				Object.entries(OPERATIONS).map(async ([operation, { parameters }]) => {
					return { name: `${operation}: ${what}`, place: await place(servers), parameters };
				}),
			),
		);
		const runAll = async (some: typeof planned): Promise<void> => {
			await Promise.all(
				some.map(async ({ name, place, parameters }) => {
					runs.set(name, await runAt(place, parameters));
				}),
			);
		};
		// Most of them wait and repeat for seconds. A short timeout would hit those that are busy.
		await runAll(planned.filter(({ place }) => place.timeoutSeconds === undefined));
		await runAll(planned.filter(({ place }) => place.timeoutSeconds !== undefined));
	}, 60_000);

	afterAll(async () => {
		VARIABLES.forEach((name, index) => {
			const value = before[index];
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		});
		await servers.close();
	});

	async function runAt(place: Place, parameters: INodeParameters) {
		const { baseUrl, proxy, timeoutSeconds = 20 } = place;
		const run = await runNode({
			credential: { apiKey: `SG.${baseUrl}`, region: 'custom', baseUrl },
			parameters: { ...parameters, options: { timeoutSeconds } },
			reroute: (request) => ({
				...request,
				agentOptions: { ca: servers.ca },
				...(proxy === undefined ? {} : { proxy }),
			}),
		});
		return { run, host: new URL(baseUrl).host };
	}

	function errorOf(operation: string, what: string) {
		const done = runs.get(`${operation}: ${what}`);
		const { message = '', description } = done?.run.error ?? {};
		const request = `${done?.host} ${OPERATIONS[operation]?.method}`;
		const sent = servers.requests.filter((received) => received === request).length;
		return { message, description: description ?? '', sent };
	}

	describe.each(Object.keys(OPERATIONS))('%s', (operation) => {
		it.each(UNSENT)('was not sent where %s', (what) => {
			const { message, description, sent } = errorOf(operation, what);
			expect(sent).toBe(0);
			expect(message).toContain('nothing was sent');
			expect(message).not.toMatch(/\bmay have\b/);
			expect(description).not.toMatch(/\bmay have\b|status\.sendgrid\.com/);
		});

		it.each(CERTIFICATES)('was not sent where the certificate %s', (what) => {
			const { message, description, sent } = errorOf(operation, what);
			expect(sent).toBe(0);
			expect(message).toMatch(/certificate.*nothing was sent/);
			// An authority that is trusted doesn't help against a wrong date or host.
			const isUntrusted = !/expired|another host/.test(what);
			expect(description?.includes('NODE_EXTRA_CA_CERTS')).toBe(isUntrusted);
			expect(description).not.toMatch(/\bmay have\b|status\.sendgrid\.com/);
		});

		it.each(LOST)('may have been applied where it was sent and %s', (what) => {
			const { message, sent } = errorOf(operation, what);
			expect(sent).toBe(operation === 'Create account' ? 1 : 4);
			expect(message).toMatch(/\bmay have been (created|applied)\b/);
			expect(message).not.toContain('nothing was sent');
		});
	});
});

/** A proxy whose answer to CONNECT is in the host's name. */
async function startProxy(servers: BrokenServers): Promise<number> {
	const answering = await servers.secure((_request, response) => {
		response.writeHead(503, { 'content-type': 'text/html' });
		response.end(HTML);
	});
	const untrusted = await servers.secure(
		(_request, response) => response.end(),
		servers.certificates.unknownIssuer,
	);
	const losing = await servers.secure((request) => request.socket.destroy());
	const tunnels: Record<string, string> = {
		'tunnel-503': answering,
		'tunnel-unknown': untrusted,
		'tunnel-lost': losing,
	};
	const ANSWERS: Record<string, (socket: Socket) => void> = {
		end: (socket) => socket.end(),
		reset: (socket) => socket.resetAndDestroy(),
		half: (socket) => socket.end('HTTP/1.1 40'),
		ssh: (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n'),
		silent: () => undefined,
		'tunnel-end': (socket) => socket.end(ESTABLISHED),
		'tunnel-reset': (socket) => {
			socket.write(ESTABLISHED);
			socket.once('data', () => socket.resetAndDestroy());
		},
	};
	return await servers.bare((socket) => {
		socket.once('data', (asked) => {
			const host = /^CONNECT ([\w-]+)\.proxied\.test:443 /.exec(String(asked))?.[1] ?? '';
			const behind = tunnels[host];
			if (behind !== undefined) tunnel(socket, Number(new URL(behind).port));
			else (ANSWERS[host] ?? refusal(host))(socket);
		});
	});
}

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n';

function tunnel(socket: Socket, port: number): void {
	const server = connect(port, '127.0.0.1', () => {
		socket.write(ESTABLISHED);
		socket.pipe(server).pipe(socket);
	});
	server.on('error', () => socket.destroy());
}

/** The form of a refusal, as `refuse-<status>-<form>`. */
function refusal(host: string): (socket: Socket) => void {
	const [, status = '500', form] = host.split('-');
	const head = `HTTP/1.1 ${status} Refused\r\n`;
	return (socket) => {
		switch (form) {
			case undefined:
				return socket.end(`${head}${HTML_HEAD}${LENGTH}\r\n${HTML}`);
			case 'empty':
				return socket.end(`${head}Content-Length: 0\r\n\r\n`);
			case 'later':
				return inParts(socket, `${head}${HTML_HEAD}${LENGTH}\r\n`, HTML);
			case 'chunked': {
				const chunk = `${HTML.length.toString(16)}\r\n${HTML}\r\n0\r\n\r\n`;
				return inParts(socket, `${head}${HTML_HEAD}Transfer-Encoding: chunked\r\n\r\n`, chunk);
			}
			default:
				return inParts(socket, `${head}${HTML_HEAD}\r\n`, HTML);
		}
	};
}

function inParts(socket: Socket, first: string, then: string): void {
	socket.write(first);
	setTimeout(() => socket.end(then), 50);
}
