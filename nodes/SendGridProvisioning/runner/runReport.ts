import type { Effect } from './operation';
import type { RequestObserver } from '../transport/connection';
import type { RateLimit } from '../transport/limit/headers';

/** What hints say about an item. */
interface ItemReport {
	customer?: string | undefined;
	/** What it removed or lowered of the customer's. */
	reduced?: string[] | undefined;
	/** The item's summary. */
	summary?: string;
}

/** Counts what happened during a run, for the hints after it. */
export class RunReport implements RequestObserver {
	/** Whether an item has failed, so that no new requests should be sent. */
	stopped = false;
	private retries = 0;
	private readonly items: Record<Effect, number> = {
		read: 0,
		updated: 0,
		unchanged: 0,
		'already done': 0,
		'would change': 0,
		'would not change': 0,
	};

	/**
	 * The requests per rate limit window, and how long a window lasts, according to responses so far.
	 */
	limit: { requests: number; windowMs: number } | undefined;

	/** Hints of operations, each shown once for all items. */
	readonly notes = new Set<string>();

	private waiting = 0;
	private waitingSince = 0;
	private waitedBeforeMs = 0;

	/** What items removed or lowered, and what dry runs would. */
	private readonly reductions = new Reductions('This removed or lowered something');
	private readonly wouldReduce = new Reductions('This would remove or lower something');

	/** What the last dry run that found something would change. */
	private wouldChange = '';

	/** An item has finished. */
	count(effect: Effect, { customer = '', reduced = [], summary = '' }: ItemReport = {}): void {
		this.items[effect] += 1;
		const list = effect === 'would change' ? this.wouldReduce : this.reductions;
		list.add(customer, reduced);
		if (effect !== 'would change' || summary === '') return;
		const change = summary.replace(/^would be: /, '');
		const isNamed = customer === '' || change.includes(customer);
		this.wouldChange = isNamed ? capitalized(change) : `${customer}: ${change}`;
	}

	retried(): void {
		this.retries += 1;
	}

	/** The rate limit holds a request back. */
	waitBegins(nowMs: number): void {
		if (this.waiting === 0) this.waitingSince = nowMs;
		this.waiting += 1;
	}

	/** A request that was held back is sent or given up. */
	waitEnds(nowMs: number): void {
		this.waiting -= 1;
		if (this.waiting === 0) this.waitedBeforeMs += nowMs - this.waitingSince;
	}

	/**
	 * A response shows the rate limit. The longest time until a reset is closest to a window's
	 * length.
	 */
	sawLimit({ limit, resetMs }: Pick<RateLimit, 'limit' | 'resetMs'>): void {
		if (limit === undefined || limit === 0 || resetMs === undefined) return;
		this.limit = { requests: limit, windowMs: Math.max(resetMs, this.limit?.windowMs ?? 0) };
	}

	/** How many milliseconds requests were held back; parallel waits count once. */
	get waitedMs(): number {
		return this.waitedBeforeMs;
	}

	/**
	 * The hints after a run: what dry runs found; what was removed or lowered; one line about unchanged
	 * items, waits, and retries, if any; then the notes.
	 */
	hints(): string[] {
		const { updated, unchanged, 'already done': alreadyDone } = this.items;
		const waitedSeconds = Math.round(this.waitedMs / 1000);
		const counts = `${updated} updated, ${unchanged} unchanged`;
		const parts = [
			unchanged === 0 ? '' : updated > 0 ? counts : `already up to date: ${counts}`,
			alreadyDone > 0 ? `${alreadyDone} already done with the same key, so nothing was sent` : '',
			waitedSeconds > 0 ? `waited ${waitedSeconds} s for SendGrid’s rate limit` : '',
			this.retries > 0 ? `retried ${counted(this.retries, 'request')}` : '',
		].filter((part) => part !== '');
		return [
			...this.dryRunHint(),
			...this.reductions.hint(),
			...this.wouldReduce.hint(),
			...(parts.length === 0 ? [] : [capitalized(parts.join('; '))]),
			...this.notes,
		];
	}

	private dryRunHint(): string[] {
		const { 'would change': change, 'would not change': same, ...others } = this.items;
		if (change + same === 0) return [];
		const isMixed = Object.values(others).some((count) => count > 0);
		const nothing = isMixed ? 'Nothing was sent for items with Dry Run on' : 'Nothing was sent';
		if (change === 0) return [`${nothing}. ${same} would stay unchanged.`];
		const rest = same === 0 ? '' : `, ${same} would stay unchanged`;
		// Several would be too long to read here.
		const which = change > 1 || this.wouldChange === '' ? '' : ` ${this.wouldChange}.`;
		return [`${nothing}. ${change} would change${rest}.${which}`];
	}
}

/** More customers, and more entries of one customer, are only counted. */
const MOST_LISTED = 5;

/** What was removed or lowered, as one hint. */
class Reductions {
	private customers = 0;
	private readonly listed: string[] = [];

	constructor(private readonly title: string) {}

	add(customer: string, reduced: string[]): void {
		if (reduced.length === 0) return;
		this.customers += 1;
		if (this.customers <= MOST_LISTED) this.listed.push(`${customer}: ${cut(reduced)}`);
	}

	hint(): string[] {
		if (this.customers === 0) return [];
		const more = this.customers - this.listed.length;
		const rest = more === 0 ? '' : `; and ${counted(more, 'more item')}`;
		return [`${this.title}. ${this.listed.join('; ')}${rest}.`];
	}
}

function cut(entries: string[]): string {
	const more = entries.length - MOST_LISTED;
	if (more <= 1) return entries.join(', ');
	return [...entries.slice(0, MOST_LISTED), `and ${more} more`].join(', ');
}

function counted(amount: number, noun: string): string {
	return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function capitalized(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
