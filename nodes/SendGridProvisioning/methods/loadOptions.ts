import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { allAccountIps } from '../sendgrid/accountIps';
import { getCatalog } from '../sendgrid/accountOfferings';
import { getScopes as readScopes } from '../sendgrid/apiKey';
import { assignable } from '../domain/apiKeyScopes';
import { listApiKeys } from '../sendgrid/subuserApiKeys';
import { assertActsFor } from '../sendgrid/identity';
import type { Acting } from '../sendgrid/identity';
import { DOMAINS, LINKS, allBrandings } from '../sendgrid/brandings';
import type { BrandingKind } from '../sendgrid/brandings';
import { syncOutcomeOf } from '../domain/outcome';
import { chosen } from '../domain/values';
import type { CatalogEntry } from '../sendgrid/accountOfferings';
import { allIps } from '../sendgrid/subuserIps';
import { loadChoices } from './pickList';

/** The catalog's packages. */
export async function getPackages(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await catalogOptions(this, ({ offering }) => offering.type === 'package');
}

/** The catalog's packages. Before them, what it means for the form's Change to choose none. */
export async function getPackagesOrNone(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const packages = await getPackages.call(this);
	return [{ ...noPackage(this.getCurrentNodeParameter('change')), value: '' }, ...packages];
}

/** n8n's editor reports an empty field as unsupported if the list has no entry for it. */
function noPackage(change: unknown): Pick<INodePropertyOptions, 'name' | 'description'> {
	if (change === 'merge') {
		return { name: '[Keep Current]', description: 'The account keeps its package' };
	}
	if (change === 'replace') {
		return { name: '[Choose a Package]', description: 'Replace All requires a package' };
	}
	return { name: '[None]', description: 'With Add or Update, the account keeps its package' };
}

/** The catalog's add-ons. */
export async function getAddons(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await catalogOptions(this, ({ offering }) => offering.type === 'addon');
}

/** The IPs of the credential's SendGrid account. */
export async function getIps(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const ips = await loadChoices(this, async ({ api }) => await allIps(api));
	return ips.map((ip) => ({ name: ip, value: ip })).sort(byName);
}

/** The IPs of the account that the form names. */
export async function getAccountIps(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await loadForCustomer(this, 'account', async ({ api, target }) => {
		const ips = await allAccountIps(api, target);
		return ips
			.map(({ ip, region }) => ({ name: ip, value: ip, description: `Region: ${region}` }))
			.sort(byName);
	});
}

/** The scopes of the credential's API key: those that it can pass on. Sorted, so that groups stay together. */
export async function getScopes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const scopes = await loadChoices(this, async ({ api }) => await api.send(readScopes()));
	return assignable(scopes).map((scope) => ({ name: scope, value: scope }));
}

/** The API keys of the subuser that the form names. */
export async function getSubuserApiKeys(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	return await loadForCustomer(this, 'subuser', async (acting) => {
		await assertActsFor(acting);
		const keys = await acting.api.send(listApiKeys(acting.target));
		return keys
			.map(({ name, api_key_id }) => ({ name, value: api_key_id, description: api_key_id }))
			.sort(byName);
	});
}

/** The domains of the subuser that the form names. */
export async function getSubuserDomains(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	return await brandingChoices(this, DOMAINS);
}

/** The link brandings of the subuser that the form names. */
export async function getSubuserLinks(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	return await brandingChoices(this, LINKS);
}

async function brandingChoices(
	context: ILoadOptionsFunctions,
	kind: BrandingKind,
): Promise<INodePropertyOptions[]> {
	return await loadForCustomer(context, 'subuser', async (acting) => {
		const brandings = await allBrandings(acting, kind);
		return brandings.map(({ id, domain, subdomain, valid }) => ({
			name: subdomain === '' ? domain : `${subdomain}.${domain}`,
			value: id,
			description: valid ? 'Valid' : 'Not valid yet',
		}));
	});
}

/** Loads choices about the customer that the form names. Without one, the menu says what to do first. */
async function loadForCustomer(
	context: ILoadOptionsFunctions,
	field: 'account' | 'subuser',
	load: (acting: Acting) => Promise<INodePropertyOptions[]>,
): Promise<INodePropertyOptions[]> {
	const label = field === 'account' ? 'Account' : 'Subuser';
	const choice = syncOutcomeOf(() => chosen(context.getCurrentNodeParameter(field), label));
	if ('error' in choice) return [{ name: `[Choose the ${label} First]`, value: '' }];
	const target = choice.value;
	const cached: Acting['cached'] = async (_key, prove) => await prove();
	return await loadChoices(context, async ({ api }) => await load({ api, target, cached }));
}

async function catalogOptions(
	context: ILoadOptionsFunctions,
	wanted: (entry: CatalogEntry) => boolean,
): Promise<INodePropertyOptions[]> {
	const entries = await loadChoices(context, async ({ api }) => await api.send(getCatalog()));
	return entries
		.filter(wanted)
		.map(({ offering, entitlements }) => ({
			name: offering.name,
			value: offering.name,
			description: describe(entitlements),
		}))
		.sort(byName);
}

/** From A to Z, and numbers by size. */
function byName(one: INodePropertyOptions, other: INodePropertyOptions): number {
	return one.name.localeCompare(other.name, 'en', { numeric: true });
}

/** SendGrid's entitlement keys in singular and plural. Unknown keys are shown unchanged. */
const WORDS: Record<string, [string, string]> = {
	email_sends_max_monthly: ['email a month', 'emails a month'],
	ip_count: ['dedicated IP', 'dedicated IPs'],
	teammates_max_total: ['teammate', 'teammates'],
	users_max_total: ['subuser', 'subusers'],
};

function describe(entitlements: Record<string, unknown>): string {
	return Object.entries(entitlements)
		.filter(([, amount]) => typeof amount === 'number')
		.map(([key, amount]) => {
			const [one, many] = WORDS[key] ?? [key, key];
			return `${Number(amount).toLocaleString('en-US')} ${amount === 1 ? one : many}`;
		})
		.join(', ');
}
