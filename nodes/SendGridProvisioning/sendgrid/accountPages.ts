import type { SendGridApi } from '../transport/send';
import { ACCOUNTS_PAGE, listAccounts } from './accounts';
import type { Account } from './accounts';

/** So many accounts before the last one are asked what comes after them. */
const MOST_RETURNS = 3;

/**
 * Reads accounts page by page, up to `limit`. SendGrid goes on after an ID; nobody says what it does
 * if that account was deleted meanwhile. So a page without anything new is believed only if it shows
 * the last account once more; where it does not, reading goes on from the account before that. An
 * account that is read twice is kept once. Accounts are put into `found` as they come, for who goes on
 * with a part of them.
 */
export async function allAccounts(
	api: SendGridApi,
	limit: number,
	found = new Map<string, Account>(),
): Promise<Account[]> {
	let after: string | undefined;
	let returns = 0;
	do {
		const page = await api.send(listAccounts({ limit: ACCOUNTS_PAGE, after }));
		const known = [...found.keys()];
		for (const account of page.accounts) found.set(account.id, account);
		const last = known.at(-1);
		if (found.size > known.length) {
			after = page.last;
			returns = 0;
		} else if (page.accounts.some(({ id }) => id === last) || returns === MOST_RETURNS) {
			after = undefined;
		} else {
			returns += 1;
			after = known.at(-1 - returns);
		}
	} while (after !== undefined && found.size < limit);
	return [...found.values()].slice(0, limit);
}
