import { isRecord } from '../../domain/values';

/** Why a request got no complete response. */
export type NetworkFailure =
	/**
	 * The server never received it. `certificate` is set if the server's certificate isn't trusted.
	 */
	| { kind: 'unsent'; code: string; certificate?: true }
	/** It may have been sent, and applied. */
	| { kind: 'lost'; code: string }
	/** The execution was stopped. `sent` is set if the request may have been sent before. */
	| { kind: 'cancelled'; sent?: true };

/** A response, which n8n returned or threw as an error. */
export interface ReceivedAnswer {
	response: { statusCode: number; headers: Record<string, unknown>; body: unknown };
	/** Whether it's a proxy's refusal to connect: the request itself was never sent. */
	isRefusedTunnel: boolean;
}

/**
 * The statuses that proxies refuse with, for the `except` of `ignoreHttpStatusErrors`: n8n 2 throws
 * them, and only its errors show whether a proxy refused to connect. Without 401, after which n8n
 * would send the request again. n8n 1 throws none of them.
 */
export const THROWN_STATUSES = [400, 403, 405, 407, 408, ...fiveHundreds()];

/**
 * Finds out whether a failed request can have reached the server. If that isn't certain, it counts
 * as lost.
 *
 * n8n 2's error has Node's request, whose socket shows it exactly. n8n 1's error has only the code,
 * as `httpCode`, and Node's message, in `messages`. Measured with both on Node 20, 22, and 24;
 * test/engine/network.test.ts checks it.
 */
export function networkFailure(error: unknown): NetworkFailure {
	const signs = detailsOf(error);
	const connection = connectionOf(signs.request);
	const code = signs.code ?? nameOf(signs, connection);
	const isUnsent = connection === 'unused' || connection === 'refused tunnel';
	if (code === 'ERR_CANCELED') return isUnsent ? { kind: 'cancelled' } : CANCELLED_AFTER_SENDING;
	if (CERTIFICATE.test(code)) return { kind: 'unsent', code, certificate: true };
	if (isUnsent || UNSENT.test(code)) return { kind: 'unsent', code };
	const { texts } = signs;
	if (texts.some((text) => UNSENT_TEXTS.test(text))) return { kind: 'unsent', code };
	// n8n 1 doesn't show whether the handshake was complete. A request is sent in a single write, so
	// if that write failed, nothing was sent.
	const isFailedWrite = texts.some((text) => text.startsWith('write EPROTO '));
	return { kind: isFailedWrite && connection === 'unknown' ? 'unsent' : 'lost', code };
}

/** Whether an unsent request that failed with this code may get through on a retry. */
export function isTransient(code: string): boolean {
	return TRANSIENT.test(code);
}

/**
 * The response inside an error of n8n 2, for `THROWN_STATUSES`; undefined if there is none. A
 * proxy's refusal may lack its body: n8n drops what arrives in later packets.
 */
export function answerIn(error: unknown): ReceivedAnswer | undefined {
	const { response, code, texts, request } = detailsOf(error);
	if (response === undefined) return undefined;
	const isRefusedTunnel = connectionOf(request) === 'refused tunnel';
	const isCutOff = code === 'ERR_CANCELED' || texts.includes('stream has been aborted');
	if (isCutOff && !isRefusedTunnel) return undefined;
	const { status, headers, data } = response;
	if (typeof status !== 'number') return undefined;
	const read = { ...(isRecord(headers) ? headers : {}) };
	return { response: { statusCode: status, headers: read, body: data }, isRefusedTunnel };
}

function fiveHundreds(): number[] {
	return Array.from({ length: 100 }, (_, index) => 500 + index);
}

const CANCELLED_AFTER_SENDING: NetworkFailure = { kind: 'cancelled', sent: true };

/** @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE =
	/^(?!ERR_SSL_)((CERT|CRL)_\w+|\w+_(CERT|CRL|CERT_\w+|CRL_\w+|SIGNATURE)|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY)$/;

/**
 * Codes that only occur before anything is sent. In TLS 1.3, a server that requires a client
 * certificate refuses when the connection looks established, but before it reads a request.
 */
const UNSENT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_\w+|ERR_INVALID_CHAR|ERR_INVALID_URL|ERR_UNESCAPED_CHARACTERS|ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED|ERR_PROXY_TUNNEL|SsrfBlocked\w+)$/;

/**
 * Messages that only occur before anything is sent: Node's, and those of n8n's https-proxy-agent.
 */
const UNSENT_TEXTS =
	/^((connect|getaddrinfo) \S|Client network socket disconnected before secure TLS connection was established|(Proxy connection ended before receiving|No header received from proxy|Invalid header from proxy) CONNECT response)/;

/**
 * Codes of unsent requests that may get through on a retry, unlike those of certificates or URLs.
 */
const TRANSIENT =
	/^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ERR_PROXY_TUNNEL)$/;

interface ErrorDetails {
	code: string | undefined;
	/** The messages of all causes, and those that n8n replaced with its own. */
	texts: string[];
	names: string[];
	request: Record<string, unknown> | undefined;
	response: Record<string, unknown> | undefined;
}

/** Reads an error and its causes. If Node tried several addresses, the first one's error counts. */
function detailsOf(error: unknown): ErrorDetails {
	const signs: ErrorDetails = {
		code: undefined,
		texts: [],
		names: [],
		request: undefined,
		response: undefined,
	};
	let current = error;
	for (let depth = 0; depth < 6 && isRecord(current); depth += 1) {
		const { code, httpCode, messages, message, name, request, response, cause, errors } = current;
		signs.code ??= [code, httpCode].find(isCode);
		const replaced: unknown[] = Array.isArray(messages) ? messages : [];
		signs.texts.push(...[...replaced, message].filter((text) => typeof text === 'string'));
		if (typeof name === 'string') signs.names.push(name);
		if (isRecord(request)) signs.request ??= request;
		if (isRecord(response)) signs.response ??= response;
		const several: unknown[] = Array.isArray(errors) ? errors : [];
		current = cause ?? several[0];
	}
	return signs;
}

/** n8n 1's `httpCode` can also be the status of a broken response. */
function isCode(value: unknown): value is string {
	return typeof value === 'string' && /^[A-Z]\w*$/.test(value);
}

/**
 * Replaces a missing code: by Node's code for a failed tunnel, or n8n's name for a blocked host.
 */
function nameOf({ texts, names }: ErrorDetails, connection: ConnectionState): string {
	const isTunnel = texts.some((text) => text.includes('CONNECT response'));
	if (isTunnel || connection === 'refused tunnel') return 'ERR_PROXY_TUNNEL';
	return names.find((name) => name.startsWith('SsrfBlocked')) ?? 'unknown';
}

type ConnectionState = 'unused' | 'used' | 'refused tunnel' | 'unknown';

/**
 * Whether anything was sent, by the request's socket. Node sends data after the handshake and the
 * check of the certificate. A proxy's refusal arrives on a socket that isn't encrypted.
 */
function connectionOf(request: ErrorDetails['request']): ConnectionState {
	if (request === undefined) return 'unknown';
	const { socket, protocol } = request;
	if (socket === null) return 'unused';
	if (!isRecord(socket)) return 'unknown';
	if (protocol === 'https:' && socket['encrypted'] !== true) return 'refused tunnel';
	return socket['secureConnecting'] === true ? 'unused' : 'used';
}
