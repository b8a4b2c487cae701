import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import type { SendGridApi } from '../transport/client';
import { IPS_HINTS } from './fieldHints';
import { readRows } from './rowPages';
import { listOf, pageOf, recordWith } from './shapes';

/** The page size: more addresses than most subusers have. */
export const IPS_PAGE = 500;

/**
 * One page of the IPv4 addresses that a subuser sends from, or of all that the parent account has;
 * empty for an unknown subuser. `offset` counts addresses.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/ip-address/retrieve-all-ip-addresses
 */
export function getIps(username: string | undefined, offset: number): Call<string[]> {
	return {
		method: 'GET',
		path: path`/v3/ips`,
		query: { ...(username !== undefined && { subuser: username }), limit: IPS_PAGE, offset },
		repeatable: true,
		needs: { scope: 'ips.read' },
		read: (body) => pageOf(body, offset, (entry) => recordWith(entry, 'ip')?.ip),
	};
}

/**
 * Sets a subuser's IPs to exactly these. The body is only the list, without an object around it.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/update-ips-assigned-to-a-subuser
 */
export function putIps(username: string, ips: string[]): Call<string[]> {
	return {
		method: 'PUT',
		path: path`/v3/subusers/${username}/ips`,
		body: ips,
		fieldHints: IPS_HINTS,
		repeatable: true,
		needs: { scope: 'subusers.update' },
		read: (body) =>
			isRecord(body)
				? listOf(body['ips'], (ip) => (typeof ip === 'string' ? ip : undefined))
				: undefined,
	};
}

/**
 * Reads all addresses of a subuser, or of the parent account. After a subuser's, the next PUT would remove an address that is missing here.
 * @throws SendGridError if the list can't be read to its end, as through a gateway that drops the
 * offset
 */
export async function allIps(api: SendGridApi, username?: string): Promise<string[]> {
	return await readRows(api, {
		call: (offset) => getIps(username, offset),
		keyOf: (ip) => ip,
		isEnough: () => false,
	});
}
