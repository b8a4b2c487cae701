import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { timestamp, type Clock } from './clock';
import { bodyObject, refuse } from './errors';
import { findAccount, type AccountRequest } from './lookup';
import { readOfferings, setOfferings } from './offerings';
import { pageSize, text } from './parameters';
import { readProfile } from './profile';
import type { Account, EmulatorState } from './state';

/** `email` and `updated_at` are in SendGrid's example of this response, but not in its schema. */
function row({ id, email, created_at, updated_at }: Account): object {
	return { id, email, created_at, updated_at };
}

/** https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api */
export function accountRoutes(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	// `offset` is the ID of the last account that the client has read. Whether the last page also has
	// `pages.last` isn't documented. Here it does, so a client that follows it ends on an empty page.
	app.get('/v3/partners/accounts', (request) => {
		const limit = pageSize(request, { min: 1, max: 100, fallback: 10 });
		const cursor = text(request, 'offset');
		const start = cursor ? state.accounts.positionAfter(cursor) : 0;
		if (start === undefined) refuse(400, 'offset is not the ID of an account', 'offset');
		const accounts = state.accounts.list(start, limit);
		const last = accounts.at(-1)?.id;
		return { accounts: accounts.map(row), pages: last === undefined ? {} : { last } };
	});

	app.post('/v3/partners/accounts', (request, reply) => {
		const body = bodyObject(request.body);
		const profile = readProfile(body.profile);
		const offerings = readOfferings(body, state.catalog);
		const now = timestamp(clock.now());
		const account: Account = {
			id: `sg${randomBytes(16).toString('hex')}`,
			email: profile.email ?? '',
			created_at: now,
			updated_at: now,
			profile,
			state: 'activated',
			offerings: [],
			ips: [],
			testAccount: request.headers['t-test-account'] === 'true',
		};
		setOfferings(account, offerings, state);
		state.accounts.add(account.id, account);
		return reply.code(201).send({ account_id: account.id });
	});

	app.delete<AccountRequest>('/v3/partners/accounts/:id', (request, reply) => {
		const { id } = findAccount(state, request);
		state.accounts.delete(id);
		for (const [code, { accountId }] of state.signInCodes) {
			if (accountId === id) state.signInCodes.delete(code);
		}
		return reply.code(204).send();
	});

	app.get<AccountRequest>('/v3/partners/accounts/:id/state', (request) => ({
		state: findAccount(state, request).state,
	}));

	// A reseller can set only these two states; only SendGrid suspends and bans.
	app.put<AccountRequest>('/v3/partners/accounts/:id/state', (request, reply) => {
		const account = findAccount(state, request);
		const { state: wanted } = bodyObject(request.body);
		if (wanted !== 'activated' && wanted !== 'deactivated') {
			refuse(400, 'state must be activated or deactivated', 'state');
		}
		account.state = wanted;
		account.updated_at = timestamp(clock.now());
		return reply.code(204).send();
	});
}
