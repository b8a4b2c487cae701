import { isRecord } from '../../domain/values';

/** What became of a request that got no answer, or none that can be read to its end. */
export type NetworkFailure =
	/** The server never got the request; `certificate` says that its certificate isn't trusted. */
	| { kind: 'unsent'; code: string; certificate?: true }
	/** The request may have left: it may have been applied. */
	| { kind: 'lost'; code: string }
	/** The execution was stopped; `sent` says that the request may have left before. */
	| { kind: 'cancelled'; sent?: true };

/** An answer, returned by n8n or thrown as an error. */
export interface ReceivedAnswer {
	response: { statusCode: number; headers: Record<string, unknown>; body: unknown };
	/** Whether it is a proxy's refusal to connect: the request itself never left. */
	isRefusedTunnel: boolean;
}

/**
 * For the `except` of `ignoreHttpStatusErrors`: n8n 2 throws answers with these statuses, and only what
 * it throws shows whether a proxy refused to connect. They are those that proxies refuse with. Not
 * 401, after which n8n sends the request again. n8n 1 throws none of them.
 */
export const THROWN_STATUSES = [400, 403, 405, 407, 408, ...fiveHundreds()];

/**
 * Tells whether a request that failed can have reached the server. What isn't certain counts as lost.
 *
 * n8n 2 keeps the causes with Node's request, whose socket tells exactly. n8n 1 keeps neither: only
 * the code, as `httpCode`, and Node's own message, in `messages`. All of this was measured with both
 * lines on Node 20, 22, and 24; test/engine/network.test.ts holds it.
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
	// n8n 1 doesn't show whether the handshake was complete. A request leaves in a single write, and
	// where this one failed nothing of it has left.
	const isFailedWrite = texts.some((text) => text.startsWith('write EPROTO '));
	return { kind: isFailedWrite && connection === 'unknown' ? 'unsent' : 'lost', code };
}

/** Whether an unsent request with this code may get through a little later. */
export function isTransient(code: string): boolean {
	return TRANSIENT.test(code);
}

/**
 * The answer inside an error of n8n 2, for the statuses of `THROWN_STATUSES`; undefined where there is
 * none. A refused tunnel may bring its answer without the body: n8n drops what comes in later packets.
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
 * Codes that only come up before anything is sent. A server that wants a client certificate refuses
 * in TLS 1.3 when the connection looks established: it reads no request before it has the certificate.
 */
const UNSENT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_\w+|ERR_INVALID_CHAR|ERR_INVALID_URL|ERR_UNESCAPED_CHARACTERS|ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED|ERR_PROXY_TUNNEL|SsrfBlocked\w+)$/;

/** Messages of Node and of https-proxy-agent, which n8n uses, for what fails before anything is sent. */
const UNSENT_TEXTS =
	/^((connect|getaddrinfo) \S|Client network socket disconnected before secure TLS connection was established|(Proxy connection ended before receiving|No header received from proxy|Invalid header from proxy) CONNECT response)/;

/** A certificate, a wrong port, or a forbidden character stays what it is; a host may come back. */
const TRANSIENT =
	/^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ERR_PROXY_TUNNEL)$/;

interface ErrorDetails {
	code: string | undefined;
	/** The messages of all causes, and those that n8n replaced. */
	texts: string[];
	names: string[];
	request: Record<string, unknown> | undefined;
	response: Record<string, unknown> | undefined;
}

/** Reads an error and its causes. Where Node tried several addresses, it has one error for each. */
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

/** n8n 1 also has the status of a broken answer as `httpCode`. */
function isCode(value: unknown): value is string {
	return typeof value === 'string' && /^[A-Z]\w*$/.test(value);
}

/** A name for what has no code. Node has one for a tunnel that can't be made, n8n for what it blocks. */
function nameOf({ texts, names }: ErrorDetails, connection: ConnectionState): string {
	const isTunnel = texts.some((text) => text.includes('CONNECT response'));
	if (isTunnel || connection === 'refused tunnel') return 'ERR_PROXY_TUNNEL';
	return names.find((name) => name.startsWith('SsrfBlocked')) ?? 'unknown';
}

type ConnectionState = 'unused' | 'used' | 'refused tunnel' | 'unknown';

/**
 * What the request's socket tells. A request waits for its socket, and its data for the handshake and
 * the check of the certificate. A proxy's refusal is played back on a socket that isn't encrypted.
 */
function connectionOf(request: ErrorDetails['request']): ConnectionState {
	if (request === undefined) return 'unknown';
	const { socket, protocol } = request;
	if (socket === null) return 'unused';
	if (!isRecord(socket)) return 'unknown';
	if (protocol === 'https:' && socket['encrypted'] !== true) return 'refused tunnel';
	return socket['secureConnecting'] === true ? 'unused' : 'used';
}
