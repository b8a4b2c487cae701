import { isIPv4 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { isValid } from './dns';
import { refuse, Refusal } from './errors';
import { flag, integer, pageSize, text } from './parameters';
import type { Branding, EmulatorState, Subuser, User } from './state';

/** What domains and links share: who sees which, lists, names, defaults, and assignments. */

/** A request whose path names a domain or link. */
export interface BrandingRequest {
	Params: { id: string };
}

/** Rows per page unless requested, and at most. */
const [DEFAULT_ROWS, MAX_ROWS] = [50, 500];

/** The parent sees all, a subuser only its own: assigned ones are hidden from it, as documented. */
function sees(user: User, { owner }: Branding, state: EmulatorState): boolean {
	return user === state.parent || user === owner;
}

/** The domain or link of a request, or a 404 (assumed). */
export function findBranding<T extends Branding>(
	state: EmulatorState,
	brandings: Map<number, T>,
	request: FastifyRequest<BrandingRequest>,
): T {
	const found = brandings.get(Number(request.params.id));
	if (!found || !sees(request.user, found, state)) {
		refuse(404, 'there is no domain or link with this ID');
	}
	return found;
}

/** One page of those that the request's account sees, filtered. */
export function listBrandings<T extends Branding>(
	state: EmulatorState,
	brandings: Map<number, T>,
	request: FastifyRequest,
): T[] {
	const limit = pageSize(request, { min: 1, fallback: DEFAULT_ROWS });
	const offset = integer(request, 'offset', { min: 0, fallback: 0 });
	const onlyOwn = flag(request, 'exclude_subusers');
	const username = text(request, 'username')?.toLowerCase();
	const domain = text(request, 'domain')?.toLowerCase();
	const exact = state.behavior.domainFilter === 'exact';
	return [...brandings.values()]
		.filter((branding) => sees(request.user, branding, state))
		.filter(({ owner }) => !onlyOwn || owner === request.user)
		.filter(({ owner }) => username === undefined || owner.username.toLowerCase() === username)
		.filter(
			(branding) =>
				domain === undefined ||
				(exact ? branding.domain === domain : branding.domain.includes(domain)),
		)
		.slice(offset, offset + Math.min(limit, MAX_ROWS));
}

const LABEL = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';
const SUBDOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const DOMAIN = new RegExp(`^(${LABEL}\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`);

/** Reads the names of a new domain or link; without a subdomain, `prefix` and four digits. */
export function readNames(
	body: Record<string, unknown>,
	id: number,
	prefix: string,
): { domain: string; subdomain: string } {
	const domain = typeof body.domain === 'string' ? body.domain.toLowerCase() : '';
	if (!DOMAIN.test(domain) || isIPv4(domain)) refuse(400, 'domain must be a domain', 'domain');
	if (body.subdomain === undefined) {
		return { domain, subdomain: `${prefix}${String(id % 10_000).padStart(4, '0')}` };
	}
	const subdomain = typeof body.subdomain === 'string' ? body.subdomain.toLowerCase() : '';
	if (!SUBDOMAIN.test(subdomain)) refuse(400, 'subdomain must be a host name', 'subdomain');
	return { domain, subdomain };
}

/** Refuses a second one of the same account, region, and name; its status is assumed. */
export function refuseDuplicate(
	brandings: Map<number, Branding>,
	given: Pick<Branding, 'owner' | 'region' | 'domain' | 'subdomain'>,
	message: string,
): void {
	const isSame = (other: Branding): boolean =>
		other.owner === given.owner &&
		other.region === given.region &&
		other.domain === given.domain &&
		other.subdomain === given.subdomain;
	if ([...brandings.values()].some(isSame)) {
		throw new Refusal(400, [{ message, withoutField: true }]);
	}
}

/** Reads an optional boolean of a body. */
export function readFlag(body: Record<string, unknown>, field: string, fallback: boolean): boolean {
	const value = body[field] ?? fallback;
	return typeof value === 'boolean' ? value : refuse(400, `${field} must be true or false`, field);
}

/** Sets or removes the default; a new one takes the mark off the account's earlier one. */
export function setDefault(
	brandings: Map<number, Branding>,
	branding: Branding,
	isDefault: boolean,
): void {
	if (isDefault) {
		for (const other of brandings.values()) {
			if (other.owner === branding.owner) other.default = false;
		}
	}
	branding.default = isDefault;
}

/** The parent's own domain or link that a request assigns, which must be valid. */
export function assignable<T extends Branding>(
	state: EmulatorState,
	brandings: Map<number, T>,
	request: FastifyRequest<BrandingRequest>,
): T {
	const branding = findBranding(state, brandings, request);
	if (request.user !== state.parent || branding.owner !== state.parent) {
		refuse(403, 'access forbidden');
	}
	if (!isValid(branding) && !state.behavior.assignUnvalidated) {
		refuse(400, 'validate it before you assign it');
	}
	return branding;
}

/** The subuser that a parent's request is about; assumed: a 404 for an unknown one. */
export function subuserNamed(
	state: EmulatorState,
	request: FastifyRequest,
	username: unknown,
): Subuser {
	if (request.user !== state.parent) refuse(403, 'access forbidden');
	if (typeof username !== 'string' || username === '') {
		refuse(400, 'username is required', 'username');
	}
	return state.subusers.get(username) ?? refuse(404, 'there is no such subuser');
}

/** Those that the parent account has assigned to a subuser. */
export function assignedTo<T extends Branding>(brandings: Map<number, T>, subuser: Subuser): T[] {
	return [...brandings.values()].filter((branding) => branding.assignedTo.includes(subuser));
}

/** Takes an assignment away. */
export function unassign(branding: Branding, subuser: Subuser): void {
	branding.assignedTo = branding.assignedTo.filter((other) => other !== subuser);
}

/** Removes what a deleted subuser owned, and its assignments (assumed). */
export function forgetSubuser({ domains, links, keys }: EmulatorState, subuser: Subuser): void {
	for (const brandings of [domains, links] as Array<Map<number, Branding>>) {
		for (const branding of [...brandings.values()]) {
			unassign(branding, subuser);
			if (branding.owner === subuser) brandings.delete(branding.id);
		}
	}
	for (const key of [...keys.values()]) if (key.owner === subuser) keys.delete(key.key);
}
