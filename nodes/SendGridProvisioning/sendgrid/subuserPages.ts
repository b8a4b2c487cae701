import { SendGridError } from '../transport/failure';
import type { SendGridApi } from '../transport/send';
import { SUBUSERS_PAGE, listSubusers } from './subusers';
import type { Region, Subuser } from './subusers';

/** The subuser of this name, in any case of letters; undefined where there is none. */
export async function subuserNamed(
	api: SendGridApi,
	username: string,
): Promise<Subuser | undefined> {
	const rows = await allSubusers(api, { username, limit: Infinity });
	return rows.find((row) => row.username.toLowerCase() === username.toLowerCase());
}

/** A list that never holds still must come to an end, too. */
const MOST_RETURNS = 20;

/**
 * Reads subusers page by page, up to `limit`. SendGrid counts rows: if subusers are deleted meanwhile,
 * later rows move up and would be missed. So each page begins with the row that the last one ended
 * with; where it does not, reading goes back until a page holds a row that was read before. A row that
 * is read twice is kept once. Rows are put into `found` as they come, for who goes on with a part of them.
 * @throws SendGridError where the same rows come again and again, as from a gateway that drops the
 * offset: the list would lack all others
 */
export async function allSubusers(
	api: SendGridApi,
	wanted: { username?: string; region?: Region; limit: number },
	found = new Map<string, Subuser>(),
): Promise<Subuser[]> {
	const { username, region, limit } = wanted;
	let offset = 0;
	let expected: string | undefined;
	let returns = 0;
	while (found.size < limit) {
		const call = listSubusers({ username, region, limit: SUBUSERS_PAGE, offset });
		const page = await api.send(call);
		const known = found.size;
		const overlaps = page.some((row) => found.has(row.username));
		for (const row of page) found.set(row.username, row);
		const moved = expected === undefined ? offset > 0 && !overlaps : page[0]?.username !== expected;
		if (moved && returns < MOST_RETURNS) {
			returns += 1;
			offset = Math.max(0, offset - SUBUSERS_PAGE);
			expected = undefined;
			continue;
		}
		if (page.length < SUBUSERS_PAGE) break;
		if (moved && found.size === known)
			throw new SendGridError({ kind: 'shape', status: 200 }, call);
		offset += page.length - 1;
		expected = page.at(-1)?.username;
	}
	return [...found.values()].slice(0, limit);
}
