import type { AddressInfo } from 'node:net';
import { defaultBehavior } from './behavior';
import { createCatalog } from './catalog';
import { createClock, type Clock } from './clock';
import { controlRoutes } from './control';
import { addAccounts, addIps, addSubusers } from './customers';
import { Directory } from './directory';
import { Faults } from './faults';
import { addApiKey, fullAccessOf, newApiKey } from './keys';
import { EU_PREFIX } from './onBehalfOf';
import { RateLimiter } from './rateLimit';
import { RequestLog } from './requestLog';
import { createServer } from './server';
import type { Emulator, EmulatorOptions } from './interface';
import type { EmulatorState, User } from './state';

export type { Behavior } from './behavior';
export type { Clock } from './clock';
export type { Fault, FaultRule, FaultTarget, Strikes } from './faults';
export type { RateLimit, RateLimitHeaders, RateLimitWindows } from './rateLimit';
export type { Counters, LoggedRequest } from './requestLog';
export type { Emulator, EmulatorOptions, KeyOptions } from './interface';
export type * from './state';
export { nonrecurringCredits, recurringCredits, spendCredits, unlimitedCredits } from './credits';
export { accountIdOf } from './customers';
export { publishDns, publishRecord } from './dns';
export { assignIps } from './ips';

/** The clock's default start: a Tuesday morning, far from any reset of credits. */
export const DEFAULT_NOW = Date.UTC(2026, 2, 10, 9);

/** Starts a SendGrid on this computer; it listens once the promise resolves. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const { latencyMs = 0, rateLimit = null, rateLimitHeaders = 'epoch', port = 0 } = options;
	const apiKey = options.apiKey ?? newApiKey();
	const clock = createClock(options.now ?? DEFAULT_NOW);
	const state = createState(options, apiKey, clock);
	const faults = new Faults();
	const limiter = new RateLimiter(rateLimit, rateLimitHeaders, options.rateLimitWindows);
	const { realTime = () => Date.now() } = options;
	const logLimit = (options.log ?? true) ? (options.logLimit ?? 10_000) : 0;
	const log = new RequestLog(logLimit, realTime);
	const parts = { state, clock, realTime, faults, limiter, log, latencyMs };
	const app = createServer(parts);

	const emulator: Emulator = {
		url: '',
		euUrl: '',
		apiKey,
		state,
		clock,
		requests: log.requests,
		get counters() {
			return log.counters;
		},
		fail: (fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
		addKey: ({ subuser, name = 'Added key', scopes, reseller = true } = {}) => {
			const owner = subuser === undefined ? state.parent : state.subusers.get(subuser);
			if (!owner) throw new Error(`There is no subuser named ${subuser}`);
			return addApiKey(state, {
				name,
				owner,
				scopes: scopes ?? fullAccessOf(owner, state),
				reseller: reseller && owner === state.parent,
			}).key;
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
	emulator.euUrl = `${emulator.url}${EU_PREFIX}`;
	return emulator;
}

function createState(options: EmulatorOptions, apiKey: string, clock: Clock): EmulatorState {
	const { accounts = 12, subusers = 30 } = options;
	const parent: User = {
		id: 1000,
		username: 'demo-reseller',
		email: 'hello@demo-reseller.example',
		region: 'global',
	};
	const state: EmulatorState = {
		accounts: new Directory(),
		catalog: createCatalog(),
		subusers: new Directory(true),
		ips: new Map(),
		parent,
		keys: new Map(),
		foreignUsernames: new Set(['harborlight-hats']),
		domains: new Map(),
		links: new Map(),
		dns: new Map(),
		acceptedMail: [],
		behavior: { ...defaultBehavior(), ...options.behavior },
		signInCodes: new Map(),
		nextDedicatedIp: 1,
		nextSubuserId: 1001,
		nextBrandingId: 5001,
	};
	const scopes = fullAccessOf(parent, state);
	addApiKey(state, { key: apiKey, name: 'Emulator', owner: parent, scopes, reseller: true });
	addAccounts(state, accounts);
	addIps(state, Math.max(6, Math.ceil(subusers / 40)));
	addSubusers(state, subusers, clock.now());
	return state;
}
