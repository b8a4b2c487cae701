import { outcomeOf } from '../domain/outcome';
import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { wasForbidden } from '../transport/errors/failure';
import type { SendGridApi } from '../transport/client';
import { getCatalog } from './accountOfferings';
import { listOf } from './shapes';

/**
 * The scopes of the API key. Any key may read them.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access
 */
export function getScopes(): Call<string[]> {
	return {
		method: 'GET',
		path: path`/v3/scopes`,
		repeatable: true,
		read: (body) =>
			isRecord(body)
				? listOf(body['scopes'], (scope) => (typeof scope === 'string' ? scope : undefined))
				: undefined,
	};
}

/**
 * Whether the key may use the Account Provisioning API. No scope shows this, so it reads the
 * catalog. Only a refusal by SendGrid itself counts as no, not one by a proxy or gateway.
 * @throws SendGridError if the request fails in another way
 */
export async function isReseller(api: SendGridApi): Promise<boolean> {
	const catalog = await outcomeOf(async () => await api.send(getCatalog()));
	if ('value' in catalog) return true;
	if (wasForbidden(catalog.error)) return false;
	throw catalog.error;
}
