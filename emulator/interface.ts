import type { Clock } from './clock';
import type { FaultRule, Strikes } from './faults';
import type { RateLimit, RateLimitHeaders, RateLimitWindows } from './rateLimit';
import type { Counters, LoggedRequest } from './requestLog';
import type { EmulatorState } from './state';

export interface EmulatorOptions {
	/** 0, the default, takes any free port. The emulator listens on 127.0.0.1 only. */
	port?: number;
	/** How late each answer comes; 0 unless told. */
	latencyMs?: number;
	/** Per key and endpoint; null, the default, means none. */
	rateLimit?: RateLimit | null;
	/** `epoch` unless set. */
	rateLimitHeaders?: RateLimitHeaders;
	/** `clock` unless set. */
	rateLimitWindows?: RateLimitWindows;
	/** Size of the customer base: 12 accounts and 30 subusers unless told. */
	accounts?: number;
	subusers?: number;
	/** A new one in SendGrid's form unless told. */
	apiKey?: string;
	/** Whether requests are kept; true unless told. Counters are kept in any case. */
	log?: boolean;
	/** How many requests are kept, the latest ones; 10,000 unless told. */
	logLimit?: number;
	/** What the movable clock shows at the start, epoch ms; `DEFAULT_NOW` unless told. */
	now?: number;
	/** The time of rate limits and the log, epoch ms; `Date.now` unless set. Tests skip time with it. */
	realTime?: () => number;
}

export interface KeyOptions {
	/** All scopes of a Full Access key unless told. */
	scopes?: string[];
	/** Whether the key belongs to a reseller; true unless told. */
	reseller?: boolean;
}

export interface Emulator {
	/** http://127.0.0.1:PORT */
	url: string;
	/** A reseller's key with full access. */
	apiKey: string;
	/** Tests may read and change it at any time. */
	state: EmulatorState;
	/** Moves resets of credits and the life of sign-in links; rate limits run on real time. */
	clock: Clock;
	/** The latest requests in the order they came. */
	requests: LoggedRequest[];
	/** Numbers that are kept without a log, too. */
	readonly counters: Counters;
	/** Lets something go wrong; rules wait in the order they were given. Tells how often it struck. */
	fail(fault: FaultRule): Readonly<Strikes>;
	clearFaults(): void;
	/** Adds a second key and returns it. */
	addKey(options?: KeyOptions): string;
	/** Changes the limit and, if given, the form of its headers; all windows are forgotten. */
	setRateLimit(rate: RateLimit | null, headers?: RateLimitHeaders): void;
	setLatency(latencyMs: number): void;
	/** State, keys, clock, faults, limits, latency and log as at the start. */
	reset(): void;
	/** Ends all connections, hanging ones too, and resolves when the port is free. */
	close(): Promise<void>;
}
