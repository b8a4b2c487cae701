import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { familyOf, statusErrorBody } from './errors';
import { gatewayPage, strangerBody, type Fault } from './faults';

/** Whether a fault's response replaces the route's, so that the request isn't applied. */
export function answersInstead({ kind }: Fault): boolean {
	return ['status', 'html', 'stranger', 'redirect', 'hang', 'reset'].includes(kind);
}

/** Answers in place of the route, for faults that don't apply the request. */
export function answerInstead(fault: Fault, request: FastifyRequest, reply: FastifyReply): unknown {
	switch (fault.kind) {
		case 'status':
			return reply
				.code(fault.status)
				.headers(fault.headers ?? {})
				.send(fault.body ?? statusErrorBody(familyOf(request.url), fault.status));
		case 'html':
			return reply
				.code(fault.status ?? 502)
				.type('text/html')
				.send(gatewayPage(fault.status ?? 502));
		case 'stranger': {
			const { type, body } = strangerBody(fault.status, fault.form);
			return reply.code(fault.status).type(type).send(body);
		}
		case 'redirect':
			return reply.redirect(fault.location, fault.status ?? 302);
		case 'hang':
			return reply.hijack();
		case 'reset':
			resetConnection(request);
			return reply.hijack();
		default:
			return undefined;
	}
}

/** Changes the route's response, for faults that apply the request. */
export function spoilResponse(
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
	// An error must not contain the sign-in link.
	void reply.removeHeader('location');
	void reply.code(status).type(fault.html ? 'text/html' : 'application/json; charset=utf-8');
	if (fault.html) return gatewayPage(status);
	const body = fault.body ?? statusErrorBody(familyOf(request.url), status);
	return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Streams the body byte by byte, followed by spaces without end. */
export function trickle(everyMs: number, reply: FastifyReply, payload: unknown): Readable {
	// A 204 can't have a body.
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

/** Closes the connection as a crash does. */
export function resetConnection(request: FastifyRequest): void {
	const { socket } = request.raw;
	// Clients see a reset, not an orderly end, when a server crashes.
	socket.resetAndDestroy();
}
