import { isRecord } from '../domain/values';
import { onBehalfOf } from '../transport/onBehalfOf';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { SCOPES_HINTS } from './fieldHints';
import { listOf, noBody, recordWith } from './shapes';

/** The most API keys that a subuser can have. */
export const MAX_KEYS = 100;

export interface ApiKey {
	api_key_id: string;
	name: string;
	/** Absent in lists. */
	scopes?: string[];
}

/**
 * Creates an API key; only this response has the secret. Without `scopes`, the key has full access.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/api-keys/create-api-keys
 */
export function createApiKey(
	subuser: string,
	{ name, scopes }: { name: string; scopes: string[] | undefined },
): Call<ApiKey & { api_key: string }> {
	return {
		method: 'POST',
		path: path`/v3/api_keys`,
		...onBehalfOf(subuser),
		body: { name, ...(scopes === undefined ? {} : { scopes }) },
		fieldHints: SCOPES_HINTS,
		repeatable: false,
		needs: { scope: 'api_keys.create' },
		ifInDoubt: {
			message: `an API key named “${name}” may have been created whose secret no one has`,
			nextStep:
				'Look for it with Get many subuser API keys, and delete it. Then run the item again.',
		},
		read: (body) => {
			const secret = recordWith(body, 'api_key')?.api_key;
			const key = apiKeyFrom(body);
			return key === undefined || secret === undefined ? undefined : { ...key, api_key: secret };
		},
	};
}

/**
 * All API keys of a subuser, without scopes. One request is enough: a subuser has at most 100.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/api-keys/retrieve-all-api-keys-belonging-to-the-authenticated-user
 */
export function listApiKeys(subuser: string): Call<ApiKey[]> {
	return {
		method: 'GET',
		path: path`/v3/api_keys`,
		...onBehalfOf(subuser),
		query: { limit: MAX_KEYS },
		repeatable: true,
		needs: { scope: 'api_keys.read' },
		read: (body) => (isRecord(body) ? listOf(body['result'], apiKeyFrom) : undefined),
	};
}

/**
 * An API key with its scopes. SendGrid documents a list with the key in it, and returns the key.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/api-keys/retrieve-an-existing-api-key
 * @see https://github.com/kenzo0107/sendgrid
 */
export function getApiKey(subuser: string, id: string): Call<ApiKey> {
	return {
		...aboutKey(subuser, id),
		method: 'GET',
		repeatable: true,
		needs: { scope: 'api_keys.read' },
		read: (body) =>
			isRecord(body) && Array.isArray(body['result'])
				? listOf(body['result'], apiKeyFrom)?.find((key) => key.api_key_id === id)
				: apiKeyFrom(body),
	};
}

/**
 * Renames an API key.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/api-keys/update-api-key-name
 */
export function patchApiKey(subuser: string, id: string, name: string): Call<ApiKey> {
	return {
		...aboutKey(subuser, id),
		method: 'PATCH',
		body: { name },
		repeatable: true,
		needs: { scope: 'api_keys.update' },
		read: apiKeyFrom,
	};
}

/**
 * Sets the name and all scopes of an API key.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/api-keys/update-api-key-name-and-scopes
 */
export function putApiKey(
	subuser: string,
	id: string,
	{ name, scopes }: { name: string; scopes: string[] },
): Call<ApiKey> {
	return {
		...aboutKey(subuser, id),
		method: 'PUT',
		body: { name, scopes },
		fieldHints: SCOPES_HINTS,
		repeatable: true,
		needs: { scope: 'api_keys.update' },
		read: apiKeyFrom,
	};
}

/**
 * Deletes an API key, which stops working after a short delay.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/api-keys/delete-api-keys
 */
export function deleteApiKey(subuser: string, id: string): Call<true> {
	return {
		...aboutKey(subuser, id),
		method: 'DELETE',
		repeatable: true,
		needs: { scope: 'api_keys.delete' },
		ifInDoubt: {
			message: 'the deletion may have been applied',
			nextStep: 'Run the item again: this is safe.',
		},
		seemsDone: ({ status }, earlierInDoubt) => earlierInDoubt && status === 404,
		read: noBody,
	};
}

function aboutKey(subuser: string, id: string) {
	return {
		path: path`/v3/api_keys/${id}`,
		...onBehalfOf(subuser),
		about: { noun: 'API key', key: 'api_key_id', value: id },
	};
}

function apiKeyFrom(value: unknown): ApiKey | undefined {
	const key = recordWith(value, 'api_key_id', 'name');
	if (key === undefined) return undefined;
	const { api_key_id, name, scopes } = key;
	if (scopes === undefined || scopes === null) return { api_key_id, name };
	const read = listOf(scopes, (scope) => (typeof scope === 'string' ? scope : undefined));
	return read === undefined ? undefined : { api_key_id, name, scopes: read };
}
