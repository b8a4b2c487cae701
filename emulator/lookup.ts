import type { FastifyRequest } from 'fastify';
import { refuse } from './errors';
import type { Account, EmulatorState, Subuser } from './state';

/** A request whose path names an account. */
export interface AccountRequest {
	Params: { id: string };
}

/** The account of a request, or a 404 (assumed where SendGrid doesn't publish it). */
export function findAccount(
	state: EmulatorState,
	request: FastifyRequest<AccountRequest>,
): Account {
	return state.accounts.get(request.params.id) ?? refuse(404, 'there is no such account');
}

/** A request whose path names a subuser. */
export interface SubuserRequest {
	Params: { name: string };
}

/** The subuser of a request, or a 404 (assumed: SendGrid publishes no response for an unknown one). */
export function findSubuser(
	state: EmulatorState,
	request: FastifyRequest<SubuserRequest>,
): Subuser {
	return state.subusers.get(request.params.name) ?? refuse(404, 'there is no such subuser');
}
