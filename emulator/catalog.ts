import type { CatalogEntry, Entitlements, OfferingType } from './state';

function entry(name: string, type: OfferingType, entitlements: Entitlements): CatalogEntry {
	return { offering: { name, type, quantity: 1 }, entitlements };
}

/**
 * The offerings that the emulated reseller can assign. A real catalog depends on the reseller's
 * contract, so these names are invented in the published pattern. Some entitlements are missing, as
 * SendGrid allows.
 */
export function createCatalog(): CatalogEntry[] {
	return [
		entry('demo.ei.free.v1', 'package', {
			email_sends_max_monthly: 3000,
			ip_count: 0,
			teammates_max_total: 1,
			users_max_total: 0,
		}),
		entry('demo.ei.essentials-50k.v1', 'package', {
			email_sends_max_monthly: 50_000,
			ip_count: 0,
			teammates_max_total: 1,
		}),
		entry('demo.ei.pro-100k.v1', 'package', {
			email_sends_max_monthly: 100_000,
			ip_count: 1,
			teammates_max_total: 1000,
			users_max_total: 15,
		}),
		entry('demo.ei.pro-300k.v1', 'package', {
			email_sends_max_monthly: 300_000,
			ip_count: 1,
			teammates_max_total: 1000,
			users_max_total: 15,
		}),
		entry('demo.x.ip.v1', 'addon', { ip_count: 1 }),
		entry('demo.x.marketing-campaigns.v1', 'addon', {}),
		entry('demo.x.expert-services.v1', 'addon', {}),
		entry('demo.x.teammates-5.v1', 'addon', { teammates_max_total: 5 }),
		entry('demo.x.subusers-10.v1', 'addon', { users_max_total: 10 }),
	];
}
