import type { FastifyInstance } from 'fastify';
import { bodyObject, refuse } from './errors';
import { needsOnBehalf } from './keys';
import { looksLikeEmail } from './profile';
import type { EmulatorState } from './state';

/** https://www.twilio.com/docs/sendgrid/api-reference/users-api */
export function userRoutes(app: FastifyInstance, state: EmulatorState): void {
	app.get('/v3/user/username', needsOnBehalf('user.username.read'), ({ user }) => ({
		username: user.username,
		user_id: user.id,
	}));

	app.get('/v3/user/email', needsOnBehalf('user.email.read'), ({ user }) => ({
		email: user.email,
	}));

	// Assumed: nothing but the form of the address is checked.
	app.put('/v3/user/email', needsOnBehalf('user.email.update'), ({ user, body }) => {
		const { email } = bodyObject(body);
		if (typeof email !== 'string' || !looksLikeEmail(email)) {
			refuse(400, 'email is not a valid email address', 'email');
		}
		if (!state.behavior.emailNeedsConfirmation) user.email = email;
		return { email };
	});
}
