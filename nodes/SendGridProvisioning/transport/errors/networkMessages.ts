import type { Failure } from './failure';
import { LATER_HINT, PROXY_HINT } from './hints';
import { quoted } from './quoted';

/** The text of an error: what happened, and what to do next. */
export interface ErrorText {
	message: string;
	description: string;
	/** Node's or OpenSSL's code. */
	code?: string;
}

/** For handshakes that fail, as with https on a port for plain http. */
const PORT_HINT = 'Check protocol and port of the credential’s base URL.';

/** The text for a request that got no response. */
export function textForLost(code: string): ErrorText {
	return {
		message: `SendGrid didn’t answer (${reasonOf(code)})`,
		description: LATER_HINT,
		code,
	};
}

/** The text for a request that was never sent. */
export function textForUnsent(failure: Extract<Failure, { kind: 'unsent' }>): ErrorText {
	if (failure.certificate === true) return untrusted(failure.code);
	if (failure.refusal === undefined) return unreachable(failure.code);
	const { status, answer } = failure.refusal;
	return {
		message: `A proxy refused to connect to SendGrid (status ${status}, ${answer.bodyKind}${quoted(answer)})`,
		description: PROXY_HINT,
	};
}

function unreachable(code: string): ErrorText {
	return {
		message: `SendGrid couldn’t be reached (${reasonOf(code)})`,
		description: code.startsWith('EPROTO') ? `${PORT_HINT} ${PROXY_HINT}` : PROXY_HINT,
		code,
	};
}

function untrusted(code: string): ErrorText {
	if (/EXPIRED|NOT_YET_VALID/.test(code)) {
		return {
			message: 'The server’s certificate isn’t valid at this time',
			description: 'Check the clock where n8n runs, and the credential’s base URL.',
			code,
		};
	}
	if (/ALTNAME|HOSTNAME/.test(code)) {
		return {
			message: 'The server’s certificate is for another host',
			description: 'Check the credential’s base URL, and n8n’s proxy settings.',
			code,
		};
	}
	return {
		message: 'The server’s certificate isn’t trusted',
		description:
			'Check the credential’s base URL. If a proxy or gateway of your company uses its own certificate authority, set NODE_EXTRA_CA_CERTS to its certificate where n8n runs.',
		code,
	};
}

/**
 * A short text for a code. A message can't contain the code itself: n8n replaces such a message
 * with its own advice when it wraps a tool's error.
 */
function reasonOf(code: string): string {
	const [, reason = code] = REASONS.find(([codes]) => codes.test(code)) ?? [];
	return reason;
}

const REASONS: Array<[RegExp, string]> = [
	[/^(ENOTFOUND|EAI_)/, 'unknown host'],
	[/^ECONNREFUSED/, 'connection refused'],
	[/^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)/, 'no route to the host'],
	[/^(EPROTO|ERR_SSL_|ERR_TLS_)/, 'the encrypted connection failed'],
	[/^(ETIMEDOUT|ECONNABORTED)/, 'no response in time'],
	[/^(ECONNRESET|EPIPE)/, 'connection closed'],
	[/^ERR_PROXY_TUNNEL/, 'the proxy didn’t connect'],
	[/^unknown$/, 'network error'],
];
