import type { Offering } from '../domain/offerings';
import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { saysCustomerUnknown } from '../transport/errors/failure';
import { OFFERING_HINTS } from './fieldHints';
import { listOf, noBody, recordWith } from './shapes';

/** A reseller's customer account, with all other fields that SendGrid sends. */
export interface Account {
	id: string;
	[key: string]: unknown;
}

/** SendGrid's largest page size. */
export const ACCOUNTS_PAGE = 100;

/**
 * One page of a reseller's accounts. `after` is the ID that the previous page ended with; SendGrid
 * calls it `offset`, although it isn't a number. `last` is the ID to continue from, undefined at
 * the end.
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
			// A short page isn't the end if it names a new ID to continue from.
			const ended = accounts.length === 0 || last === page.after;
			return { accounts, last: ended ? undefined : last };
		},
	};
}

/**
 * Creates a customer account. Sending it twice creates two accounts, and both are billed. A test
 * account has no dedicated IP and can send 100 emails a day, regardless of its offerings. A regular
 * account can't become a test account later.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-account-operations/create-account
 */
export function createAccount(account: {
	/** With SendGrid's keys, such as `company_name`. */
	profile: Record<string, string>;
	offerings: Offering[];
	test: boolean;
}): Call<{ account_id: string }> {
	const { profile, offerings, test } = account;
	return {
		method: 'POST',
		path: path`/v3/partners/accounts`,
		...(test ? { headers: { 'T-Test-Account': 'true' } } : {}),
		body: { ...(Object.keys(profile).length === 0 ? {} : { profile }), offerings },
		fieldHints: OFFERING_HINTS,
		repeatable: false,
		needs: 'reseller agreement',
		ifInDoubt: {
			message: 'the account may have been created',
			nextStep:
				'Look for a new account with Get many accounts, by its creation date, and use its ID. Running the item again could create a second account.',
		},
		read: (body) => {
			const created = recordWith(body, 'account_id');
			return created === undefined ? undefined : { account_id: created.account_id };
		},
	};
}

/**
 * Deletes an account permanently: its keys and sign-in are revoked, its offerings and IPs are
 * removed, and billing stops.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-account-operations/delete-account
 */
export function deleteAccount(accountId: string): Call<true> {
	return {
		method: 'DELETE',
		path: path`/v3/partners/accounts/${accountId}`,
		repeatable: true,
		needs: 'reseller agreement',
		ifInDoubt: {
			message: 'the deletion may have been applied',
			nextStep: 'Run the item again: this is safe.',
		},
		seemsDone: (refusal, earlierInDoubt) =>
			earlierInDoubt && (refusal.status === 404 || saysCustomerUnknown(refusal)),
		read: noBody,
	};
}

/**
 * The state of an account.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-state-operations/get-an-accounts-state
 */
export function getState(accountId: string): Call<string> {
	return {
		method: 'GET',
		path: path`/v3/partners/accounts/${accountId}/state`,
		repeatable: true,
		needs: 'reseller agreement',
		read: (body) => recordWith(body, 'state')?.state,
	};
}

/**
 * Activates or deactivates an account. Only SendGrid sets the other states.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-state-operations/update-an-accounts-state
 */
export function putState(accountId: string, state: 'activated' | 'deactivated'): Call<true> {
	return {
		method: 'PUT',
		path: path`/v3/partners/accounts/${accountId}/state`,
		body: { state },
		repeatable: true,
		needs: 'reseller agreement',
		read: noBody,
	};
}

/** How long a sign-in link is valid. */
const SIGN_IN_LINK_MS = 60_000;

/**
 * Creates a link that signs in once, within 60 seconds, as an administrator of the account.
 * SendGrid returns it as a redirect, and following that would use it up. `expires_at` counts from
 * the request, because the 60 seconds may start at any time before the response.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-account-operations/authenticate-an-account-with-single-sign-on
 */
export function createSsoLink(accountId: string): Call<{ url: string; expires_at: string }> {
	return {
		method: 'POST',
		path: path`/v3/partners/accounts/${accountId}/sso`,
		repeatable: false,
		needs: 'reseller agreement',
		successStatus: 303,
		ifInDoubt: {
			message: 'a link that no one received may have been created',
			nextStep:
				'Run the item again for a new link: a link that isn’t used expires within 60 seconds.',
		},
		read: (_body, location, sentAt) =>
			location === undefined || location === ''
				? undefined
				: { url: location, expires_at: new Date(sentAt + SIGN_IN_LINK_MS).toISOString() },
	};
}
