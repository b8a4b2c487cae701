import type { Words } from '../words';

/** Why a host could not be connected to. */
interface Cause {
	codes: RegExp;
	message: (host: string) => string;
	hint: string;
}

const SETTINGS_HINT =
	'Check region or base URL of the credential, and DNS, proxy, and firewall where n8n runs.';

/** The first one that fits counts. */
const CAUSES: Cause[] = [
	{
		codes: /^(ENOTFOUND|EAI_\w+)$/,
		message: (host) => `n8n can’t find the host ${host}`,
		hint: SETTINGS_HINT,
	},
	{
		codes: /^ECONNREFUSED$/,
		message: (host) => `${host} refuses the connection`,
		hint: SETTINGS_HINT,
	},
	{
		codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
		message: (host) => `The certificate of ${host} belongs to another host`,
		hint: 'Check the base URL of the credential: a proxy or gateway may have answered.',
	},
	{
		codes: /CERT|SIGNATURE/,
		message: (host) => `The certificate of ${host} isn’t trusted`,
		hint: 'If a proxy or gateway of your company uses its own certificate authority, set NODE_EXTRA_CA_CERTS to its certificate where n8n runs.',
	},
	{
		codes: /^(EPROTO|ERR_(SSL|TLS)_\w+)$/,
		message: (host) => `No secure connection to ${host} is possible`,
		hint: 'Check protocol and port of the base URL: https fails like this on a port for plain http. A proxy or firewall may also block the connection.',
	},
	{
		codes: /^(ETIMEDOUT|ECONNABORTED|UND_ERR_\w*TIMEOUT)$/,
		message: (host) => `${host} didn’t answer in time`,
		hint: SETTINGS_HINT,
	},
	{
		codes: /^(ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
		message: (host) => `The connection to ${host} failed`,
		hint: SETTINGS_HINT,
	},
];

/** The words for a connection that failed, by the code of its error; undefined for codes that are rare. */
export function networkWords(code: string, host: string): Words | undefined {
	const cause = CAUSES.find(({ codes }) => codes.test(code));
	if (cause === undefined) return undefined;
	return { message: `${cause.message(host)} (${code})`, description: cause.hint };
}
