import type { FastifyRequest } from 'fastify';
import type { Behavior } from './behavior';
import { refuse } from './errors';
import type { ApiKey, EmulatorState, Region, Subuser, User } from './state';

/** Paths with this prefix are those of the EU host, https://api.eu.sendgrid.com. */
export const EU_PREFIX = '/eu';

/** The path without the prefix of the EU host. */
export function withoutHost(url: string): string {
	return url.startsWith(`${EU_PREFIX}/v3/`) ? url.slice(EU_PREFIX.length) : url;
}

function hostOf(request: FastifyRequest): Region {
	return request.originalUrl === request.url ? 'global' : 'eu';
}

/** The header as sent; Node's own parsing loses upper case. */
function headerOf(request: FastifyRequest, behavior: Behavior): string {
	const { ignoredOnBehalfOf } = behavior;
	if (ignoredOnBehalfOf === 'all' || request.fault?.kind === 'ignoreOnBehalfOf') return '';
	const { rawHeaders } = request.raw;
	const at = rawHeaders.findIndex(
		(text, index) => index % 2 === 0 && text.toLowerCase() === 'on-behalf-of',
	);
	if (at < 0) return '';
	if (ignoredOnBehalfOf === 'lower-case' && rawHeaders[at] === 'on-behalf-of') return '';
	return rawHeaders[at + 1]?.trim() ?? '';
}

/** Refuses what is about a subuser that is too new. */
function checkAge(request: FastifyRequest, { createdAt = -Infinity }: Subuser, behavior: Behavior) {
	if (request.entry.at < createdAt + behavior.newSubuserDelayMs) {
		refuse(behavior.newSubuserStatus, 'access forbidden');
	}
}

function checkHost(request: FastifyRequest, { region }: User, behavior: Behavior): void {
	const spared =
		behavior.regionCheck === 'none' ||
		(behavior.regionCheck === 'except-domains' && request.url.startsWith('/v3/whitelabel/'));
	if (spared || hostOf(request) === region) return;
	refuse(behavior.wrongRegionStatus, 'not available because of data residency rules');
}

/** Checks what applies to a subuser's own key: the EU host refuses none, the global host EU keys. */
function checkOwnKey(request: FastifyRequest, user: User, state: EmulatorState): void {
	const { regionCheck, disabledSubuserCanAct } = state.behavior;
	if (user.region === 'eu' && hostOf(request) === 'global' && regionCheck !== 'none') {
		refuse(401, 'authorization required');
	}
	const subuser = state.subusers.get(user.username);
	if (subuser?.disabled && !disabledSubuserCanAct) refuse(403, 'access forbidden');
}

/**
 * The account that a request acts for: the key's owner, or the subuser in `On-Behalf-Of`. An empty header
 * is ignored (assumed).
 * https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/on-behalf-of
 */
export function userOf(state: EmulatorState, key: ApiKey, request: FastifyRequest): User {
	const { behavior, parent, subusers } = state;
	const { name: named } = request.params as { name?: string };
	const target = named === undefined ? undefined : subusers.get(named);
	if (target) checkAge(request, target, behavior);
	if (key.owner !== parent) checkOwnKey(request, key.owner, state);

	const name = headerOf(request, behavior);
	if (name === '') return key.owner;
	const { onBehalfOf } = request.routeOptions.config;
	if (key.owner !== parent || !onBehalfOf) refuse(403, 'access forbidden');
	const subuser = subusers.get(name) ?? refuse(behavior.unknownSubuserStatus, 'access forbidden');
	checkAge(request, subuser, behavior);
	checkHost(request, subuser, behavior);
	if (subuser.disabled && !behavior.disabledSubuserCanAct) refuse(403, 'access forbidden');
	return subuser;
}

/** The user a request counts for on the rate limit, as far as its header tells. */
export function rateLimitGroup(state: EmulatorState, key: string, request: FastifyRequest): string {
	if (state.behavior.rateLimitBy === 'key') return key;
	const name = headerOf(request, state.behavior);
	return name === '' ? key : `${key} ${name.toLowerCase()}`;
}
