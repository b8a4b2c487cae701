import fc from 'fast-check';
import type { Offering } from '../../../nodes/SendGridProvisioning/domain/offerings';

// Few names, so that lists overlap.
const PACKAGES = ['acme.free.v1', 'acme.pro.v1', 'acme.max.v1'];
const ADDONS = ['acme.ip.v2', 'acme.marketing.v1', 'acme.expert.v1', 'acme.ease.v1'];

const packageOffering = fc
	.constantFrom(...PACKAGES)
	.map((name): Offering => ({ name, type: 'package', quantity: 1 }));

const addonOfferings = fc.uniqueArray(
	fc.record({
		name: fc.constantFrom(...ADDONS),
		type: fc.constant('addon'),
		quantity: fc.integer({ min: 1, max: 5 }),
	}),
	{ selector: ({ name }) => name },
);

function inAnyOrder(list: Offering[]): fc.Arbitrary<Offering[]> {
	return fc.shuffledSubarray(list, { minLength: list.length });
}

/** The offerings of an account: one package and any add-ons, in any order. */
export const accountOfferings = fc
	.tuple(packageOffering, addonOfferings)
	.chain(([plan, addons]) => inAnyOrder([plan, ...addons]));

/** The offerings of a merge: at most one package and any add-ons, but not none. */
export const namedOfferings = fc
	.tuple(fc.option(packageOffering, { nil: undefined }), addonOfferings)
	.map(([plan, addons]) => (plan === undefined ? addons : [plan, ...addons]))
	.filter((list) => list.length > 0)
	.chain(inAnyOrder);

/** Add-ons of an increase. */
export const namedAddons = addonOfferings.filter((list) => list.length > 0);

/** Names of a removal, which the account may not have. */
export const offeringNames = fc.uniqueArray(fc.constantFrom(...PACKAGES, ...ADDONS), {
	minLength: 1,
});

/** Any lists: only some of them may be sent. */
export const anyOfferings = fc.array(
	fc.record({
		name: fc.constantFrom(...PACKAGES, ...ADDONS),
		type: fc.oneof(
			{ weight: 1, arbitrary: fc.constant('package') },
			{ weight: 3, arbitrary: fc.constantFrom('addon', 'bundle') },
		),
		quantity: fc.oneof(
			{ weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) },
			{ weight: 1, arbitrary: fc.constantFrom(0, -1, 1.5, NaN) },
		),
	}),
	{ maxLength: 4 },
);

/** Sorts offerings, to compare lists in any order. */
export function asSet(list: Offering[]): Offering[] {
	return [...list].sort((a, b) => a.name.localeCompare(b.name));
}
