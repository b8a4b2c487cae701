import type { AddressInfo } from 'node:net';
import { createCatalog } from './catalog';
import { createClock, type Clock } from './clock';
import { controlRoutes } from './control';
import { addAccounts, addIps, addSubusers } from './customers';
import { Directory } from './directory';
import { Faults, type FaultRule, type Strikes } from './faults';
import { FULL_ACCESS, newApiKey } from './keys';
import { RateLimiter } from './rateLimit';
import type { RateLimit, RateLimitHeaders, RateLimitWindows } from './rateLimit';
import { RequestLog, type Counters, type LoggedRequest } from './requestLog';
import { createServer } from './server';
import type { EmulatorState } from './state';

export type { Clock } from './clock';
export type { Fault, FaultRule, FaultTarget, Strikes } from './faults';
export type { ApiKey } from './keys';
export type { RateLimit, RateLimitHeaders, RateLimitWindows } from './rateLimit';
export type { Counters, LoggedRequest } from './requestLog';
export type * from './state';
export { nonrecurringCredits, recurringCredits, spendCredits, unlimitedCredits } from './credits';
export { accountIdOf } from './customers';
export { assignIps } from './ips';

/** Where the clock starts unless told: a Tuesday morning, far from any reset of credits. */
export const DEFAULT_NOW = Date.UTC(2026, 2, 10, 9);

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

/** A SendGrid on this computer, listening when the promise resolves. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const { latencyMs = 0, rateLimit = null, rateLimitHeaders = 'epoch', port = 0 } = options;
	const apiKey = options.apiKey ?? newApiKey();
	const clock = createClock(options.now ?? DEFAULT_NOW);
	const state = createState(options, apiKey, clock);
	const faults = new Faults();
	const limiter = new RateLimiter(rateLimit, rateLimitHeaders, options.rateLimitWindows);
	const log = new RequestLog((options.log ?? true) ? (options.logLimit ?? 10_000) : 0);
	const parts = { state, clock, faults, limiter, log, latencyMs };
	const app = createServer(parts);

	const emulator: Emulator = {
		url: '',
		apiKey,
		state,
		clock,
		requests: log.requests,
		get counters() {
			return log.counters;
		},
		fail: (fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
		addKey: ({ scopes = [...FULL_ACCESS], reseller = true } = {}) => {
			const key = newApiKey();
			state.keys.set(key, { key, scopes, reseller });
			return key;
		},
		setRateLimit: (rate, headers) => limiter.set(rate, headers),
		setLatency: (ms) => {
			parts.latencyMs = ms;
		},
		reset: () => {
			clock.reset();
			Object.assign(state, createState(options, apiKey, clock));
			faults.clear();
			limiter.set(rateLimit, rateLimitHeaders);
			parts.latencyMs = latencyMs;
			log.clear();
		},
		close: () => app.close(),
	};
	controlRoutes(app, emulator);
	await app.listen({ port, host: '127.0.0.1' });
	emulator.url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
	return emulator;
}

function createState(options: EmulatorOptions, apiKey: string, clock: Clock): EmulatorState {
	const { accounts = 12, subusers = 30 } = options;
	const state: EmulatorState = {
		accounts: new Directory(),
		catalog: createCatalog(),
		subusers: new Directory(true),
		ips: new Map(),
		keys: new Map([[apiKey, { key: apiKey, scopes: [...FULL_ACCESS], reseller: true }]]),
		signInCodes: new Map(),
		nextDedicatedIp: 1,
		nextSubuserId: 1001,
	};
	addAccounts(state, accounts);
	addIps(state, Math.max(6, Math.ceil(subusers / 40)));
	addSubusers(state, subusers, clock.now());
	return state;
}
