import type { SendGridApi } from '../transport/client';
import { readRows } from './rowPages';
import { SUBUSERS_PAGE, listSubusers } from './subusers';
import type { Region } from '../domain/regions';
import type { Subuser } from './subusers';

/** Finds the subuser with exactly this username, ignoring case; undefined if there is none. */
export async function subuserNamed(
	api: SendGridApi,
	username: string,
): Promise<Subuser | undefined> {
	const wanted = username.toLowerCase();
	const named = (found: Map<string, Subuser>): Subuser | undefined =>
		[...found.values()].find((row) => row.username.toLowerCase() === wanted);
	const found = new Map<string, Subuser>();
	await readSubusers(api, { username, isEnough: (rows) => named(rows) !== undefined }, found);
	return named(found);
}

/** Reads up to `limit` subusers. Rows are added to `found` as they arrive. */
export async function allSubusers(
	api: SendGridApi,
	wanted: { username?: string; region?: Region; limit: number },
	found?: Map<string, Subuser>,
): Promise<Subuser[]> {
	const { limit, ...filters } = wanted;
	const isEnough = (rows: Map<string, Subuser>): boolean => rows.size >= limit;
	return (await readSubusers(api, { ...filters, isEnough }, found)).slice(0, limit);
}

async function readSubusers(
	api: SendGridApi,
	wanted: {
		username?: string;
		region?: Region;
		isEnough: (found: Map<string, Subuser>) => boolean;
	},
	found?: Map<string, Subuser>,
): Promise<Subuser[]> {
	const { isEnough, ...filters } = wanted;
	return await readRows(
		api,
		{
			call: (offset) => listSubusers({ ...filters, limit: SUBUSERS_PAGE, offset }),
			keyOf: ({ username }) => username,
			isEnough,
		},
		found,
	);
}
