import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { SendGridError } from '../transport/failure';
import type { SendGridApi } from '../transport/send';
import { listOf, recordWith } from './shapes';

/** Addresses of one answer: more than most subusers have. */
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
		read: (body) => listOf(body, (entry) => recordWith(entry, 'ip')?.ip),
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
 * All addresses of a subuser: what a list lacks, the next PUT would take away.
 * @throws SendGridError where a page has nothing new, as from a gateway that drops the offset
 */
export async function allIps(api: SendGridApi, username: string): Promise<string[]> {
	const found = new Set<string>();
	for (let offset = 0; ; offset += IPS_PAGE) {
		const call = getIps(username, offset);
		const page = await api.send(call);
		const known = found.size;
		for (const ip of page) found.add(ip);
		if (page.length < IPS_PAGE) return [...found];
		if (found.size === known) throw new SendGridError({ kind: 'shape', status: 200 }, call);
	}
}
