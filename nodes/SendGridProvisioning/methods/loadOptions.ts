import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { getCatalog } from '../sendgrid/accountOfferings';
import type { CatalogEntry } from '../sendgrid/accountOfferings';
import { withApi } from './pickList';

/** The catalog's packages, after the choice of none. */
export async function getPackages(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const packages = await catalogOptions(this, ({ offering }) => offering.type === 'package');
	return [
		{ name: '[None]', value: '', description: 'Name no package: to update, the present one stays' },
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
	const entries = await withApi(context, async (api) => await api.send(getCatalog()));
	return entries
		.filter(wanted)
		.map(({ offering, entitlements }) => ({
			name: offering.name,
			value: offering.name,
			description: describe(entitlements),
		}))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** SendGrid's entitlement keys in words; keys that it adds later are shown as they are. */
const WORDS: Record<string, string> = {
	email_sends_max_monthly: 'e-mails a month',
	ip_count: 'dedicated IPs',
	teammates_max_total: 'teammates',
	users_max_total: 'subusers',
};

function describe(entitlements: Record<string, unknown>): string {
	return Object.entries(entitlements)
		.filter(([, amount]) => typeof amount === 'number')
		.map(([key, amount]) => `${Number(amount).toLocaleString('en-US')} ${WORDS[key] ?? key}`)
		.join(', ');
}
