import type { FastifyInstance } from 'fastify';
import { timestamp, type Clock } from './clock';
import { bodyObject, refuse } from './errors';
import type { Fault } from './faults';
import { findAccount, type AccountRequest } from './lookup';
import type { Account, CatalogEntry, EmulatorState, Offering } from './state';

/** One offering of a request, held against the catalog; a missing quantity counts as 1 (assumed). */
function readOffering(value: unknown, catalog: CatalogEntry[]): Offering {
	const { name, type, quantity = 1 } = bodyObject(value);
	const entry = catalog.find(({ offering }) => offering.name === name);
	if (!entry) refuse(400, `no offering is called ${String(name)}`, 'name');
	const { offering } = entry;
	if (type !== offering.type) refuse(400, `${offering.name} is not of this type`, 'type');
	if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) {
		refuse(400, `the quantity of ${offering.name} must be an integer, 1 or more`, 'quantity');
	}
	if (offering.type === 'package' && quantity !== 1) {
		refuse(400, 'the quantity of a package must be 1', 'quantity');
	}
	return { ...offering, quantity };
}

/**
 * The offerings of a request. Exactly one package is SendGrid's rule; that names are unique and
 * that a list without a package is refused is assumed.
 * https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api
 */
export function readOfferings(body: Record<string, unknown>, catalog: CatalogEntry[]): Offering[] {
	const { offerings } = body;
	if (!Array.isArray(offerings)) refuse(400, 'offerings must be a list', 'offerings');
	const list = offerings.map((value) => readOffering(value, catalog));
	if (new Set(list.map(({ name }) => name)).size < list.length) {
		refuse(400, 'an offering is named twice', 'offerings');
	}
	if (list.filter(({ type }) => type === 'package').length !== 1) {
		refuse(400, 'an account has exactly one package', 'offerings');
	}
	return list;
}

/**
 * Gives an account these offerings and the dedicated IPs that come with them. With fewer IPs than
 * before, the ones added last are lost, as SendGrid documents; a test account never gets any.
 */
export function setOfferings(account: Account, offerings: Offering[], state: EmulatorState): void {
	account.offerings = offerings;
	const ipCount = account.testAccount ? 0 : dedicatedIps(offerings, state.catalog);
	account.ips.length = Math.min(account.ips.length, ipCount);
	while (account.ips.length < ipCount) account.ips.push(nextDedicatedIp(state));
}

function dedicatedIps(offerings: Offering[], catalog: CatalogEntry[]): number {
	const perUnit = new Map(
		catalog.map(({ offering, entitlements }) => [offering.name, entitlements.ip_count ?? 0]),
	);
	return offerings.reduce(
		(sum, { name, quantity }) => sum + (perUnit.get(name) ?? 0) * quantity,
		0,
	);
}

/** From the range 100.64.0.0/10, which is never used on the public internet. */
function nextDedicatedIp(state: EmulatorState): string {
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

	// A full overwrite: what is left out is removed, and the answer is the resulting list.
	app.put<AccountRequest>('/v3/partners/accounts/:id/offerings', (request) => {
		const account = findAccount(state, request);
		const offerings = readOfferings(bodyObject(request.body), state.catalog);
		setOfferings(account, withFault(offerings, request.fault), state);
		account.updated_at = timestamp(clock.now());
		return { offerings: account.offerings };
	});
}
