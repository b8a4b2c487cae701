import { SendGridError } from '../transport/errors/failure';
import type { SendGridApi } from '../transport/client';
import { ACCOUNTS_PAGE, listAccounts } from './accounts';
import type { Account } from './accounts';

/** How many accounts to step back before the list counts as ended. */
const MAX_STEPS_BACK = 3;

/**
 * Reads up to `limit` accounts, page by page. A page continues after an account's ID, and SendGrid
 * doesn't document what it returns if that account was deleted in the meantime. So a page without
 * new accounts ends the list only if it repeats the last account. If it doesn't, reading continues
 * from the account before that. A short page is probably the last one, so the next page overlaps
 * with it to check that immediately. Duplicates are dropped.
 *
 * Accounts are added to `found` as they arrive, for callers that can use part of the list.
 * @throws SendGridError if a page contains the account that it should continue after, as from a
 * gateway that drops the offset: the list would be incomplete
 */
export async function allAccounts(
	api: SendGridApi,
	limit: number,
	found = new Map<string, Account>(),
): Promise<Account[]> {
	let after: string | undefined;
	let stepsBack = 0;
	let longest = 0;
	do {
		const call = listAccounts({ limit: ACCOUNTS_PAGE, after });
		const page = await api.send(call);
		// As the first account of a page, it would only mean that SendGrid includes it.
		if (page.accounts.findIndex(({ id }) => id === after) > 0)
			throw new SendGridError({ kind: 'shape', status: 200 }, call);
		const rows = page.accounts.length;
		const known = [...found.keys()];
		for (const account of page.accounts) found.set(account.id, account);
		const last = known.at(-1);
		longest = Math.max(longest, rows);
		if (found.size > known.length) {
			// A page with only one account has no room for an overlap.
			const overlaps = page.last !== undefined && rows < ACCOUNTS_PAGE && longest > 1;
			stepsBack = overlaps ? 1 : 0;
			after = overlaps ? [...found.keys()].at(-2) : page.last;
		} else if (page.accounts.some(({ id }) => id === last) || stepsBack === MAX_STEPS_BACK) {
			after = undefined;
		} else {
			stepsBack += 1;
			after = known.at(-1 - stepsBack);
		}
	} while (after !== undefined && found.size < limit);
	return [...found.values()].slice(0, limit);
}
