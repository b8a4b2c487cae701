import { brandingFrom, validationFrom } from '../domain/branding';
import type { Branding, Validation } from '../domain/branding';
import type { Region } from '../domain/regions';
import { onBehalfOf } from '../transport/onBehalfOf';
import { path } from '../transport/call';
import type { Call, Path } from '../transport/call';
import type { SendGridApi } from '../transport/client';
import { wasNotFound } from '../transport/errors/failure';
import { outcomeOf } from '../domain/outcome';
import { readRows } from './rowPages';
import { assertActsFor, assertIsOf } from './identity';
import type { Acting } from './identity';
import { listOf, noBody, pageOf } from './shapes';

/** What domain authentication and link branding differ in. */
export interface BrandingKind {
	noun: string;
	/** Its ID's key in outputs. */
	key: string;
	all: Path;
	one: (id: string) => Path;
	validation: (id: string) => Path;
	/** What the parent account has assigned to a subuser. */
	assigned: Path;
}

/** @see https://www.twilio.com/docs/sendgrid/api-reference/domain-authentication */
export const DOMAINS: BrandingKind = {
	noun: 'domain',
	key: 'domain_id',
	all: path`/v3/whitelabel/domains`,
	one: (id) => path`/v3/whitelabel/domains/${id}`,
	validation: (id) => path`/v3/whitelabel/domains/${id}/validate`,
	assigned: path`/v3/whitelabel/domains/subuser/all`,
};

/** @see https://www.twilio.com/docs/sendgrid/api-reference/link-branding */
export const LINKS: BrandingKind = {
	noun: 'link branding',
	key: 'link_id',
	all: path`/v3/whitelabel/links`,
	one: (id) => path`/v3/whitelabel/links/${id}`,
	validation: (id) => path`/v3/whitelabel/links/${id}/validate`,
	assigned: path`/v3/whitelabel/links/subuser`,
};

/** SendGrid has another word for the global region here. */
export function linkRegion(region: Region): 'us' | 'eu' {
	return region === 'global' ? 'us' : region;
}

/** The page size of lists. SendGrid's default is 50. */
const PAGE = 500;

function listBrandings(
	{ all }: BrandingKind,
	{ subuser, offset }: { subuser: string; offset: number },
): Call<Branding[]> {
	return {
		method: 'GET',
		path: all,
		...onBehalfOf(subuser),
		query: { limit: PAGE, offset },
		repeatable: true,
		needs: { scope: 'whitelabel.read' },
		read: (body) => pageOf(body, offset, brandingFrom),
	};
}

/**
 * Reads all that belong to the subuser, after a proof of the identity. The rows name their owner, too.
 * @throws Refusal if SendGrid answered for someone else, or SendGridError
 */
export async function allBrandings(
	acting: Acting,
	kind: BrandingKind,
	limit = Infinity,
): Promise<Branding[]> {
	const { api, target } = acting;
	await assertActsFor(acting);
	const rows = await readRows(api, {
		call: (offset) => listBrandings(kind, { subuser: target, offset }),
		keyOf: ({ id }) => String(id),
		isEnough: (found) => found.size >= limit,
	});
	for (const { username } of rows) assertIsOf(target, username);
	return rows.slice(0, limit);
}

/** What the parent account has assigned to the subuser, which can send with it, but not see it. */
export async function assignedBrandings(
	api: SendGridApi,
	{ assigned }: BrandingKind,
	subuser: string,
): Promise<Branding[]> {
	const call: Call<Branding[]> = {
		method: 'GET',
		path: assigned,
		query: { username: subuser },
		repeatable: true,
		mayFindNothing: true,
		needs: { scope: 'whitelabel.read' },
		read: (body) => {
			// SendGrid documents no answer for none.
			if (noBody(body)) return [];
			return listOf(Array.isArray(body) ? body : [body], brandingFrom);
		},
	};
	const found = await outcomeOf(async () => await api.send(call));
	if ('value' in found) return found.value;
	// @see https://github.com/digitalocean/terraform-provider-sendgrid/issues/6
	if (wasNotFound(found.error)) return [];
	throw found.error;
}

/** Reads one that belongs to the subuser. */
export function getBranding(kind: BrandingKind, subuser: string, id: string): Call<Branding> {
	return {
		...aboutOne(kind, subuser, id),
		path: kind.one(id),
		method: 'GET',
		repeatable: true,
		needs: { scope: 'whitelabel.read' },
		read: brandingFrom,
	};
}

/** Creates one for the subuser. */
export function createBranding(
	{ all, noun }: BrandingKind,
	subuser: string,
	body: { domain: string },
): Call<Branding> {
	return {
		method: 'POST',
		path: all,
		...onBehalfOf(subuser),
		body,
		repeatable: false,
		needs: { scope: 'whitelabel.create' },
		ifInDoubt: {
			message: `the ${noun} ${body.domain} may have been created`,
			nextStep: 'Run the item again in a minute. This is safe: the node reuses what was created.',
		},
		read: brandingFrom,
	};
}

/** Lets SendGrid check the DNS records. Missing ones are part of the result, not an error. */
export function validateBranding(
	kind: BrandingKind,
	subuser: string,
	id: string,
): Call<Validation> {
	return {
		...aboutOne(kind, subuser, id),
		path: kind.validation(id),
		method: 'POST',
		repeatable: true,
		needs: { scope: 'whitelabel.update' },
		read: validationFrom,
	};
}

/** Deletes one that belongs to the subuser. */
export function deleteBranding(kind: BrandingKind, subuser: string, id: string): Call<true> {
	return {
		...aboutOne(kind, subuser, id),
		path: kind.one(id),
		method: 'DELETE',
		repeatable: true,
		needs: { scope: 'whitelabel.delete' },
		ifInDoubt: {
			message: 'the deletion may have been applied',
			nextStep: 'Run the item again: this is safe.',
		},
		seemsDone: ({ status }, earlierInDoubt) => earlierInDoubt && status === 404,
		read: noBody,
	};
}

function aboutOne({ noun, key }: BrandingKind, subuser: string, id: string) {
	return { ...onBehalfOf(subuser), about: { noun, key, value: id } };
}
