import type { Region } from '../domain/regions';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { saysCustomerUnknown } from '../transport/errors/failure';
import { IPS_HINTS } from './fieldHints';
import { noBody, pageOf, recordWith } from './shapes';

/** A subuser, with all other fields that SendGrid sends. */
export interface Subuser {
	username: string;
	[key: string]: unknown;
}

/** SendGrid returns at most this many rows. @see https://github.com/sendgrid/sendgrid-python/issues/857 */
export const SUBUSERS_PAGE = 500;

/**
 * One page of subusers. `username` is the start of a name, in any case, not an exact name. `offset`
 * counts rows. The response doesn't say whether there are more.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/list-all-subusers
 * @see https://github.com/twilio/sendgrid-oai/issues/38
 */
export function listSubusers(page: {
	username?: string | undefined;
	region?: Region | undefined;
	limit: number;
	offset: number;
}): Call<Subuser[]> {
	const { username, region, limit, offset } = page;
	return {
		method: 'GET',
		path: path`/v3/subusers`,
		query: {
			...(username === undefined ? {} : { username }),
			...(region === undefined ? {} : { region }),
			limit,
			offset,
			include_region: true,
		},
		repeatable: true,
		needs: { scope: 'subusers.read' },
		read: (body) => pageOf(body, offset, (entry) => recordWith(entry, 'username')),
	};
}

/** A subuser to create. */
export interface NewSubuser {
	username: string;
	email: string;
	password: string;
	/** Addresses of the account that it may use. Optional, as in SendGrid's guide to EU subusers. */
	ips?: string[];
	region: Region;
}

/**
 * Creates a subuser. The response contains two session secrets, which are left out. After a retry,
 * "username exists" may be about the subuser that an earlier attempt created.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/create-subuser
 * @see https://github.com/sendgrid/sendgrid-php/issues/795
 */
export function createSubuser(subuser: NewSubuser): Call<Record<string, unknown>> {
	return {
		method: 'POST',
		path: path`/v3/subusers`,
		body: { ...subuser, include_region: true },
		secrets: [subuser.password],
		fieldHints: IPS_HINTS,
		creates: true,
		repeatable: false,
		needs: { scope: 'subusers.create' },
		ifInDoubt: {
			message: 'the subuser may have been created, but wasn’t found under this name and email',
			nextStep:
				'Look for it with Get many subusers in a minute. If it isn’t there, run the item again.',
		},
		seemsDone: ({ status, answer }) =>
			status === 400 && answer.entries.some(({ message }) => /exist|taken|in use/i.test(message)),
		read: (body) => {
			const created = recordWith(body, 'username');
			if (created === undefined) return undefined;
			const keptKeys = ['username', 'user_id', 'email', 'region', 'credit_allocation'];
			return Object.fromEntries(
				keptKeys.filter((key) => created[key] !== undefined).map((key) => [key, created[key]]),
			);
		},
	};
}

/**
 * Deletes a subuser permanently.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/delete-a-subuser
 */
export function deleteSubuser(username: string): Call<true> {
	return {
		method: 'DELETE',
		path: path`/v3/subusers/${username}`,
		repeatable: true,
		needs: { scope: 'subusers.delete' },
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
 * Enables or disables a subuser's sending.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/enabledisable-a-subuser
 */
export function patchStatus(username: string, disabled: boolean): Call<true> {
	return {
		method: 'PATCH',
		path: path`/v3/subusers/${username}`,
		body: { disabled },
		repeatable: true,
		needs: { scope: 'subusers.update' },
		read: noBody,
	};
}

/**
 * Allows or blocks a subuser's sign-in to SendGrid's website. Sending isn't affected.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/update-subuser-website-access
 */
export function patchWebsiteAccess(username: string, disabled: boolean): Call<true> {
	return {
		method: 'PATCH',
		path: path`/v3/subusers/${username}/website_access`,
		body: { disabled },
		repeatable: true,
		needs: { scope: 'subusers.update' },
		read: noBody,
	};
}
