import type { FastifyInstance } from 'fastify';
import { timestamp, type Clock } from './clock';
import { bodyObject, refuse } from './errors';
import type { Fault } from './faults';
import { findAccount, type AccountRequest } from './lookup';
import type { Account, CatalogEntry, EmulatorState, Offering } from './state';

/** Reads an offering and checks it against the catalog; a missing quantity is 1 (assumed). */
function readOffering(value: unknown, catalog: CatalogEntry[]): Offering {
	const { name, type, quantity = 1 } = bodyObject(value);
	const entry = catalog.find(({ offering }) => offering.name === name);
	if (!entry) refuse(400, `there is no offering named ${String(name)}`, 'name');
	const { offering } = entry;
	if (type !== offering.type) refuse(400, `${offering.name} is not of this type`, 'type');
	if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) {
		refuse(400, `the quantity of ${offering.name} must be an integer of at least 1`, 'quantity');
	}
	if (offering.type === 'package' && quantity !== 1) {
		refuse(400, 'the quantity of a package must be 1', 'quantity');
	}
	return { ...offering, quantity };
}

/**
 * Reads a request's offerings. SendGrid publishes that an account has exactly one package. Assumed:
 * names are unique, and a list without a package is refused.
 * https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api
 */
export function readOfferings(body: Record<string, unknown>, catalog: CatalogEntry[]): Offering[] {
	const { offerings } = body;
	if (!Array.isArray(offerings)) refuse(400, 'offerings must be a list', 'offerings');
	const list = offerings.map((value) => readOffering(value, catalog));
	if (new Set(list.map(({ name }) => name)).size < list.length) {
		refuse(400, 'an offering appears twice', 'offerings');
	}
	if (list.filter(({ type }) => type === 'package').length !== 1) {
		refuse(400, 'an account must have exactly one package', 'offerings');
	}
	return list;
}

/**
 * Replaces an account's offerings, and adds or removes as many dedicated IPs as they have more or fewer.
 * The account loses those added last, as SendGrid documents. A test account never has any. Assumed: IPs
 * that the IP Provisioning API added or removed change nothing in this.
 */
export function setOfferings(account: Account, offerings: Offering[], state: EmulatorState): void {
	const change =
		dedicatedIps(offerings, state.catalog) - dedicatedIps(account.offerings, state.catalog);
	account.offerings = offerings;
	if (account.testAccount) return;
	account.ips.length = Math.max(0, account.ips.length + Math.min(0, change));
	for (let added = 0; added < change; added++) account.ips.push(nextDedicatedIp(state));
}

/** Changes the quantity of the IP add-on as far as `behavior.ipAddonQuantity` says so. */
export function changeIpQuantity(account: Account, change: number, state: EmulatorState): void {
	if (state.behavior.ipAddonQuantity !== 'follows') return;
	const { offering } =
		state.catalog.find(
			(entry) => entry.offering.type === 'addon' && (entry.entitlements.ip_count ?? 0) > 0,
		) ?? {};
	if (!offering) return;
	const present = account.offerings.find(({ name }) => name === offering.name);
	const quantity = (present?.quantity ?? 0) + change;
	const others = account.offerings.filter((entry) => entry !== present);
	account.offerings = quantity > 0 ? [...others, { ...offering, quantity }] : others;
}

/** The number of dedicated IPs that offerings include. */
export function dedicatedIps(offerings: Offering[], catalog: CatalogEntry[]): number {
	const perUnit = new Map(
		catalog.map(({ offering, entitlements }) => [offering.name, entitlements.ip_count ?? 0]),
	);
	return offerings.reduce(
		(sum, { name, quantity }) => sum + (perUnit.get(name) ?? 0) * quantity,
		0,
	);
}

/** An address from 100.64.0.0/10, which isn't used on the public internet. */
export function nextDedicatedIp(state: EmulatorState): string {
	const number = state.nextDedicatedIp++;
	return `100.${64 + ((number >>> 16) % 64)}.${(number >>> 8) & 255}.${number & 255}`;
}

function withFault(offerings: Offering[], fault: Fault | undefined): Offering[] {
	if (fault?.kind === 'dropOffering') return offerings.filter(({ name }) => name !== fault.name);
	if (fault?.kind !== 'alterOffering') return offerings;
	const { quantity } = fault;
	return offerings.map((entry) => (entry.name === fault.name ? { ...entry, quantity } : entry));
}

/** https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api */
export function offeringRoutes(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	app.get('/v3/partners/offerings', () => ({ catalog: state.catalog }));

	app.get<AccountRequest>('/v3/partners/accounts/:id/offerings', (request) => ({
		offerings: findAccount(state, request).offerings,
	}));

	// Replaces all offerings, and answers with the result.
	app.put<AccountRequest>('/v3/partners/accounts/:id/offerings', (request) => {
		const account = findAccount(state, request);
		const offerings = readOfferings(bodyObject(request.body), state.catalog);
		setOfferings(account, withFault(offerings, request.fault), state);
		account.updated_at = timestamp(clock.now());
		return { offerings: account.offerings };
	});
}
