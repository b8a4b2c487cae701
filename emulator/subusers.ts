import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { forgetSubuser } from './brandings';
import { unlimitedCredits } from './credits';
import { bodyObject, refuse } from './errors';
import { assignIps, readIps } from './ips';
import { needs } from './keys';
import { findSubuser, type SubuserRequest } from './lookup';
import { flag, integer, list, oneOf, pageSize, text } from './parameters';
import { looksLikeEmail } from './profile';
import type { EmulatorState, Region, Subuser } from './state';

/** The most rows in one response: https://github.com/sendgrid/sendgrid-python/issues/857 */
const MAX_ROWS = 500;

/** The most reputations in one response: https://github.com/Jericho/StrongGrid/issues/301 */
const MAX_REPUTATIONS = 10;

/** Adds a subuser, enabled and with unlimited credits, as SendGrid does. */
export function addSubuser(
	state: EmulatorState,
	given: Pick<Subuser, 'username' | 'email' | 'region' | 'ips' | 'createdAt'>,
): Subuser {
	const subuser: Subuser = {
		...given,
		id: state.nextSubuserId++,
		disabled: false,
		websiteAccess: true,
		ips: [],
		credits: unlimitedCredits(),
		reputation: 100,
	};
	assignIps(state, subuser, given.ips);
	return state.subusers.add(subuser.username, subuser);
}

/** Removes a subuser with its keys, domains, links, and IP assignments. */
function removeSubuser(state: EmulatorState, subuser: Subuser): void {
	assignIps(state, subuser, []);
	forgetSubuser(state, subuser);
	state.subusers.delete(subuser.username);
}

function row({ id, username, email, disabled, region }: Subuser, includeRegion: boolean): object {
	return { disabled, id, username, email, ...(includeRegion && { region }) };
}

function requiredText(body: Record<string, unknown>, field: string): string {
	const value = body[field];
	if (typeof value !== 'string' || value === '') refuse(400, `${field} is required`, field);
	return value;
}

function readRegion(value: unknown): Region {
	if (value === undefined || value === 'global') return 'global';
	return value === 'eu' ? value : refuse(400, 'region must be global or eu', 'region');
}

function readDisabled(body: unknown): boolean {
	const { disabled } = bodyObject(body ?? {});
	if (disabled === undefined) refuse(400, 'the body changes nothing');
	if (typeof disabled !== 'boolean') refuse(400, 'disabled must be true or false', 'disabled');
	return disabled;
}

/** https://www.twilio.com/docs/sendgrid/api-reference/subusers-api */
export function subuserRoutes(app: FastifyInstance, state: EmulatorState): void {
	// `username` is a prefix that ignores case: https://github.com/twilio/sendgrid-oai/issues/38
	app.get('/v3/subusers', needs('subusers.read'), (request) => {
		const limit = pageSize(request, { min: 1, fallback: MAX_ROWS });
		const offset = integer(request, 'offset', { min: 0, fallback: 0 });
		const region = oneOf(request, 'region', ['all', 'global', 'eu'], 'all');
		const includeRegion = flag(request, 'include_region');
		const prefix = text(request, 'username');
		const count = Math.min(limit, MAX_ROWS);
		const { newSubuserUnlistedMs: unlistedMs } = state.behavior;
		let rows: Subuser[];
		if (!prefix && region === 'all' && unlistedMs === 0) {
			rows = state.subusers.list(offset, count);
		} else {
			const found = prefix ? state.subusers.startingWith(prefix) : state.subusers.list();
			rows = found
				.filter((subuser) => region === 'all' || subuser.region === region)
				.filter(({ createdAt = -Infinity }) => request.entry.at >= createdAt + unlistedMs)
				.slice(offset, offset + count);
		}
		return rows.map((subuser) => row(subuser, includeRegion));
	});

	// Answers with two session secrets that the documentation doesn't show.
	app.post('/v3/subusers', needs('subusers.create'), (request, reply) => {
		const body = bodyObject(request.body);
		const username = requiredText(body, 'username');
		const email = requiredText(body, 'email');
		requiredText(body, 'password');
		if (!looksLikeEmail(email)) refuse(400, 'email is not a valid email address', 'email');
		// The schema requires `ips`, but SendGrid's guide to EU subusers leaves it out.
		const ips = body.ips === undefined ? [] : readIps(body.ips, state);
		const region = readRegion(body.region);
		const includeRegion = body.include_region ?? false;
		if (typeof includeRegion !== 'boolean') {
			refuse(400, 'include_region must be true or false', 'include_region');
		}
		// Usernames are unique among all of SendGrid's customers.
		if (state.subusers.has(username) || state.foreignUsernames.has(username.toLowerCase())) {
			refuse(400, 'this username already exists', 'username');
		}
		const createdAt = request.entry.at;
		const subuser = addSubuser(state, { username, email, region, ips, createdAt });
		return reply.code(state.behavior.createdSubuserStatus).send({
			username,
			user_id: subuser.id,
			email,
			credit_allocation: { type: subuser.credits.type },
			...(includeRegion && { region }),
			signup_session_token: randomBytes(24).toString('hex'),
			authorization_token: randomBytes(24).toString('hex'),
		});
	});

	app.patch<SubuserRequest>('/v3/subusers/:name', needs('subusers.update'), (request, reply) => {
		const subuser = state.subusers.get(request.params.name) ?? refuse(400, 'unknown username');
		subuser.disabled = readDisabled(request.body);
		return reply.code(204).send();
	});

	app.delete<SubuserRequest>('/v3/subusers/:name', needs('subusers.delete'), (request, reply) => {
		removeSubuser(state, findSubuser(state, request));
		return reply.code(204).send();
	});

	// Blocks only the website; the subuser can still send.
	app.patch<SubuserRequest>(
		'/v3/subusers/:name/website_access',
		needs('subusers.update'),
		(request, reply) => {
			const subuser = findSubuser(state, request);
			subuser.websiteAccess = !readDisabled(request.body);
			return reply.code(204).send();
		},
	);

	// The parameter is repeated; a comma doesn't separate names: https://github.com/Jericho/StrongGrid/issues/301
	app.get('/v3/subusers/reputations', needs('subusers.reputations.read'), (request) => {
		const names = list(request, 'usernames');
		if (names.length > MAX_REPUTATIONS) {
			refuse(400, `at most ${MAX_REPUTATIONS} usernames are allowed`, 'usernames');
		}
		const chosen =
			names.length > 0
				? names.flatMap((name) => state.subusers.get(name) ?? [])
				: state.subusers.list();
		return chosen.map(({ username, reputation }) => ({ username, reputation }));
	});
}
