import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { listOf, recordWith } from './shapes';

/** A subuser, with whatever else SendGrid tells of it. */
export interface Subuser {
	username: string;
	[key: string]: unknown;
}

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
	limit: number;
	offset: number;
}): Call<Subuser[]> {
	const { username, limit, offset } = page;
	return {
		method: 'GET',
		path: path`/v3/subusers`,
		query: {
			...(username === undefined ? {} : { username }),
			limit,
			offset,
			include_region: true,
		},
		repeatable: true,
		needs: { scope: 'subusers.read' },
		read: (body) => listOf(body, (entry) => recordWith(entry, 'username')),
	};
}
