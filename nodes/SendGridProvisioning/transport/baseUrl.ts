import { Refusal } from '../domain/refusal';
import { isRecord } from '../domain/values';

/** SendGrid's hosts by region. @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/authentication */
const HOSTS = {
	global: 'https://api.sendgrid.com',
	eu: 'https://api.eu.sendgrid.com',
} as const;

/** A credential that is fit for use. */
export interface Access {
	apiKey: string;
	/** Without a slash or `/v3` at its end. */
	baseUrl: string;
}

/**
 * Reads the credential: the key without what was pasted around it, and the region's base URL.
 * @throws Refusal where the key cannot be one, or the key would travel unprotected
 */
export function accessOf(credential: unknown): Access {
	const { apiKey, region, baseUrl } = isRecord(credential) ? credential : {};
	return { apiKey: keyOf(apiKey), baseUrl: baseUrlOf(region, baseUrl) };
}

function keyOf(apiKey: unknown): string {
	const key = typeof apiKey === 'string' ? apiKey.trim() : '';
	if (key === '') {
		throw new Refusal(
			'The API key is empty',
			'Enter the API key in the credential. If it comes from an expression, check what that returns here.',
		);
	}
	// A header can only carry visible ASCII; anything else inside a key was copied by accident.
	if (/^[\x21-\x7e]+$/.test(key)) return key;
	throw new Refusal(
		'The API key has a space, a line break, or a special character in it',
		'Copy the key from SendGrid again, in one piece, and enter it in the credential.',
	);
}

function baseUrlOf(region: unknown, custom: unknown): string {
	if (region === undefined || region === 'global') return HOSTS.global;
	if (region === 'eu') return HOSTS.eu;
	if (region === 'custom') return customBaseUrl(custom);
	throw new Refusal(
		'The credential has an unknown region',
		'Choose Global, EU or Custom as the region of the credential.',
	);
}

function customBaseUrl(custom: unknown): string {
	const written = typeof custom === 'string' ? custom.trim() : '';
	const url = URL.canParse(written) ? new URL(written) : undefined;
	if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
		throw new Refusal(
			'The base URL of the credential is not a web address',
			'Enter it with its protocol, such as https://sendgrid-gateway.example.com.',
		);
	}
	if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
		throw new Refusal(
			'The base URL of the credential has more in it than protocol, host, port and path',
			'Remove user names, passwords, question marks and number signs from it.',
		);
	}
	if (url.protocol === 'http:' && !staysInside(url.hostname)) {
		throw new Refusal(
			'The base URL of the credential would send the API key unencrypted',
			'Use https. Plain http is for this computer and for host names without a dot, as in a container network.',
		);
	}
	return `${url.origin}${withoutVersion(url.pathname)}`;
}

/** Many pages name SendGrid's base URL with its version, which each request's path has already. */
function withoutVersion(path: string): string {
	return path.replace(/\/+$/, '').replace(/\/+v3$/, '');
}

/** Loopback, or a name that only a local network can resolve. An IPv6 address has no dot either. */
function staysInside(hostname: string): boolean {
	if (hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)) return true;
	// A loopback name by RFC 6761.
	if (hostname.endsWith('.localhost')) return true;
	return !hostname.includes('.') && !hostname.startsWith('[');
}

/** Whether a request goes to the base URL's host, below its path. */
export function isWithin(baseUrl: string, requestBase: string, requestUrl: string): boolean {
	const absolute = /^[a-z][a-z\d+.-]*:/i.test(requestUrl);
	const target = absolute
		? requestUrl
		: `${requestBase.replace(/\/+$/, '')}/${requestUrl.replace(/^\/+/, '')}`;
	return URL.canParse(target) && new URL(target).href.startsWith(`${baseUrl}/`);
}
