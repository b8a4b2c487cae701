import type { Region } from '../domain/regions';
import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import type { SendGridApi } from '../transport/client';
import { IPS_HINTS } from './fieldHints';
import { listOf, noBody, recordWith } from './shapes';

/** A dedicated IP address of a reseller's account. */
export interface AccountIp {
	ip: string;
	/** In the node's words: SendGrid says `us` for `global` here. */
	region: string;
}

/** SendGrid's largest page size. */
const PAGE = 5_000;
/** The most addresses in one request that adds or removes some. */
export const MOST_IPS = 10;

/**
 * One page of an account's IPs, the newest first. `after` is the address that the previous page ended
 * with; SendGrid calls it `offset`. `last` is the address to continue from, undefined at the end.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/ip-provisioning-api
 */
function listIps(
	accountId: string,
	after: string | undefined,
): Call<{ ips: AccountIp[]; last: string | undefined }> {
	return {
		method: 'GET',
		path: path`/v3/partners/accounts/${accountId}/ips`,
		query: { limit: PAGE, ...(after === undefined ? {} : { offset: after }) },
		repeatable: true,
		needs: 'reseller agreement',
		read: (body) => {
			if (!isRecord(body)) return undefined;
			const ips = listOf(body['result'], (entry) => {
				const row = recordWith(entry, 'ip', 'region');
				return row === undefined ? undefined : { ip: row.ip, region: regionOf(row.region) };
			});
			if (ips === undefined) return undefined;
			const last = recordWith(body['pages'], 'last')?.last;
			return { ips, last: ips.length === 0 ? undefined : last };
		},
	};
}

/** Reads up to `limit` IPs of an account, until a page has nothing new. */
export async function allAccountIps(
	api: SendGridApi,
	accountId: string,
	limit = Infinity,
): Promise<AccountIp[]> {
	const found = new Map<string, AccountIp>();
	let after: string | undefined;
	do {
		const known = found.size;
		const { ips, last } = await api.send(listIps(accountId, after));
		for (const row of ips) found.set(row.ip, row);
		after = found.size > known && last !== after ? last : undefined;
	} while (after !== undefined && found.size < limit);
	return [...found.values()].slice(0, limit);
}

/**
 * Adds IPs to an account. SendGrid chooses them. Sending it twice adds twice as many.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/ip-provisioning-api-ip-operations/add-ips
 */
export function addIps(
	accountId: string,
	{ count, region }: { count: number; region: Region },
): Call<AccountIp[]> {
	return {
		method: 'POST',
		path: path`/v3/partners/accounts/${accountId}/ips`,
		body: { count, region: region === 'global' ? 'us' : region },
		repeatable: false,
		needs: 'reseller agreement',
		ifInDoubt: {
			message: 'the IPs may have been added',
			nextStep:
				'Check the account’s IPs with Get many account IPs before you run the item again: each run adds more.',
		},
		read: (body) => {
			if (!isRecord(body)) return undefined;
			const answered = typeof body['region'] === 'string' ? regionOf(body['region']) : region;
			return listOf(body['ips'], (ip) =>
				typeof ip === 'string' ? { ip, region: answered } : undefined,
			);
		},
	};
}

/**
 * Removes up to ten IPs from an account. The request has a body, although it's a DELETE.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/ip-provisioning-api-ip-operations/remove-ips
 */
export function removeIps(accountId: string, ips: string[]): Call<true> {
	return {
		method: 'DELETE',
		path: path`/v3/partners/accounts/${accountId}/ips`,
		body: { ips },
		fieldHints: IPS_HINTS,
		repeatable: true,
		needs: 'reseller agreement',
		seemsDone: ({ status }, earlierInDoubt) => earlierInDoubt && (status === 400 || status === 404),
		read: noBody,
	};
}

function regionOf(region: string): string {
	return region === 'us' ? 'global' : region;
}
