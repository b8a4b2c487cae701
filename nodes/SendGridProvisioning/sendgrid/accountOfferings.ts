import type { Offering } from '../domain/offerings';
import { isRecord } from '../domain/values';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { OFFERING_HINTS } from './fieldHints';
import { listOf, recordWith } from './shapes';

/** An offering of the reseller's contract, and its entitlements, as numbers by key. */
export interface CatalogEntry {
	offering: Offering;
	entitlements: Record<string, unknown>;
}

/**
 * All offerings of the reseller's contract.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-offering-operations/list-offerings
 */
export function getCatalog(): Call<CatalogEntry[]> {
	return {
		method: 'GET',
		path: path`/v3/partners/offerings`,
		repeatable: true,
		needs: 'reseller agreement',
		read: (body) => (isRecord(body) ? listOf(body['catalog'], catalogEntryFrom) : undefined),
	};
}

/**
 * The offerings that an account has.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-offering-operations/get-account-offerings
 */
export function getAccountOfferings(accountId: string): Call<Offering[]> {
	return {
		method: 'GET',
		path: path`/v3/partners/accounts/${accountId}/offerings`,
		repeatable: true,
		needs: 'reseller agreement',
		read: offeringsFrom,
	};
}

/**
 * Sets an account's offerings to exactly these. SendGrid immediately removes all others, and
 * returns the account's new list.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-offering-operations/update-account-offerings
 */
export function putAccountOfferings(accountId: string, offerings: Offering[]): Call<Offering[]> {
	return {
		method: 'PUT',
		path: path`/v3/partners/accounts/${accountId}/offerings`,
		body: { offerings: offerings.map(({ name, type, quantity }) => ({ name, type, quantity })) },
		fieldHints: OFFERING_HINTS,
		repeatable: true,
		needs: 'reseller agreement',
		read: offeringsFrom,
	};
}

/**
 * The same after an increase. The list is absolute, so it may be sent twice; but an item that runs
 * again reads the increased quantities and adds to them.
 */
export function putIncreasedOfferings(accountId: string, offerings: Offering[]): Call<Offering[]> {
	return {
		...putAccountOfferings(accountId, offerings),
		ifInDoubt: {
			message: 'the quantities may have been increased',
			nextStep:
				'Look at the account’s offerings first: running the item again would add to the quantities a second time.',
		},
	};
}

function offeringsFrom(body: unknown): Offering[] | undefined {
	return isRecord(body) ? listOf(body['offerings'], offeringFrom) : undefined;
}

function offeringFrom(entry: unknown): Offering | undefined {
	const offering = recordWith(entry, 'name', 'type');
	const quantity = offering?.['quantity'] ?? 1;
	if (offering === undefined || typeof quantity !== 'number') return undefined;
	return { name: offering.name, type: offering.type, quantity };
}

function catalogEntryFrom(entry: unknown): CatalogEntry | undefined {
	const offering = isRecord(entry) ? offeringFrom(entry['offering']) : undefined;
	if (!isRecord(entry) || offering === undefined) return undefined;
	return { offering, entitlements: isRecord(entry['entitlements']) ? entry['entitlements'] : {} };
}
