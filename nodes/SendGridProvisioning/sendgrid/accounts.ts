import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { listOf, recordWith } from './shapes';

/** A customer account of a reseller, with whatever else SendGrid tells of it. */
export interface Account {
	id: string;
	[key: string]: unknown;
}

/** The largest page that SendGrid gives. */
export const ACCOUNTS_PAGE = 100;

/**
 * One page of a reseller's accounts. `after` is the ID that the page before ended with; SendGrid
 * calls it `offset`, although it is no number. `last` is the ID to go on from, undefined at the end.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-account-operations/list-accounts
 */
export function listAccounts(page: {
	limit: number;
	after?: string | undefined;
}): Call<{ accounts: Account[]; last: string | undefined }> {
	return {
		method: 'GET',
		path: path`/v3/partners/accounts`,
		query: { limit: page.limit, ...(page.after === undefined ? {} : { offset: page.after }) },
		repeatable: true,
		needs: 'reseller agreement',
		read: (body) => {
			if (!isRecord(body)) return undefined;
			const accounts = listOf(body['accounts'], (entry) => recordWith(entry, 'id'));
			if (accounts === undefined) return undefined;
			const pages = isRecord(body['pages']) ? body['pages'] : {};
			const last =
				typeof pages['last'] === 'string' && pages['last'] !== '' ? pages['last'] : undefined;
			// The end is not documented: a short page ends the list, and so does a cursor that stays.
			const ended = accounts.length < page.limit || last === page.after;
			return { accounts, last: ended ? undefined : last };
		},
	};
}
