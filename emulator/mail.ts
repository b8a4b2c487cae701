import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from './clock';
import { currentCredits, spendCredits } from './credits';
import { bodyObject, refuse } from './errors';
import { looksLikeEmail } from './profile';
import type { EmulatorState } from './state';

function addressIn(value: unknown, field: string): string {
	const { email } = bodyObject(value);
	if (typeof email === 'string' && looksLikeEmail(email)) return email;
	return refuse(400, 'this is not a valid email address', field);
}

function recipients(body: Record<string, unknown>): string[] {
	const { personalizations } = body;
	if (!Array.isArray(personalizations) || personalizations.length === 0) {
		refuse(400, 'personalizations is required', 'personalizations');
	}
	return personalizations.flatMap((value) => {
		const { to } = bodyObject(value);
		if (!Array.isArray(to) || to.length === 0) refuse(400, 'to is required', 'personalizations.to');
		return to.map((entry) => addressIn(entry, 'personalizations.to'));
	});
}

/**
 * Accepts email and keeps its addresses, but sends nothing. It checks only the addresses, and has no rate
 * limit, as https://github.com/sendgrid/sendgrid-go/issues/105 reports.
 * https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 */
export function mailRoutes(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	const config = { scope: 'mail.send', withoutRateLimit: true };
	app.post('/v3/mail/send', { config }, ({ user, body }, reply) => {
		const given = bodyObject(body);
		const from = addressIn(given.from, 'from.email');
		const to = recipients(given);
		const subuser = state.subusers.get(user.username);
		if (subuser && subuser === user) {
			// Assumed: the status. A deactivated account accepts no email.
			if (subuser.disabled) refuse(403, 'access forbidden');
			const { remain } = currentCredits(subuser, clock.now());
			if (remain !== null && remain < to.length) refuse(401, 'Maximum credits exceeded');
			spendCredits(subuser, to.length, clock.now());
		}
		state.acceptedMail.push({ owner: user, from, to });
		return reply.code(202).header('x-message-id', randomBytes(16).toString('base64url')).send();
	});
}
