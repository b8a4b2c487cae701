import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as brandings from './brandings';
import type { Clock } from './clock';
import { dnsOf, isValid, validate } from './dns';
import { readSelector, requiredRecords } from './domainRecords';
import { bodyObject, refuse } from './errors';
import { readIps } from './ips';
import { needs, needsOnBehalf } from './keys';
import { text } from './parameters';
import type { Domain, EmulatorState, User } from './state';

type DomainRequest = brandings.BrandingRequest;

const PATH = '/v3/whitelabel/domains';
/** The most domains that a parent account can assign to one subuser. */
const MAX_ASSIGNED = 5;

/** The account that gets a new domain: with `username`, a subuser of the parent. */
function ownerOf(state: EmulatorState, { user }: FastifyRequest, username: unknown): User {
	if (username === undefined || username === user.username) return user;
	const isParent = user === state.parent && typeof username === 'string';
	const subuser = isParent ? state.subusers.get(username) : undefined;
	return subuser ?? refuse(400, 'there is no such subuser', 'username');
}

/** Adds a domain from the body of a request. `ips` and `custom_spf` need manual security. */
function addDomain(state: EmulatorState, request: FastifyRequest): Domain {
	const body = bodyObject(request.body);
	const id = state.nextBrandingId;
	const names = brandings.readNames(body, id, 'em');
	const { region = 'global' } = body;
	if (region !== 'global' && region !== 'eu') {
		refuse(400, 'region must be global or eu', 'region');
	}
	const automaticSecurity = brandings.readFlag(body, 'automatic_security', true);
	const customSpf = brandings.readFlag(body, 'custom_spf', false);
	const isDefault = brandings.readFlag(body, 'default', false);
	const selector = readSelector(body.custom_dkim_selector);
	const ips = body.ips === undefined ? [] : readIps(body.ips, state);
	const owner = ownerOf(state, request, body.username);
	const domain: Domain = {
		id,
		owner,
		...names,
		region,
		default: false,
		records: {},
		validated: {},
		assignedTo: [],
		ips: automaticSecurity ? [] : ips,
		customSpf: customSpf && !automaticSecurity,
		automaticSecurity,
	};
	brandings.refuseDuplicate(
		state.domains,
		domain,
		'An authenticated domain already exists for this URL. Please use a unique subdomain.',
	);
	domain.records = requiredRecords(domain, selector, state.behavior.manualDomainSpf);
	state.nextBrandingId++;
	state.domains.set(id, domain);
	brandings.setDefault(state.domains, domain, isDefault);
	return domain;
}

function row(domain: Domain): object {
	const { id, owner, subdomain, ips, customSpf, automaticSecurity } = domain;
	return {
		id,
		user_id: owner.id,
		subdomain,
		domain: domain.domain,
		username: owner.username,
		ips,
		custom_spf: customSpf,
		default: domain.default,
		legacy: false,
		automatic_security: automaticSecurity,
		valid: isValid(domain),
		dns: dnsOf(domain),
	};
}

/** A row of a list, which adds the subusers it is assigned to, and the time of its latest validation. */
function listRow(domain: Domain): object {
	const { assignedTo, validatedAt } = domain;
	const subusers = assignedTo.map(({ id, username }) => ({ user_id: id, username }));
	return {
		...row(domain),
		...(subusers.length > 0 && { subusers }),
		...(validatedAt !== undefined && { last_validation_attempt_at: validatedAt }),
	};
}

/** https://www.twilio.com/docs/sendgrid/api-reference/domain-authentication */
export function domainRoutes(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	const find = (request: FastifyRequest<DomainRequest>): Domain =>
		brandings.findBranding(state, state.domains, request);

	app.get(PATH, needsOnBehalf('whitelabel.read'), (request) =>
		brandings.listBrandings(state, state.domains, request).map(listRow),
	);

	app.post(PATH, needsOnBehalf('whitelabel.create'), (request, reply) =>
		reply.code(201).send(row(addDomain(state, request))),
	);

	app.get<DomainRequest>(`${PATH}/:id`, needsOnBehalf('whitelabel.read'), (request) =>
		row(find(request)),
	);

	app.patch<DomainRequest>(`${PATH}/:id`, needsOnBehalf('whitelabel.update'), (request) => {
		const domain = find(request);
		const body = bodyObject(request.body);
		const customSpf = brandings.readFlag(body, 'custom_spf', domain.customSpf);
		const isDefault = brandings.readFlag(body, 'default', domain.default);
		domain.customSpf = customSpf && !domain.automaticSecurity;
		brandings.setDefault(state.domains, domain, isDefault);
		return state.behavior.updatedDomainBody === 'list' ? [listRow(domain)] : row(domain);
	});

	app.delete<DomainRequest>(`${PATH}/:id`, needsOnBehalf('whitelabel.delete'), (request, reply) => {
		state.domains.delete(find(request).id);
		return reply.code(204).send();
	});

	// Missing DNS isn't an error: the response says what is wrong with each record.
	app.post<DomainRequest>(`${PATH}/:id/validate`, needsOnBehalf('whitelabel.update'), (request) => {
		const domain = find(request);
		const results = validate(state, domain, clock.now());
		const key = state.behavior.misspelledValidation ? 'validation_resuts' : 'validation_results';
		return { id: domain.id, valid: isValid(domain), [key]: results };
	});

	assignmentRoutes(app, state);
}

/** Only the parent account assigns domains, so these don't accept `On-Behalf-Of`. */
function assignmentRoutes(app: FastifyInstance, state: EmulatorState): void {
	const { subuserNamed, assignable, assignedTo, unassign } = brandings;
	const named = (request: FastifyRequest) =>
		subuserNamed(state, request, text(request, 'username'));

	// Replaces the domains assigned before.
	app.post<DomainRequest>(`${PATH}/:id/subuser`, needs('whitelabel.update'), (request, reply) => {
		const domain = assignable(state, state.domains, request);
		const subuser = subuserNamed(state, request, bodyObject(request.body).username);
		for (const other of assignedTo(state.domains, subuser)) unassign(other, subuser);
		domain.assignedTo.push(subuser);
		return reply.code(201).send(row(domain));
	});

	app.post<DomainRequest>(
		`${PATH}/:id/subuser::add`,
		needs('whitelabel.update'),
		(request, reply) => {
			const domain = assignable(state, state.domains, request);
			const subuser = subuserNamed(state, request, bodyObject(request.body).username);
			const others = assignedTo(state.domains, subuser).filter((other) => other !== domain);
			if (others.length >= MAX_ASSIGNED) refuse(400, 'a subuser can have up to five domains');
			unassign(domain, subuser);
			domain.assignedTo.push(subuser);
			return reply.code(201).send(row(domain));
		},
	);

	app.get(`${PATH}/subuser`, needs('whitelabel.read'), (request) => {
		const [domain] = assignedTo(state.domains, named(request));
		return domain ? row(domain) : refuse(404, 'no domain is assigned to this subuser');
	});

	app.get(`${PATH}/subuser/all`, needs('whitelabel.read'), (request) =>
		assignedTo(state.domains, named(request)).map(row),
	);

	app.delete(`${PATH}/subuser`, needs('whitelabel.update'), (request, reply) => {
		const subuser = named(request);
		for (const domain of assignedTo(state.domains, subuser)) unassign(domain, subuser);
		return reply.code(204).send();
	});

	app.delete<DomainRequest>(`${PATH}/:id/subuser`, needs('whitelabel.update'), (request, reply) => {
		unassign(brandings.findBranding(state, state.domains, request), named(request));
		return reply.code(204).send();
	});
}
