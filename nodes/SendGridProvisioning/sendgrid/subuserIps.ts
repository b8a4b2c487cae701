import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import type { SendGridApi } from '../transport/client';
import { readRows } from './rowPages';
import { listOf, pageOf, recordWith } from './shapes';

/** How many addresses are asked for in one request: more than most subusers have. */
export const IPS_PAGE = 500;

/**
 * One page of the IPv4 addresses that a subuser sends from; of an unknown subuser none. `offset`
 * counts addresses.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/ip-address/retrieve-all-ip-addresses
 */
export function getIps(username: string, offset: number): Call<string[]> {
	return {
		method: 'GET',
		path: path`/v3/ips`,
		query: { subuser: username, limit: IPS_PAGE, offset },
		repeatable: true,
		needs: { scope: 'ips.read' },
		read: (body) => pageOf(body, offset, (entry) => recordWith(entry, 'ip')?.ip),
	};
}

/**
 * Gives a subuser exactly these IPs. The body is the bare list.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/update-ips-assigned-to-a-subuser
 */
export function putIps(username: string, ips: string[]): Call<string[]> {
	return {
		method: 'PUT',
		path: path`/v3/subusers/${username}/ips`,
		body: ips,
		repeatable: true,
		needs: { scope: 'subusers.update' },
		read: (body) =>
			isRecord(body)
				? listOf(body['ips'], (ip) => (typeof ip === 'string' ? ip : undefined))
				: undefined,
	};
}

/**
 * All addresses of a subuser: an address missing here would be removed by the next PUT.
 * @throws SendGridError where the list can't be read to its end, as through a gateway that drops the
 * offset
 */
export async function allIps(api: SendGridApi, username: string): Promise<string[]> {
	return await readRows(api, {
		call: (offset) => getIps(username, offset),
		keyOf: (ip) => ip,
		isEnough: () => false,
	});
}
