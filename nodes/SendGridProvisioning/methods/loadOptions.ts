import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { getCatalog } from '../sendgrid/accountOfferings';
import type { CatalogEntry } from '../sendgrid/accountOfferings';
import { loadChoices } from './pickList';

/** The catalog's packages, and "[None]" before them. */
export async function getPackages(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const packages = await catalogOptions(this, ({ offering }) => offering.type === 'package');
	return [
		{ name: '[None]', value: '', description: 'With Add or Update, the account keeps its package' },
		...packages,
	];
}

/** The catalog's add-ons. */
export async function getAddons(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await catalogOptions(this, ({ offering }) => offering.type === 'addon');
}

/** The whole catalog. */
export async function getOfferings(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await catalogOptions(this, () => true);
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
		.sort((a, b) => a.name.localeCompare(b.name));
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
