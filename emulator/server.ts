import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { accountRoutes } from './accounts';
import type { Clock } from './clock';
import { creditRoutes } from './credits';
import { errorBody, familyOf, plainErrorBody, Refusal, unknownRouteBody } from './errors';
import { gatewayPage, strangersBody, type Fault, type Faults } from './faults';
import { ipRoutes } from './ips';
import { checkAccess, keyOf, scopeRoutes } from './keys';
import { offeringRoutes } from './offerings';
import type { RateLimiter } from './rateLimit';
import type { LoggedRequest, RequestLog } from './requestLog';
import { signInPage, signInRoutes } from './signIn';
import type { EmulatorState } from './state';
import { statsRoutes } from './stats';
import { subuserRoutes } from './subusers';

declare module 'fastify' {
	interface FastifyContextConfig {
		scope?: string;
	}
	interface FastifyRequest {
		entry: LoggedRequest;
		fault: Fault | undefined;
	}
}

/** What the server is made of. */
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
		// Connections that hang on purpose must not hold up close().
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		routerOptions: { maxParamLength: 500 },
	});
	app.decorateRequest('entry');
	app.decorateRequest('fault');
	takeAnyBody(app);
	signInPage(app, state, clock);
	void app.register(async (api) => {
		addGate(api, parts);
		scopeRoutes(api, state);
		accountRoutes(api, state, clock);
		offeringRoutes(api, state, clock);
		signInRoutes(api, state, clock);
		subuserRoutes(api, state);
		creditRoutes(api, state, clock);
		ipRoutes(api, state);
		statsRoutes(api, state, clock);
	});
	return app;
}

