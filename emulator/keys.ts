import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { familyOf, refuse } from './errors';
import type { ApiKey, EmulatorState, User } from './state';

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
	...permissions('user', 'account.read', 'credits.read', 'email.read', 'email.update'),
	...permissions('user', 'username.read', 'username.update'),
	...permissions('whitelabel', 'create', 'read', 'update', 'delete'),
];

/** Scopes that exclude all others, so a Full Access key doesn't have them. */
export const BILLING: readonly string[] = permissions(
	'billing',
	'create',
	'read',
	'update',
	'delete',
);

/** The scopes of a user's Full Access key. Assumed: a subuser can't have those for subusers. */
export function fullAccessOf(user: User, state: EmulatorState): string[] {
	return FULL_ACCESS.filter((scope) => user === state.parent || !scope.startsWith('subusers'));
}

/** Adds an API key. */
export function addApiKey(
	state: EmulatorState,
	given: Omit<ApiKey, 'id' | 'key'> & { key?: string },
): ApiKey {
	const { key = newApiKey() } = given;
	// A key of another format, which a user of the emulator can choose, is its own ID.
	const apiKey = { ...given, key, id: key.split('.')[1] ?? key };
	state.keys.set(key, apiKey);
	return apiKey;
}

/** Creates a key in SendGrid's format: `SG.`, 22 characters, a dot, 43 characters. */
export function newApiKey(): string {
	return `SG.${randomBytes(16).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
}

/** The key of a request; undefined if it's missing, unknown, or doesn't work yet or anymore. */
export function keyOf(state: EmulatorState, request: FastifyRequest): ApiKey | undefined {
	const [, presented] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
	const key = presented === undefined ? undefined : state.keys.get(presented);
	if (!key) return undefined;
	const { owner, validFrom = -Infinity, validUntil = Infinity } = key;
	const { at } = request.entry;
	if (at < validFrom || at >= validUntil) return undefined;
	// The keys of a deleted subuser don't work.
	const exists = owner === state.parent || state.subusers.get(owner.username) === owner;
	return exists ? key : undefined;
}

/** Route option: the scope that the operation requires. */
export function needs(scope: string): { config: { scope: string } } {
	return { config: { scope } };
}

/** Route option: as `needs`, for an operation that accepts `On-Behalf-Of`. */
export function needsOnBehalf(scope: string): { config: { scope: string; onBehalfOf: true } } {
	return { config: { scope, onBehalfOf: true } };
}

/**
 * Returns the key, or refuses a request whose key is unknown (401) or isn't allowed to do this (403). Partner endpoints
 * require a reseller's key but no scope, because SendGrid publishes none for them.
 */
export function checkAccess(key: ApiKey | undefined, request: FastifyRequest): ApiKey {
	if (!key) refuse(401, 'authorization is required: the key is missing or unknown');
	if (familyOf(request.url) === 'partner') {
		if (!key.reseller) refuse(403, 'this key does not belong to a reseller');
		return key;
	}
	const { scope } = request.routeOptions.config;
	if (scope !== undefined && !key.scopes.includes(scope)) {
		refuse(403, 'access is forbidden for this key');
	}
	return key;
}

/** https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access */
export function scopeRoutes(app: FastifyInstance, state: EmulatorState): void {
	// Assumed: on behalf of a subuser, those of the key that a subuser can have.
	app.get('/v3/scopes', { config: { onBehalfOf: true } }, (request) => {
		const scopes = keyOf(state, request)?.scopes ?? [];
		if (request.user === state.parent) return { scopes };
		return { scopes: scopes.filter((scope) => !scope.startsWith('subusers')) };
	});
}
