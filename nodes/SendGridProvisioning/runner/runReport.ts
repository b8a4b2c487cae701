import type { Effect } from './operation';
import type { RequestObserver } from '../transport/connection';
import type { RateLimit } from '../transport/limit/headers';

/** What is worth telling about one run of a node, over all its items. */
export class RunReport implements RequestObserver {
	/** Whether an item has failed, or no one waits for the rest. */
	stopped = false;
	private retries = 0;
	private readonly items: Record<Effect, number> = {
		read: 0,
		updated: 0,
		unchanged: 0,
		'already done': 0,
		'dry run': 0,
	};

	/** What a window of the rate limit allows, and how long it lasts as far as answers have shown. */
	limit: { requests: number; windowMs: number } | undefined;

	/** What an operation wants to be told once, whatever the number of items. */
	readonly notes = new Set<string>();

	private waiting = 0;
	private waitingSince = 0;
	private waitedBeforeMs = 0;

	/** An item is done. */
	count(effect: Effect): void {
		this.items[effect] += 1;
	}

	retried(): void {
		this.retries += 1;
	}

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

	/** For how many milliseconds requests were held back; waits at the same time count once. */
	get waitedMs(): number {
		return this.waitedBeforeMs;
	}

	/** What is worth telling about the run: its course in one line, unless all went straight through, and notes. */
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
