import type { SendGridApi } from '../transport/send';
import { ACCOUNTS_PAGE, listAccounts } from './accounts';
import type { Account } from './accounts';

/** Reads accounts page by page, up to `limit`. An account that is read twice is kept once. */
export async function allAccounts(api: SendGridApi, limit: number): Promise<Account[]> {
	const found = new Map<string, Account>();
	let after: string | undefined;
	do {
		const page = await api.send(listAccounts({ limit: ACCOUNTS_PAGE, after }));
		const known = found.size;
		for (const account of page.accounts) found.set(account.id, account);
		// A page without anything new would be answered again and again.
		after = found.size === known ? undefined : page.last;
	} while (after !== undefined && found.size < limit);
	return [...found.values()].slice(0, limit);
}
