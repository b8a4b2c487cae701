import { setTimeout as wait } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { accountIpRoutes } from './accountIps';
import { accountRoutes } from './accounts';
import { apiKeyRoutes } from './apiKeys';
import type { Clock } from './clock';
import { creditRoutes } from './credits';
import { domainRoutes } from './domains';
import { entryOf } from './entry';
import { errorBody, familyOf, statusErrorBody, Refusal, unknownRouteBody } from './errors';
import {
	answerInstead,
	answersInstead,
	resetConnection,
	spoilResponse,
	trickle,
} from './faultResponses';
import type { Fault, Faults } from './faults';
import { ipRoutes } from './ips';
import { checkAccess, keyOf, scopeRoutes } from './keys';
import { linkRoutes } from './links';
import { mailRoutes } from './mail';
import { offeringRoutes } from './offerings';
import { rateLimitGroup, userOf, withoutHost } from './onBehalfOf';
import type { RateLimiter } from './rateLimit';
import type { LoggedRequest, RequestLog } from './requestLog';
import { signInPage, signInRoutes } from './signIn';
import type { EmulatorState, User } from './state';
import { statsRoutes } from './stats';
import { subuserRoutes } from './subusers';
import { userRoutes } from './user';

declare module 'fastify' {
	interface FastifyContextConfig {
		scope?: string;
		/** Whether it accepts the header `On-Behalf-Of`. */
		onBehalfOf?: boolean;
		withoutRateLimit?: boolean;
	}
	interface FastifyRequest {
		entry: LoggedRequest;
		fault: Fault | undefined;
		/** The account that the request acts for. */
		user: User;
	}
}

/** The parts that the server connects; `latencyMs` may change at any time. */
export interface Parts {
	state: EmulatorState;
	clock: Clock;
	realTime: () => number;
	faults: Faults;
	limiter: RateLimiter;
	log: RequestLog;
	latencyMs: number;
}

/** The emulated SendGrid, not yet listening. */
export function createServer(parts: Parts): FastifyInstance {
	const { state, clock } = parts;
	const app = fastify({
		// Otherwise the `hang` fault would block close().
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		routerOptions: { maxParamLength: 500 },
		rewriteUrl: ({ url = '' }) => withoutHost(url),
	});
	app.decorateRequest('entry');
	app.decorateRequest('fault');
	app.decorateRequest('user');
	acceptAnyBody(app);
	signInPage(app, state, clock);
	void app.register(async (api) => {
		addHooks(api, parts);
		scopeRoutes(api, state);
		userRoutes(api, state);
		apiKeyRoutes(api, state);
		domainRoutes(api, state, clock);
		linkRoutes(api, state, clock);
		mailRoutes(api, state, clock);
		accountRoutes(api, state, clock);
		accountIpRoutes(api, state, clock);
		offeringRoutes(api, state, clock);
		signInRoutes(api, state, clock);
		subuserRoutes(api, state);
		creditRoutes(api, state, clock);
		ipRoutes(api, state);
		statsRoutes(api, state, clock);
	});
	return app;
}

/** Parses JSON bodies, ignores empty ones, and keeps others as text. */
function acceptAnyBody(app: FastifyInstance): void {
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
		const text = String(body);
		if (text === '') return done(null, undefined);
		if (!request.headers['content-type']?.includes('json')) return done(null, text);
		try {
			done(null, JSON.parse(text));
		} catch {
			done(new Refusal(400, [{ message: 'the request body is not valid JSON' }]));
		}
	});
}

/** Adds logging, rate limit, key check, faults, and error formats around all routes. */
function addHooks(api: FastifyInstance, parts: Parts): void {
	const { state, limiter, faults, log, realTime } = parts;

	api.addHook('onRequest', async (request, reply) => {
		request.entry = entryOf(request, realTime());
		void reply.header('date', new Date(realTime()).toUTCString());
		log.begin(request.entry);
		// Ends the entry if the client or a fault closes the connection before the response.
		reply.raw.on('close', () => log.end(request.entry, undefined));
	});

	api.addHook('preHandler', async (request, reply) => {
		const { entry } = request;
		entry.body = request.body;
		const found = keyOf(state, request);
		const endpoint = `${entry.method} ${entry.template}`;
		const group = rateLimitGroup(state, found?.key ?? 'anonymous', request);
		const decision = request.routeOptions.config.withoutRateLimit
			? { allowed: true, headers: {} }
			: limiter.count(group, endpoint, realTime());
		void reply.headers(decision.headers);
		if (!decision.allowed) {
			return reply.code(429).send(statusErrorBody(familyOf(request.url), 429));
		}
		const key = checkAccess(found, request);
		const fault = faults.take(entry.method, entry.path, key.key);
		request.fault = fault;
		if (fault?.kind === 'stranger' || (fault && 'gateway' in fault && fault.gateway)) {
			for (const name of Object.keys(decision.headers)) void reply.removeHeader(name);
		}
		if (fault && answersInstead(fault)) return answerInstead(fault, request, reply);
		request.user = userOf(state, key, request);
		return undefined;
	});

	api.addHook('onSend', async (request, reply, payload) => {
		const { entry, fault } = request;
		const delayMs = parts.latencyMs + (fault?.kind === 'slow' ? fault.delayMs : 0);
		if (delayMs > 0) await wait(delayMs, undefined, { ref: false });
		if (fault?.kind === 'appliedThenLost') {
			resetConnection(request);
			return payload;
		}
		// Stays open in the log until the client gives up.
		if (fault?.kind === 'trickle') return trickle(fault.everyMs ?? 100, reply, payload);
		const sent = fault ? spoilResponse(fault, request, reply, payload) : payload;
		if (log.enabled) {
			entry.responseHeaders = reply.getHeaders();
			entry.responseBody = parseIfJson(sent);
		}
		log.end(entry, reply.statusCode);
		return sent;
	});

	api.setErrorHandler((error, request, reply) => {
		const family = familyOf(request.url);
		if (error instanceof Refusal) {
			return reply.code(error.status).send(errorBody(family, error.status, error.entries));
		}
		const { statusCode = 500, message } = error as { statusCode?: number; message: string };
		return reply.code(statusCode).send(errorBody(family, statusCode, [{ message }]));
	});

	api.setNotFoundHandler((request, reply) =>
		reply.code(404).send(unknownRouteBody(familyOf(request.url))),
	);
}

function parseIfJson(payload: unknown): unknown {
	if (typeof payload !== 'string' || payload === '') return undefined;
	try {
		return JSON.parse(payload);
	} catch {
		return payload;
	}
}
