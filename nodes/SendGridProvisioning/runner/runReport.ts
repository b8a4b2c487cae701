import type { Effect } from './operation';
import type { RequestObserver } from '../transport/connection';
import type { RateLimit } from '../transport/limit/headers';

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
		'dry run': 0,
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

	/** An item has finished. */
	count(effect: Effect): void {
		this.items[effect] += 1;
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
	 * The hints after a run: one line about unchanged items, waits, and retries, if any; then the
	 * notes.
	 */
	hints(): string[] {
		const { updated, unchanged, 'already done': alreadyDone } = this.items;
		const waitedSeconds = Math.round(this.waitedMs / 1000);
		const parts = [
			unchanged > 0 ? `${updated} updated, ${unchanged} unchanged` : '',
			alreadyDone > 0 ? `${alreadyDone} already done` : '',
			waitedSeconds > 0 ? `waited ${waitedSeconds} s for SendGrid’s rate limit` : '',
			this.retries > 0 ? `retried ${counted(this.retries, 'request')}` : '',
		].filter((part) => part !== '');
		return [...(parts.length === 0 ? [] : [parts.join('; ')]), ...this.notes];
	}
}

function counted(amount: number, noun: string): string {
	return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
