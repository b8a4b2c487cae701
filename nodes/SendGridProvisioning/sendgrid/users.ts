import { onBehalfOf } from '../transport/onBehalfOf';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { recordWith } from './shapes';

/**
 * The name of the subuser that a call on behalf of this subuser really acts for.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/users-api/retrieve-your-username
 */
export function getUsername(subuser: string): Call<string> {
	return {
		method: 'GET',
		path: path`/v3/user/username`,
		...onBehalfOf(subuser),
		repeatable: true,
		needs: { scope: 'user.username.read' },
		read: (body) => recordWith(body, 'username')?.username,
	};
}

/**
 * The email address of a subuser.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/users-api/retrieve-your-account-email-address
 */
export function getEmail(subuser: string): Call<string> {
	return {
		method: 'GET',
		path: path`/v3/user/email`,
		...onBehalfOf(subuser),
		repeatable: true,
		needs: { scope: 'user.email.read' },
		read: (body) => recordWith(body, 'email')?.email,
	};
}

/**
 * Changes the email address of a subuser; returns the new one.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/users-api/update-your-account-email-address
 */
export function putEmail(subuser: string, email: string): Call<string> {
	return {
		method: 'PUT',
		path: path`/v3/user/email`,
		...onBehalfOf(subuser),
		body: { email },
		repeatable: true,
		needs: { scope: 'user.email.update' },
		read: (body) => recordWith(body, 'email')?.email,
	};
}
