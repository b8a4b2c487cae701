import { Refusal } from '../domain/refusal';
import { isRecord } from '../domain/values';

/** SendGrid's hosts by region. @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/authentication */
const HOSTS = {
	global: 'https://api.sendgrid.com',
	eu: 'https://api.eu.sendgrid.com',
} as const;

/** A checked credential. */
export interface Access {
	apiKey: string;
	/** Without a trailing slash or `/v3`. */
	baseUrl: string;
}

/**
 * Reads the credential: the trimmed key, and the region's base URL.
 * @throws Refusal if the key or the base URL is invalid, or the key would be sent unencrypted
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
	// Headers only allow visible ASCII; anything else in a key was copied by accident.
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
		'Choose Global, EU, or Custom as the region of the credential.',
	);
}

function customBaseUrl(custom: unknown): string {
	const trimmed = typeof custom === 'string' ? custom.trim() : '';
	const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
	if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
		throw new Refusal(
			'The base URL of the credential isn’t a web address',
			'Enter it with its protocol, such as https://sendgrid-gateway.example.com.',
		);
	}
	if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
		throw new Refusal(
			'The base URL of the credential has more in it than protocol, host, port, and path',
			'Remove usernames, passwords, question marks, and number signs from it.',
		);
	}
	if (url.protocol === 'http:' && !isLocal(url.hostname)) {
		throw new Refusal(
			'The base URL of the credential would send the API key unencrypted',
			'Use https. Plain http only works for this computer and for host names without a dot, as in a container network.',
		);
	}
	return `${url.origin}${withoutVersion(url.pathname)}`;
}

/** Each request's path has the version, but many pages show SendGrid's base URL with it. */
function withoutVersion(path: string): string {
	return path.replace(/\/+$/, '').replace(/\/+v3$/, '');
}

/**
 * Whether requests to the host stay on this computer, or in a local network that resolves its name.
 */
function isLocal(hostname: string): boolean {
	if (hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)) return true;
	// RFC 6761 reserves these names for loopback.
	if (hostname.endsWith('.localhost')) return true;
	// An IPv6 address in brackets has no dot, either.
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
