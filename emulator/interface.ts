import type { Behavior } from './behavior';
import type { Clock } from './clock';
import type { FaultRule, Strikes } from './faults';
import type { RateLimit, RateLimitHeaders, RateLimitWindows } from './rateLimit';
import type { Counters, LoggedRequest } from './requestLog';
import type { EmulatorState } from './state';

export interface EmulatorOptions {
	/** Port on 127.0.0.1; 0, the default, chooses a free one. */
	port?: number;
	/** Delay before each response, in milliseconds; default 0. */
	latencyMs?: number;
	/** Limit per key and endpoint; null, the default, for none. */
	rateLimit?: RateLimit | null;
	/** Default `epoch`. */
	rateLimitHeaders?: RateLimitHeaders;
	/** Default `clock`. */
	rateLimitWindows?: RateLimitWindows;
	/** Number of accounts; default 12. */
	accounts?: number;
	/** Number of subusers; default 30. */
	subusers?: number;
	/** Default: a new key in SendGrid's format. */
	apiKey?: string;
	/** Whether to keep requests; default true. Counters are always kept. */
	log?: boolean;
	/** How many of the latest requests to keep; default 10,000. */
	logLimit?: number;
	/** How it behaves where SendGrid is undocumented; otherwise as `Behavior` documents. */
	behavior?: Partial<Behavior>;
	/** Start of the clock, epoch ms; default `DEFAULT_NOW`. */
	now?: number;
	/** The time of rate limits and the log, epoch ms; `Date.now` unless set. Tests skip time with it. */
	realTime?: () => number;
}

export interface KeyOptions {
	/** Username of the subuser that it belongs to; default: the parent account. */
	subuser?: string;
	name?: string;
	/** Default: all scopes of a Full Access key. */
	scopes?: string[];
	/** Whether the parent's key belongs to a reseller; default true. */
	reseller?: boolean;
}

export interface Emulator {
	/** http://127.0.0.1:PORT, which is SendGrid's global host. */
	url: string;
	/** The same SendGrid as its EU host, for subusers of that region. */
	euUrl: string;
	/** A reseller's key with full access. */
	apiKey: string;
	/** Customers, catalog, IPs, and keys; tests may read and change them at any time. */
	state: EmulatorState;
	/** Drives credit resets and sign-in links; rate limits use real time. */
	clock: Clock;
	/** The latest requests, oldest first. */
	requests: LoggedRequest[];
	/** Counts of all requests, also without a log. */
	readonly counters: Counters;
	/** Adds a fault, and returns a live count of affected requests. The oldest matching fault applies. */
	fail(fault: FaultRule): Readonly<Strikes>;
	clearFaults(): void;
	/** Adds an API key and returns it. */
	addKey(options?: KeyOptions): string;
	/** Changes the limit and, if given, the format of its headers. All windows start over. */
	setRateLimit(rate: RateLimit | null, headers?: RateLimitHeaders): void;
	setLatency(latencyMs: number): void;
	/** Restores state, keys, clock, limits, and latency, and clears faults and log. */
	reset(): void;
	/** Closes all connections, also those that hang, and resolves when the port is free. */
	close(): Promise<void>;
}
