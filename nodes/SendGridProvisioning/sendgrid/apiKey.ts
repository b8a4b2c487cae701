import { outcomeOf } from '../domain/outcome';
import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { wasForbidden } from '../transport/errors/failure';
import type { SendGridApi } from '../transport/client';
import { getCatalog } from './accountOfferings';
import { listOf } from './shapes';

/**
 * The scopes of the API key. Every key may ask this.
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
 * Whether the key may use the Account Provisioning API. No scope tells, so it asks for something
 * harmless. Only SendGrid's own refusal counts as a no, not a proxy's or gateway's.
 * @throws SendGridError where neither yes nor no was answered
 */
export async function isReseller(api: SendGridApi): Promise<boolean> {
	const asked = await outcomeOf(async () => await api.send(getCatalog()));
	if ('value' in asked) return true;
	if (wasForbidden(asked.error)) return false;
	throw asked.error;
}
