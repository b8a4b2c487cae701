import type { RateLimit } from './limit/headers';

/** What is true of one run of a node as a whole, over all its items. */
export class Run {
	/** No new requests: an item has failed, or nobody waits for the rest. */
	stopped = false;
	/** Requests that were sent again. */
	repeated = 0;

	/** What a window of the rate limit allows, and how long it lasts as far as answers have shown. */
	limit: { requests: number; windowMs: number } | undefined;

	/** What an operation wants to be told once, whatever the number of items. */
	readonly notes = new Set<string>();

	private waiting = 0;
	private waitingSince = 0;
	private waitedBeforeMs = 0;

	/** A request is held back by the rate limit. */
	waitBegins(nowMs: number): void {
		if (this.waiting === 0) this.waitingSince = nowMs;
		this.waiting += 1;
	}

	/** It goes on, or has given up. */
	waitEnds(nowMs: number): void {
		this.waiting -= 1;
		if (this.waiting === 0) this.waitedBeforeMs += nowMs - this.waitingSince;
	}

	/** An answer says what the rate limit is. The one that opens a window tells best how long it lasts. */
	sawLimit({ limit, resetMs }: Pick<RateLimit, 'limit' | 'resetMs'>): void {
		if (limit === undefined || limit === 0 || resetMs === undefined) return;
		this.limit = { requests: limit, windowMs: Math.max(resetMs, this.limit?.windowMs ?? 0) };
	}

	/** For how many milliseconds requests were held back; those that waited side by side count once. */
	get waitedMs(): number {
		return this.waitedBeforeMs;
	}

	/** What is worth telling about the run: its course in one line, unless all went straight through, and notes. */
	hints(output: Array<Record<string, unknown>>): string[] {
		const changes = output.map(changeOf);
		const updated = changes.filter((changed) => changed === true).length;
		const unchanged = changes.filter((changed) => changed === false).length;
		const waitedSeconds = Math.round(this.waitedMs / 1000);
		const parts = [
			unchanged > 0 ? `${updated} updated, ${unchanged} unchanged` : '',
			waitedSeconds > 0 ? `waited ${waitedSeconds} s for SendGrid’s rate limit` : '',
			this.repeated > 0 ? `sent ${counted(this.repeated, 'request')} again` : '',
		].filter((part) => part !== '');
		return [...(parts.length === 0 ? [] : [parts.join('; ')]), ...this.notes];
	}
}

/** Whether something was changed for an item, by what it puts out; undefined where that is not told. */
function changeOf(item: Record<string, unknown>): boolean | undefined {
	const { changed, dry_run: dryRun, added } = item;
	if (dryRun === true) return undefined;
	if (typeof changed === 'boolean') return changed;
	if (typeof added === 'number') return added > 0;
	// Credits that are not recurring are put without reading them before.
	return dryRun === false ? true : undefined;
}

function counted(amount: number, noun: string): string {
	return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** An error's text has room for so many; who reads more of them looks in SendGrid. */
const MOST_RANGES = 50;

/** Indices as ranges, such as "0 to 41, 43"; of very many the first. */
export function ranges(indices: number[]): string {
	const runs: Array<[number, number]> = [];
	for (const index of indices) {
		const last = runs.at(-1);
		if (last !== undefined && last[1] === index - 1) last[1] = index;
		else runs.push([index, index]);
	}
	const written = runs
		.slice(0, MOST_RANGES)
		.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`))
		.join(', ');
	const next = runs[MOST_RANGES]?.[0];
	if (next === undefined) return written;
	const more = indices.filter((index) => index >= next).length;
	return `${written} and ${more.toLocaleString('en-US')} more from ${next} on`;
}
