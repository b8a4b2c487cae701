import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bodyObject, refuse } from './errors';
import { addApiKey, BILLING, fullAccessOf, keyOf, needsOnBehalf } from './keys';
import { integer, pageSize } from './parameters';
import type { ApiKey, EmulatorState } from './state';

/** The most keys that an account can have. */
const MAX_KEYS = 100;

interface KeyRequest {
	Params: { id: string };
}

/** The keys of the account that a request acts for, oldest first. */
function ownKeys(state: EmulatorState, { user }: FastifyRequest): ApiKey[] {
	return [...state.keys.values()].filter(
		({ owner, validUntil }) => owner === user && validUntil === undefined,
	);
}

function findKey(
	state: EmulatorState,
	request: FastifyRequest<KeyRequest>,
	message = 'unable to find API Key',
): ApiKey {
	const found = ownKeys(state, request).find(({ id }) => id === request.params.id);
	return found ?? refuse(404, message);
}

function readName(body: Record<string, unknown>, message: string): string {
	const { name } = body;
	return typeof name === 'string' && name !== '' ? name : refuse(400, message, 'name');
}

/** Drops or refuses scopes; SendGrid's own words for teammates, whose scopes it checks too. */
function without(
	unwanted: (scope: string) => boolean,
	scopes: string[],
	reaction: 'dropped' | 'granted' | 'refused' | 'error',
): string[] {
	if (reaction === 'granted' || !scopes.some(unwanted)) return scopes;
	if (reaction === 'error') refuse(500, 'Internal Server Error');
	if (reaction === 'refused') refuse(400, 'invalid or unassignable scopes were given', 'scopes');
	return scopes.filter((scope) => !unwanted(scope));
}

/** Reads the requested scopes and adds those that SendGrid puts on every key. */
function readScopes(state: EmulatorState, request: FastifyRequest, scopes: unknown): string[] {
	const { behavior } = state;
	if (!Array.isArray(scopes) || scopes.length === 0) {
		refuse(400, 'scopes must be a list of at least one scope', 'scopes');
	}
	const wanted = [...new Set(scopes.map(String))];
	const billing = wanted.filter((scope) => BILLING.includes(scope));
	if (billing.length > 0 && billing.length < wanted.length) {
		refuse(400, 'billing scopes exclude all others', 'scopes');
	}
	const possible = [...fullAccessOf(request.user, state), ...BILLING];
	const creator = keyOf(state, request)?.scopes ?? [];
	const known = without((scope) => !possible.includes(scope), wanted, behavior.unknownScopes);
	const given = without((scope) => !creator.includes(scope), known, behavior.scopesBeyondKey);
	if (given.length === 0) refuse(400, 'invalid or unassignable scopes were given', 'scopes');
	return [...given, ...behavior.addedScopes];
}

function fullAccess(state: EmulatorState, { user }: FastifyRequest): string[] {
	return [...fullAccessOf(user, state), ...state.behavior.addedScopes];
}

/** https://www.twilio.com/docs/sendgrid/api-reference/api-keys */
export function apiKeyRoutes(app: FastifyInstance, state: EmulatorState): void {
	// Names may repeat. Without `scopes`, the key gets full access.
	app.post('/v3/api_keys', needsOnBehalf('api_keys.create'), (request, reply) => {
		const body = bodyObject(request.body);
		const name = readName(body, 'missing required argument');
		const scopes =
			body.scopes === undefined
				? fullAccess(state, request)
				: readScopes(state, request, body.scopes);
		if (ownKeys(state, request).length >= MAX_KEYS) {
			refuse(403, 'Cannot create more than 100 API Keys');
		}
		const owner = request.user;
		const reseller = owner === state.parent && keyOf(state, request)?.reseller === true;
		const validFrom = request.entry.at + state.behavior.newKeyDelayMs;
		const { key, id } = addApiKey(state, { name, scopes, owner, reseller, validFrom });
		return reply.code(201).send({ api_key: key, api_key_id: id, name, scopes });
	});

	app.get('/v3/api_keys', needsOnBehalf('api_keys.read'), (request) => {
		const limit = pageSize(request, { min: 1, fallback: MAX_KEYS });
		const offset = integer(request, 'offset', { min: 0, fallback: 0 });
		const page = ownKeys(state, request).slice(offset, offset + limit);
		return { result: page.map(({ name, id }) => ({ name, api_key_id: id })) };
	});

	app.get<KeyRequest>('/v3/api_keys/:id', needsOnBehalf('api_keys.read'), (request) => {
		const { id, name, scopes } = findKey(state, request);
		const body = { api_key_id: id, name, scopes };
		return state.behavior.apiKeyBody === 'flat' ? body : { result: [body] };
	});

	app.patch<KeyRequest>('/v3/api_keys/:id', needsOnBehalf('api_keys.update'), (request) => {
		const key = findKey(state, request, 'unable to find API Key to update');
		key.name = readName(bodyObject(request.body), 'missing required argument');
		return { api_key_id: key.id, name: key.name };
	});

	// Replaces all scopes. What happens without `scopes` isn't documented.
	app.put<KeyRequest>('/v3/api_keys/:id', needsOnBehalf('api_keys.update'), (request) => {
		const key = findKey(state, request, 'unable to find API Key to update');
		const body = bodyObject(request.body);
		const name = readName(body, "expected JSON request body with 'name' property");
		const { putWithoutScopes } = state.behavior;
		if (body.scopes !== undefined || putWithoutScopes === 'refused') {
			key.scopes = readScopes(state, request, body.scopes);
		} else if (putWithoutScopes === 'full') {
			key.scopes = fullAccess(state, request);
		}
		key.name = name;
		return { api_key_id: key.id, name, scopes: key.scopes };
	});

	app.delete<KeyRequest>('/v3/api_keys/:id', needsOnBehalf('api_keys.delete'), (request, reply) => {
		const key = findKey(state, request, 'unable to find API Key for deletion');
		const { deletedKeyDelayMs } = state.behavior;
		if (deletedKeyDelayMs === 0) state.keys.delete(key.key);
		else key.validUntil = request.entry.at + deletedKeyDelayMs;
		return reply.code(204).send();
	});
}
