import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as brandings from './brandings';
import type { Clock } from './clock';
import { dnsOf, isValid, validate } from './dns';
import { bodyObject, refuse } from './errors';
import { needs, needsOnBehalf } from './keys';
import { text } from './parameters';
import type { Branding, DnsRecord, EmulatorState } from './state';

type LinkRequest = brandings.BrandingRequest;

const PATH = '/v3/whitelabel/links';

/** The records that a link branding requires. */
export function recordsOf({ domain, subdomain, owner }: Branding): Branding['records'] {
	const cname = (host: string): DnsRecord => ({ type: 'cname', host, data: 'sendgrid.net' });
	return {
		domain_cname: cname(`${subdomain}.${domain}`),
		owner_cname: cname(`${owner.id}.${domain}`),
	};
}

/** Adds a link from the body of a request. Here SendGrid's region is `us` or `eu`. */
function addLink(state: EmulatorState, request: FastifyRequest): Branding {
	const body = bodyObject(request.body);
	const { user: owner } = request;
	const { region = 'us' } = body;
	if (region !== 'us' && region !== 'eu') refuse(400, 'region must be us or eu', 'region');
	const isDefault = brandings.readFlag(body, 'default', false);
	const id = state.nextBrandingId;
	const link: Branding = {
		id,
		owner,
		...brandings.readNames(body, id, 'url'),
		region: region === 'us' ? 'global' : 'eu',
		default: false,
		records: {},
		validated: {},
		assignedTo: [],
	};
	// Assumed: the words, in the style of those for domains.
	brandings.refuseDuplicate(
		state.links,
		link,
		'A branded link already exists for this URL. Please use a unique subdomain.',
	);
	const isOfDomain = [...state.domains.values()].some(
		(other) =>
			other.owner === owner && other.domain === link.domain && other.subdomain === link.subdomain,
	);
	if (isOfDomain) refuse(400, 'an authenticated domain uses this subdomain', 'subdomain');
	link.records = recordsOf(link);
	state.nextBrandingId++;
	state.links.set(id, link);
	brandings.setDefault(state.links, link, isDefault);
	return link;
}

function row(link: Branding): object {
	return {
		id: link.id,
		domain: link.domain,
		subdomain: link.subdomain,
		username: link.owner.username,
		user_id: link.owner.id,
		default: link.default,
		valid: isValid(link),
		legacy: false,
		dns: dnsOf(link),
	};
}

/** https://www.twilio.com/docs/sendgrid/api-reference/link-branding */
export function linkRoutes(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	const find = (request: FastifyRequest<LinkRequest>): Branding =>
		brandings.findBranding(state, state.links, request);

	app.get(PATH, needsOnBehalf('whitelabel.read'), (request) =>
		brandings.listBrandings(state, state.links, request).map(row),
	);

	app.post(PATH, needsOnBehalf('whitelabel.create'), (request, reply) =>
		reply.code(201).send(row(addLink(state, request))),
	);

	app.get<LinkRequest>(`${PATH}/:id`, needsOnBehalf('whitelabel.read'), (request) =>
		row(find(request)),
	);

	app.patch<LinkRequest>(`${PATH}/:id`, needsOnBehalf('whitelabel.update'), (request) => {
		const link = find(request);
		const isDefault = brandings.readFlag(bodyObject(request.body), 'default', link.default);
		brandings.setDefault(state.links, link, isDefault);
		return row(link);
	});

	app.delete<LinkRequest>(`${PATH}/:id`, needsOnBehalf('whitelabel.delete'), (request, reply) => {
		state.links.delete(find(request).id);
		return reply.code(204).send();
	});

	app.post<LinkRequest>(`${PATH}/:id/validate`, needsOnBehalf('whitelabel.update'), (request) => {
		const link = find(request);
		const results = validate(state, link, clock.now());
		return { id: link.id, valid: isValid(link), validation_results: results };
	});

	assignmentRoutes(app, state);
}

/** Only the parent account assigns links, one to each subuser, and without `On-Behalf-Of`. */
function assignmentRoutes(app: FastifyInstance, state: EmulatorState): void {
	const { subuserNamed, assignable, assignedTo, unassign } = brandings;

	app.post<LinkRequest>(`${PATH}/:id/subuser`, needs('whitelabel.update'), (request, reply) => {
		const link = assignable(state, state.links, request);
		const subuser = subuserNamed(state, request, bodyObject(request.body).username);
		for (const other of assignedTo(state.links, subuser)) unassign(other, subuser);
		link.assignedTo.push(subuser);
		return reply.code(state.behavior.assignedLinkStatus).send(row(link));
	});

	// Assumed: a 404 if there is none, as for domains.
	app.get(`${PATH}/subuser`, needs('whitelabel.read'), (request) => {
		const [link] = assignedTo(state.links, subuserNamed(state, request, text(request, 'username')));
		return link ? row(link) : refuse(404, 'no branded link is assigned to this subuser');
	});

	app.delete(`${PATH}/subuser`, needs('whitelabel.update'), (request, reply) => {
		const subuser = subuserNamed(state, request, text(request, 'username'));
		for (const link of assignedTo(state.links, subuser)) unassign(link, subuser);
		return reply.code(204).send();
	});
}
