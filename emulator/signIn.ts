import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from './clock';
import { refuse } from './errors';
import { findAccount, type AccountRequest } from './lookup';
import type { EmulatorState } from './state';

/** A sign-in link works once, and for one minute. */
const VALID_MS = 60_000;

/** The page that links open, in place of SendGrid's application. */
const SIGN_IN_PATH = '/sign-in';

/**
 * Creates sign-in links. The response is a redirect, and a client that follows it uses up the link.
 * https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api/authenticate-an-account-with-single-sign-on
 */
export function signInRoutes(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	app.post<AccountRequest>('/v3/partners/accounts/:id/sso', (request, reply) => {
		const account = findAccount(state, request);
		// SendGrid documents sign-in for the other three states.
		if (account.state === 'banned' || account.state === 'indeterminate') {
			refuse(403, `no one can sign in to an account that is ${account.state}`);
		}
		deleteExpired(state, clock.now());
		const code = randomBytes(24).toString('base64url');
		state.signInCodes.set(code, { accountId: account.id, expiresAt: clock.now() + VALID_MS });
		return reply.redirect(`http://${request.host}${SIGN_IN_PATH}?code=${code}`, 303);
	});
}

/** The page behind a sign-in link. */
export function signInPage(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	app.get<{ Querystring: { code?: string } }>(SIGN_IN_PATH, (request, reply) => {
		const { code = '' } = request.query;
		const found = state.signInCodes.get(code);
		state.signInCodes.delete(code);
		void reply.type('text/plain; charset=utf-8');
		if (!found || found.expiresAt <= clock.now()) {
			return reply.code(403).send('This sign-in link was used before or has expired.\n');
		}
		return reply.send(`Signed in to account ${found.accountId} as its administrator.\n`);
	});
}

function deleteExpired(state: EmulatorState, now: number): void {
	for (const [code, { expiresAt }] of state.signInCodes) {
		// Codes are in order of creation, so all others are valid too.
		if (expiresAt > now) return;
		state.signInCodes.delete(code);
	}
}
