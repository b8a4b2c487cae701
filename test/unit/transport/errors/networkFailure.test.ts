import { AxiosError, CanceledError } from 'axios';
import { NodeApiError } from 'n8n-workflow';
import type { INode, JsonObject } from 'n8n-workflow';
import { NodeApiError as NodeApiError1 } from 'n8n-workflow-1';
import {
	answerIn,
	isTransient,
	networkFailure,
	THROWN_STATUSES,
} from '../../../../nodes/SendGridProvisioning/transport/errors/networkFailure';

/** The errors of both n8n lines on Node 20, 22, and 24; see test/engine/network.test.ts. */

const NODE: INode = {
	id: '1',
	name: 'SendGrid',
	type: 'sendGridProvisioning',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** The socket of the request at the time of the error. */
const SOCKETS = {
	none: null,
	handshake: { encrypted: true, secureConnecting: true },
	established: { encrypted: true, secureConnecting: false },
	/** For plain HTTP, or after a proxy's refusal. */
	plain: { connecting: false },
};

interface Broken {
	message: string;
	code?: string;
	syscall?: string;
	socket: keyof typeof SOCKETS;
	protocol?: string;
}

function axiosError({ message, code, syscall, socket, protocol = 'https:' }: Broken): AxiosError {
	const request = { protocol, socket: SOCKETS[socket] };
	const own = Object.assign(new Error(message), code === undefined ? {} : { code });
	if (syscall !== undefined) Object.assign(own, { errno: -1, syscall });
	return AxiosError.from(own, undefined, undefined, request);
}

function inN8n2(error: Error): NodeApiError {
	return new NodeApiError(NODE, error as unknown as JsonObject);
}

function inN8n1(error: Error): NodeApiError1 {
	return new NodeApiError1(NODE as never, error as never);
}

const SSL = '8082F2F7:error:0A000';
const WRONG_VERSION = `write EPROTO ${SSL}10B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/openssl/ssl/record/ssl3_record.c:350:\n`;
const HANDSHAKE_ALERT = `write EPROTO ${SSL}410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:916:SSL alert number 40\n`;
const DISCONNECTED =
	'Client network socket disconnected before secure TLS connection was established';
const PROXY_ENDED = 'Proxy connection ended before receiving CONNECT response';
const PROXY_HEADER = 'Invalid header from proxy CONNECT response: "nonsense"';
const CLIENT_CERTIFICATE = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';

/** Certain in both n8n lines. */
const UNSENT: Array<[string, Broken]> = [
	[
		'a refused connection',
		{
			message: 'connect ECONNREFUSED 127.0.0.1:9',
			code: 'ECONNREFUSED',
			syscall: 'connect',
			socket: 'handshake',
		},
	],
	[
		'an unknown host',
		{
			message: 'getaddrinfo ENOTFOUND nowhere.invalid',
			code: 'ENOTFOUND',
			syscall: 'getaddrinfo',
			socket: 'handshake',
		},
	],
	[
		'an unknown proxy',
		{
			message: 'getaddrinfo EAI_AGAIN proxy.invalid',
			code: 'EAI_AGAIN',
			syscall: 'getaddrinfo',
			socket: 'none',
		},
	],
	[
		'a reset instead of a connection',
		{
			message: 'connect ECONNRESET 127.0.0.1:36357',
			code: 'ECONNRESET',
			syscall: 'connect',
			socket: 'plain',
			protocol: 'http:',
		},
	],
	[
		'a connection that times out in the system',
		{
			message: 'connect ETIMEDOUT 192.0.2.1:443',
			code: 'ETIMEDOUT',
			syscall: 'connect',
			socket: 'handshake',
		},
	],
	[
		'https against a plain port',
		{ message: WRONG_VERSION, code: 'EPROTO', syscall: 'write', socket: 'handshake' },
	],
	[
		'a TLS alert in the handshake',
		{ message: HANDSHAKE_ALERT, code: 'EPROTO', syscall: 'write', socket: 'handshake' },
	],
	[
		'https to a proxy’s plain port',
		{ message: WRONG_VERSION, code: 'EPROTO', syscall: 'write', socket: 'none' },
	],
	[
		'a connection closed in the handshake',
		{ message: DISCONNECTED, code: 'ECONNRESET', socket: 'handshake' },
	],
	[
		'a client certificate that is missing',
		{
			message: `${SSL}45C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required`,
			code: CLIENT_CERTIFICATE,
			socket: 'established',
		},
	],
];

/** Certain in n8n 2 only, which keeps the socket. */
const UNSENT_BY_SOCKET: Array<[string, Broken]> = [
	[
		'a reset in the handshake',
		{ message: 'read ECONNRESET', code: 'ECONNRESET', syscall: 'read', socket: 'handshake' },
	],
	[
		'a proxy that resets the connection',
		{ message: 'read ECONNRESET', code: 'ECONNRESET', syscall: 'read', socket: 'none' },
	],
	[
		'no answer to the handshake',
		{ message: 'timeout of 800ms exceeded', code: 'ECONNABORTED', socket: 'handshake' },
	],
	[
		'no answer of the proxy',
		{ message: 'timeout of 800ms exceeded', code: 'ECONNABORTED', socket: 'none' },
	],
	[
		'a proxy that speaks something else',
		{
			message: 'Parse Error: Expected HTTP/, RTSP/ or ICE/',
			code: 'HPE_INVALID_CONSTANT',
			socket: 'plain',
		},
	],
];

const LOST: Array<[string, Broken]> = [
	[
		'a reset once connected',
		{ message: 'read ECONNRESET', code: 'ECONNRESET', syscall: 'read', socket: 'established' },
	],
	[
		'a connection closed without an answer',
		{ message: 'socket hang up', code: 'ECONNRESET', socket: 'established' },
	],
	[
		'http against a TLS port',
		{ message: 'socket hang up', code: 'ECONNRESET', socket: 'plain', protocol: 'http:' },
	],
	[
		'no answer in time',
		{ message: 'timeout of 800ms exceeded', code: 'ECONNABORTED', socket: 'established' },
	],
	[
		'no answer in time over plain HTTP',
		{
			message: 'timeout of 800ms exceeded',
			code: 'ECONNABORTED',
			socket: 'plain',
			protocol: 'http:',
		},
	],
	[
		'a TLS record that is broken, once connected',
		{
			message: `${SSL}119:SSL routines:ssl3_get_record:decryption failed or bad record mac`,
			code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
			socket: 'established',
		},
	],
	[
		'plain text in the middle of TLS',
		{
			message: `${SSL}10B:SSL routines:ssl3_get_record:wrong version number`,
			code: 'ERR_SSL_WRONG_VERSION_NUMBER',
			socket: 'established',
		},
	],
	[
		'an answer that is no HTTP',
		{
			message: 'Parse Error: Expected HTTP/, RTSP/ or ICE/',
			code: 'HPE_INVALID_CONSTANT',
			socket: 'established',
		},
	],
	[
		'a host that went away while it was connected',
		{
			message: 'read EHOSTUNREACH',
			code: 'EHOSTUNREACH',
			syscall: 'read',
			socket: 'established',
		},
	],
	[
		'a pipe that broke',
		{ message: 'write EPIPE', code: 'EPIPE', syscall: 'write', socket: 'established' },
	],
];

const CERTIFICATES = [
	'CERT_HAS_EXPIRED',
	'CERT_NOT_YET_VALID',
	'CERT_SIGNATURE_FAILURE',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'ERROR_IN_CERT_NOT_AFTER_FIELD',
	'HOSTNAME_MISMATCH',
	'INVALID_CA',
	'INVALID_PURPOSE',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

describe('a failed request', () => {
	it.each(UNSENT)('was not sent after %s', (_what, broken) => {
		const { code } = broken;
		expect(networkFailure(inN8n2(axiosError(broken)))).toEqual({ kind: 'unsent', code });
		expect(networkFailure(inN8n1(axiosError(broken)))).toEqual({ kind: 'unsent', code });
	});

	it.each(UNSENT_BY_SOCKET)('was not sent after %s, as n8n 2 shows', (_what, broken) => {
		const { code } = broken;
		expect(networkFailure(inN8n2(axiosError(broken)))).toEqual({ kind: 'unsent', code });
		expect(networkFailure(inN8n1(axiosError(broken)))).toEqual({ kind: 'lost', code });
	});

	it.each(LOST)('may have been applied after %s', (_what, broken) => {
		const { code } = broken;
		expect(networkFailure(inN8n2(axiosError(broken)))).toEqual({ kind: 'lost', code });
		expect(networkFailure(inN8n1(axiosError(broken)))).toEqual({ kind: 'lost', code });
	});

	it.each([PROXY_ENDED, PROXY_HEADER])('was not sent after “%s”, which has no code', (message) => {
		const failure = { kind: 'unsent', code: 'ERR_PROXY_TUNNEL' };
		const error = axiosError({ message, socket: 'none' });
		expect(networkFailure(inN8n2(error))).toEqual(failure);
		expect(networkFailure(inN8n1(error))).toEqual(failure);
	});

	it.each(CERTIFICATES)('was not sent after %s, which is about the certificate', (code) => {
		const failure = { kind: 'unsent', code, certificate: true };
		const error = axiosError({ message: 'certificate has expired', code, socket: 'handshake' });
		expect(networkFailure(inN8n2(error))).toEqual(failure);
		expect(networkFailure(inN8n1(error))).toEqual(failure);
	});

	it('may have been applied if a write failed on an established connection', () => {
		const broken: Broken = {
			message: HANDSHAKE_ALERT,
			code: 'EPROTO',
			syscall: 'write',
			socket: 'established',
		};
		expect(networkFailure(inN8n2(axiosError(broken)))).toEqual({ kind: 'lost', code: 'EPROTO' });
	});

	it('was not sent if none of several addresses could be connected to', () => {
		const each = ['127.0.0.1', '::1'].map((host) =>
			Object.assign(new Error(`connect EADDRNOTAVAIL ${host}:9`), {
				code: 'EADDRNOTAVAIL',
				syscall: 'connect',
			}),
		);
		const all = Object.assign(new AggregateError(each), { code: 'EADDRNOTAVAIL' });
		const request = { protocol: 'https:', socket: SOCKETS.handshake };
		const error = AxiosError.from(all, undefined, undefined, request);
		const failure = { kind: 'unsent', code: 'EADDRNOTAVAIL' };
		expect(networkFailure(inN8n2(error))).toEqual(failure);
		expect(networkFailure(inN8n1(error))).toEqual(failure);
		expect(networkFailure(AxiosError.from(all))).toEqual(failure);
	});

	it('was not sent if n8n blocks the address', () => {
		const blocked = Object.assign(new Error('The request was blocked'), {
			name: 'SsrfBlockedIpError',
		});
		const failure = { kind: 'unsent', code: 'SsrfBlockedIpError' };
		expect(networkFailure(inN8n2(blocked))).toEqual(failure);
	});

	it('was stopped with the execution, before or after it was sent', () => {
		const stopped = (socket: keyof typeof SOCKETS) =>
			new CanceledError('canceled', undefined, { protocol: 'https:', socket: SOCKETS[socket] });
		const afterwards = { kind: 'cancelled', sent: true };
		expect(networkFailure(inN8n2(stopped('established')))).toEqual(afterwards);
		expect(networkFailure(inN8n1(stopped('established')))).toEqual(afterwards);
		expect(networkFailure(inN8n2(stopped('handshake')))).toEqual({ kind: 'cancelled' });
		expect(networkFailure(inN8n2(stopped('none')))).toEqual({ kind: 'cancelled' });
		expect(networkFailure(inN8n1(stopped('none')))).toEqual(afterwards);
	});

	it.each([undefined, null, 'text', {}, new Error('broken'), { httpCode: '200' }])(
		'may have been applied after %p, which says nothing',
		(error) => {
			expect(networkFailure(error)).toEqual({ kind: 'lost', code: 'unknown' });
		},
	);

	it('can get through on a retry, unless something must be changed first', () => {
		for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ERR_PROXY_TUNNEL']) {
			expect(isTransient(code)).toBe(true);
		}
		for (const code of ['EPROTO', 'ERR_INVALID_CHAR', CLIENT_CERTIFICATE, ...CERTIFICATES]) {
			expect(isTransient(code)).toBe(false);
		}
	});
});

describe('a response that n8n throws', () => {
	const HTML = '<html>Bad gateway</html>';

	function thrown(socket: keyof typeof SOCKETS, protocol: string, message: string): AxiosError {
		const request = { protocol, socket: SOCKETS[socket] };
		const response = { status: 503, statusText: 'No', headers: { via: 'squid' }, data: HTML };
		const code = 'ERR_BAD_RESPONSE';
		return new AxiosError(message, code, undefined, request, response as never);
	}

	const WHOLE = 'Request failed with status code 503';
	const CUT_OFF = 'stream has been aborted';
	const response = { statusCode: 503, headers: { via: 'squid' }, body: HTML };

	it.each([
		['over TLS is the server’s', 'established', 'https:', WHOLE, false],
		['over plain HTTP may be the server’s', 'plain', 'http:', WHOLE, false],
		['to https without TLS is a refused tunnel', 'plain', 'https:', WHOLE, true],
		['to https without TLS is a refused tunnel if cut off, too', 'plain', 'https:', CUT_OFF, true],
	] as const)('%s', (_what, socket, protocol, message, isRefusedTunnel) => {
		const error = inN8n2(thrown(socket, protocol, message));
		expect(answerIn(error)).toEqual({ response, isRefusedTunnel });
	});

	it('isn’t used if it’s cut off', () => {
		const error = inN8n2(thrown('established', 'https:', CUT_OFF));
		expect(answerIn(error)).toBeUndefined();
		expect(networkFailure(error)).toEqual({ kind: 'lost', code: 'ERR_BAD_RESPONSE' });
	});

	it('can’t be read in n8n 1, so that a cut-off refusal of a tunnel may have been applied', () => {
		const error = inN8n1(thrown('plain', 'https:', CUT_OFF));
		expect(answerIn(error)).toBeUndefined();
		expect(networkFailure(error)).toEqual({ kind: 'lost', code: 'unknown' });
	});

	it('is missing if nothing answered', () => {
		expect(answerIn(inN8n2(axiosError({ message: 'no', socket: 'none' })))).toBeUndefined();
		expect(answerIn(undefined)).toBeUndefined();
	});

	it('has a status that proxies refuse with, but not one after which n8n retries', () => {
		expect(THROWN_STATUSES).toEqual(expect.arrayContaining([403, 407, 408, 500, 503, 599]));
		expect(THROWN_STATUSES).not.toContain(401);
	});
});
