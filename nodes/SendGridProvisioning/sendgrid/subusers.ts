import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { saysCustomerUnknown } from '../transport/errors/failure';
import { listOf, noBody, pageOf, recordWith } from './shapes';

/** A subuser, with whatever else SendGrid tells of it. */
export interface Subuser {
	username: string;
	[key: string]: unknown;
}

export const REGIONS = ['global', 'eu'] as const;
export type Region = (typeof REGIONS)[number];

/** SendGrid gives at most this many rows, whatever is asked. @see https://github.com/sendgrid/sendgrid-python/issues/857 */
export const SUBUSERS_PAGE = 500;

/**
 * One page of subusers. `username` finds names that start with it, in any case: it does not look up
 * one subuser. `offset` counts rows; the answer does not say whether more follow.
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

/** A subuser that was asked for. */
export interface NewSubuser {
	username: string;
	email: string;
	password: string;
	/** The account's addresses that it may use; SendGrid's guide to EU subusers leaves them out. */
	ips?: string[];
	region: Region;
}

/**
 * Creates a subuser. SendGrid's answer holds two session secrets, which are left out. After a repeat,
 * "username exists" may speak of the subuser that the first try made.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/create-subuser
 * @see https://github.com/sendgrid/sendgrid-php/issues/795
 */
export function createSubuser(subuser: NewSubuser): Call<Record<string, unknown>> {
	return {
		method: 'POST',
		path: path`/v3/subusers`,
		body: { ...subuser, include_region: true },
		secrets: [subuser.password],
		creates: true,
		repeatable: false,
		needs: { scope: 'subusers.create' },
		ifInDoubt: {
			message: 'the subuser may have been created, but wasn’t found under this name and email',
			nextStep:
				'Look for it with Get Many subusers in a minute. If it isn’t there, run the item again.',
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
 * Deletes a subuser for good.
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
 * Lets a subuser send, or stops it.
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
 * Lets a subuser sign in to SendGrid's website, or not; sending goes on.
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

/**
 * The sender reputation of subusers, 0 to 100; not exact for EU subusers.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/retrieve-subuser-reputations
 */
export function getReputation(
	username: string,
): Call<Array<{ username: string; reputation: number }>> {
	return {
		method: 'GET',
		path: path`/v3/subusers/reputations`,
		query: { usernames: username },
		repeatable: true,
		needs: { scope: 'subusers.reputations.read' },
		read: (body) =>
			listOf(body, (entry) => {
				const row = recordWith(entry, 'username');
				const reputation = row?.['reputation'];
				if (row === undefined || typeof reputation !== 'number') return undefined;
				return { username: row.username, reputation };
			}),
	};
}
