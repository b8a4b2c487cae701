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

/** What an account can have: one package among any add-ons, in any order. */
export const accountOfferings = fc
	.tuple(packageOffering, addonOfferings)
	.chain(([plan, addons]) => inAnyOrder([plan, ...addons]));

/** What a merge can name: at most one package and any add-ons, but something. */
export const namedOfferings = fc
	.tuple(fc.option(packageOffering, { nil: undefined }), addonOfferings)
	.map(([plan, addons]) => (plan === undefined ? addons : [plan, ...addons]))
	.filter((list) => list.length > 0)
	.chain(inAnyOrder);

/** What an increase can name. */
export const namedAddons = addonOfferings.filter((list) => list.length > 0);

/** What a removal can name, whether the account has it or not. */
export const offeringNames = fc.uniqueArray(fc.constantFrom(...PACKAGES, ...ADDONS), {
	minLength: 1,
});

/** Lists of which only some are fit to be sent. */
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

/** The same offerings, whatever their order. */
export function asSet(list: Offering[]): Offering[] {
	return [...list].sort((a, b) => a.name.localeCompare(b.name));
}
