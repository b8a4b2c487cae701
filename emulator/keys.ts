import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { familyOf, refuse } from './errors';
import type { ApiKey, EmulatorState } from './state';

function permissions(resource: string, ...actions: string[]): string[] {
	return actions.map((action) => `${resource}.${action}`);
}

/**
 * The scopes of a Full Access key: those that the emulator checks, and a few others.
 * https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions
 */
export const FULL_ACCESS: readonly string[] = [
	'mail.send',
	...permissions('alerts', 'create', 'read', 'update', 'delete'),
	...permissions('api_keys', 'create', 'read', 'update', 'delete'),
	...permissions('ips', 'create', 'read', 'update', 'delete', 'assigned.read', 'pools.read'),
	...permissions('stats', 'read', 'global.read'),
	...permissions('subusers', 'create', 'read', 'update', 'delete', 'summary.read'),
	...permissions('subusers.credits', 'create', 'read', 'update', 'delete'),
	...permissions('subusers.credits.remaining', 'create', 'read', 'update', 'delete'),
	...permissions('subusers.monitor', 'create', 'read', 'update', 'delete'),
	...permissions('subusers.reputations', 'read'),
	...permissions('subusers.stats', 'read', 'monthly.read', 'sums.read'),
	'user.credits.read',
];

/** Creates a key in SendGrid's format: `SG.`, 22 characters, a dot, 43 characters. */
export function newApiKey(): string {
	return `SG.${randomBytes(16).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
}

/** The key of a request; undefined if it's missing or unknown. */
export function keyOf(state: EmulatorState, request: FastifyRequest): ApiKey | undefined {
	const [, presented] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
	return presented === undefined ? undefined : state.keys.get(presented);
}

/** Route option: the scope that the operation requires. */
export function needs(scope: string): { config: { scope: string } } {
	return { config: { scope } };
}

/**
 * Refuses a request whose key is unknown (401) or isn't allowed to do this (403). Partner endpoints
 * require a reseller's key but no scope, because SendGrid publishes none for them.
 */
export function checkAccess(key: ApiKey | undefined, request: FastifyRequest): void {
	if (!key) refuse(401, 'authorization is required: the key is missing or unknown');
	if (familyOf(request.url) === 'partner') {
		if (!key.reseller) refuse(403, 'this key does not belong to a reseller');
		return;
	}
	const { scope } = request.routeOptions.config;
	if (scope !== undefined && !key.scopes.includes(scope)) {
		refuse(403, 'access is forbidden for this key');
	}
}

/** https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access */
export function scopeRoutes(app: FastifyInstance, state: EmulatorState): void {
	app.get('/v3/scopes', (request) => ({ scopes: keyOf(state, request)?.scopes ?? [] }));
}