/** JSON becomes data; an empty body of any type is none; anything else is left as text. */
function takeAnyBody(app: FastifyInstance): void {
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

/** What each request passes on its way to a route, and each answer on its way back. */
function addGate(api: FastifyInstance, parts: Parts): void {
	const { state, limiter, faults, log, realTime } = parts;

	api.addHook('onRequest', async (request, reply) => {
		request.entry = entryOf(request, realTime());
		void reply.header('date', new Date(realTime()).toUTCString());
		log.begin(request.entry);
		// Also when the client gives up, or the connection is cut before an answer.
		reply.raw.on('close', () => log.end(request.entry, undefined));
	});

	api.addHook('preHandler', async (request, reply) => {
		const { entry } = request;
		entry.body = request.body;
		const key = keyOf(state, request);
		const endpoint = `${entry.method} ${entry.template}`;
		const ruling = limiter.count(key?.key ?? 'anonymous', endpoint, realTime());
		void reply.headers(ruling.headers);
		if (!ruling.allowed) {
			return reply.code(429).send(plainErrorBody(familyOf(request.url), 429));
		}
		checkAccess(key, request);
		request.fault = faults.take(entry.method, entry.path, key?.key);
		if (request.fault === undefined) return;
		const { fault } = request;
		if (fault.kind === 'stranger' || ('gateway' in fault && fault.gateway)) {
			for (const name of Object.keys(ruling.headers)) void reply.removeHeader(name);
		}
		return strikeBefore(fault, request, reply);
	});

	api.addHook('onSend', async (request, reply, payload) => {
		const { entry, fault } = request;
		const delayMs = parts.latencyMs + (fault?.kind === 'slow' ? fault.delayMs : 0);
		if (delayMs > 0) await wait(delayMs, undefined, { ref: false });
		if (fault?.kind === 'appliedThenLost') {
			cut(request);
			return payload;
		}
		// Not ended in the log before the client gives up: it never is an answer.
		if (fault?.kind === 'trickle') return trickling(fault.everyMs ?? 100, reply, payload);
		const sent = fault ? strikeAfter(fault, request, reply, payload) : payload;
		if (log.enabled) {
			entry.responseHeaders = reply.getHeaders();
			entry.responseBody = parsed(sent);
		}
		log.end(entry, reply.statusCode);
		return sent;
	});

	api.setErrorHandler((error, request, reply) => {
		const family = familyOf(request.url);
		if (error instanceof Refusal) {
			return reply.code(error.status).send(errorBody(family, error.status, error.complaints));
		}
		const { statusCode = 500, message } = error as { statusCode?: number; message: string };
		return reply.code(statusCode).send(errorBody(family, statusCode, [{ message }]));
	});

	api.setNotFoundHandler((request, reply) =>
		reply.code(404).send(unknownRouteBody(familyOf(request.url))),
	);
}

/** The faults that keep a request from its route. */
function strikeBefore(fault: Fault, request: FastifyRequest, reply: FastifyReply): unknown {
	switch (fault.kind) {
		case 'status':
			return reply
				.code(fault.status)
				.headers(fault.headers ?? {})
				.send(fault.body ?? plainErrorBody(familyOf(request.url), fault.status));
		case 'html':
			return reply
				.code(fault.status ?? 502)
				.type('text/html')
				.send(gatewayPage(fault.status ?? 502));
		case 'stranger': {
			const { type, body } = strangersBody(fault.status, fault.form);
			return reply.code(fault.status).type(type).send(body);
		}
		case 'redirect':
			return reply.redirect(fault.location, fault.status ?? 302);
		case 'hang':
			return reply.hijack();
		case 'reset':
			cut(request);
			return reply.hijack();
		default:
			return undefined;
	}
}

/** The faults that spoil the answer of a request that its route has dealt with. */
function strikeAfter(
	fault: Fault,
	request: FastifyRequest,
	reply: FastifyReply,
	payload: unknown,
): unknown {
	if (fault.kind === 'emptyBody') return '';
	if (fault.kind === 'truncated') {
		const text = typeof payload === 'string' ? payload : '';
		return text.slice(0, Math.ceil(text.length / 2));
	}
	if (fault.kind !== 'appliedThenStatus') return payload;
	const status = fault.status ?? 500;
	// Of a sign-in link: no error leads there.
	void reply.removeHeader('location');
	void reply.code(status).type(fault.html ? 'text/html' : 'application/json; charset=utf-8');
	if (fault.html) return gatewayPage(status);
	const body = fault.body ?? plainErrorBody(familyOf(request.url), status);
	return typeof body === 'string' ? body : JSON.stringify(body);
}

/** The answer's body byte by byte, and blanks after it for ever. */
function trickling(everyMs: number, reply: FastifyReply, payload: unknown): Readable {
	// A 204 has no body that could come in.
	if (reply.statusCode === 204) void reply.code(200).type('application/json; charset=utf-8');
	async function* bytes(): AsyncGenerator<Buffer> {
		const body = Buffer.from(typeof payload === 'string' ? payload : '');
		for (let at = 0; ; at++) {
			yield at < body.length ? body.subarray(at, at + 1) : Buffer.from(' ');
			await wait(everyMs, undefined, { ref: false });
		}
	}
	return Readable.from(bytes(), { objectMode: false });
}

function cut(request: FastifyRequest): void {
	const { socket } = request.raw;
	// A reset rather than an orderly end: that is what a client sees when a server dies.
	socket.resetAndDestroy();
}

function entryOf(request: FastifyRequest, at: number): LoggedRequest {
	const headers = { ...request.headers };
	delete headers.authorization;
	return {
		method: request.method,
		path: request.url.split('?', 1)[0] ?? '',
		template: templateOf(request.routeOptions.url),
		params: { ...(request.params as Record<string, string>) },
		query: { ...(request.query as Record<string, string | string[]>) },
		headers,
		body: undefined,
		status: undefined,
		responseHeaders: undefined,
		responseBody: undefined,
		at,
		endedAt: undefined,
	};
}

const templates = new Map<string, string>();

function templateOf(route: string | undefined): string {
	if (route === undefined) return '(unknown)';
	let template = templates.get(route);
	if (template === undefined) {
		template = route.replace(/:(\w+)/g, '{$1}');
		templates.set(route, template);
	}
	return template;
}

function parsed(payload: unknown): unknown {
	if (typeof payload !== 'string' || payload === '') return undefined;
	try {
		return JSON.parse(payload);
	} catch {
		return payload;
	}
}
