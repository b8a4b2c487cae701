import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import { Refusal } from '../domain/refusal';
import { ACCOUNTS_PAGE, listAccounts } from '../sendgrid/accounts';
import type { Account } from '../sendgrid/accounts';
import { listSubusers } from '../sendgrid/subusers';
import { ranOutOfTime } from '../transport/errors/failure';
import { loadSearchResults } from './pickList';

const MAX_ACCOUNTS_SEARCHED = 1_000;
const SUBUSERS_PER_PAGE = 100;

/**
 * Lists accounts page by page. SendGrid can't search them, so a search reads up to 1,000 accounts,
 * or as many as time allows. The editor loads more pages automatically, and replaces the list with
 * an error if one fails: so if the rate limit stops a search that has found something, the list
 * ends.
 */
export async function searchAccounts(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: unknown,
): Promise<INodeListSearchResult> {
	const wanted = filter?.trim().toLowerCase() ?? '';
	return await loadSearchResults(this, async ({ api, timeIsUp }) => {
		const results: INodeListSearchItems[] = [];
		const from = typeof paginationToken === 'string' ? paginationToken : undefined;
		let after = from;
		let read = 0;
		do {
			const call = listAccounts({ limit: ACCOUNTS_PAGE, after });
			const page = await outcomeOf(async () => await api.send(call));
			const hasFound = results.length > 0 || from !== undefined;
			if ('error' in page) {
				if (wanted !== '' && hasFound && ranOutOfTime(page.error)) return { results };
				throw page.error;
			}
			const found = page.value.accounts.filter((account) => matches(account, wanted));
			results.push(...found.map(accountEntry));
			after = page.value.last;
			read += page.value.accounts.length;
		} while (after !== undefined && wanted !== '' && read < MAX_ACCOUNTS_SEARCHED && !timeIsUp());
		if (results.length === 0 && from === undefined && after !== undefined) {
			throw new Refusal(
				`“${filter}” is not among ${read.toLocaleString('en-US')} accounts`,
				'SendGrid cannot search accounts. Switch the field to “By ID” and enter the account’s ID.',
			);
		}
		return after === undefined ? { results } : { results, paginationToken: after };
	});
}

/**
 * Lists subusers page by page. SendGrid searches for the start of a name. Only an empty page is the
 * end, not a short one. The token has the next row's number and the first subuser's name.
 */
export async function searchSubusers(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: unknown,
): Promise<INodeListSearchResult> {
	const tokenText = typeof paginationToken === 'string' ? paginationToken : '';
	const [, rows = '0', listFirst] = /^(\d+) (.*)$/s.exec(tokenText) ?? [];
	const offset = Number(rows);
	const username = filter?.trim() === '' ? undefined : filter?.trim();
	return await loadSearchResults(this, async ({ api }) => {
		const subusers = await api.send(listSubusers({ username, limit: SUBUSERS_PER_PAGE, offset }));
		const results = subusers.map(({ username: name }) => ({ name, value: name }));
		const first = listFirst ?? subusers[0]?.username;
		// A gateway that drops the offset would repeat the first page endlessly.
		const isFirstAgain = offset > 0 && subusers[0]?.username === first;
		if (subusers.length === 0 || isFirstAgain) return { results: [] };
		return { results, paginationToken: `${offset + subusers.length} ${first}` };
	});
}

function matches(account: Account, search: string): boolean {
	return [account.id, account['email']].some(
		(value) => typeof value === 'string' && value.toLowerCase().includes(search),
	);
}

/** Shows the email if SendGrid sends it, otherwise ID and creation date. */
function accountEntry({ id, email, created_at: createdAt }: Account): INodeListSearchItems {
	if (typeof email === 'string' && email !== '') return { name: `${email} (${id})`, value: id };
	const created = typeof createdAt === 'string' ? ` (created ${createdAt.slice(0, 10)})` : '';
	return { name: `${id}${created}`, value: id };
}
