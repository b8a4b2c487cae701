import { SendGridError } from '../transport/errors/failure';
import type { SendGridApi } from '../transport/client';
import { ACCOUNTS_PAGE, listAccounts } from './accounts';
import type { Account } from './accounts';

/** How many accounts before the last one are tried as the place to go on from. */
const MAX_STEPS_BACK = 3;

/**
 * Reads accounts page by page, up to `limit`, until SendGrid names no ID to go on from, or has nothing
 * more. SendGrid goes on after an ID, and doesn't document what it answers if that account was deleted
 * meanwhile. So a page without anything new is believed only if it shows the last account once more;
 * where it doesn't, reading goes on from the account before that. After a short page, which is
 * probably the last one, this is asked right away. An account that is read twice is kept once.
 * Accounts are put into `found` as they come, for callers that use a part of the list.
 * @throws SendGridError where a page holds the account that it should come after, as from a gateway
 * that drops the offset: the list would lack all others
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
		// At the beginning of a page it would only mean that SendGrid counts that account, too.
		if (page.accounts.findIndex(({ id }) => id === after) > 0)
			throw new SendGridError({ kind: 'shape', status: 200 }, call);
		const rows = page.accounts.length;
		const known = [...found.keys()];
		for (const account of page.accounts) found.set(account.id, account);
		const last = known.at(-1);
		longest = Math.max(longest, rows);
		if (found.size > known.length) {
			// Pages of a single account have no room for one that was read before.
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
