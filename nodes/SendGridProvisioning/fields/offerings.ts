import type { INodeProperties } from 'n8n-workflow';
import { changeFromFields, changeFromJson } from '../domain/offeringInput';
import { assertSendable, withChange } from '../domain/offerings';
import type { Offering, OfferingChange, OfferingChangeKind } from '../domain/offerings';
import { Refusal } from '../domain/refusal';
import { json, oneOf, textOrNone } from '../domain/values';
import { account } from './account';
import { repeatNotice } from './onceKey';
import { byJson, changeInputFields } from './offeringInput';
import { optional } from './target';

const SPECIFY = ['fields', 'json'] as const;

/** The fields for changing an account's offerings. */
export const offeringFields: INodeProperties[] = [
	{
		displayName: 'Change',
		name: 'change',
		type: 'options',
		options: [
			{
				name: 'Add or Update',
				value: 'merge',
				description:
					'Keeps everything else. A package replaces the current one, and an add-on’s quantity becomes the one you enter.',
			},
			{
				name: 'Increase Quantities',
				value: 'increase',
				description:
					'Adds to the quantities of add-ons. An add-on that the account doesn’t have gets the quantity that you enter.',
			},
			{
				name: 'Match Another Account',
				value: 'match',
				description: 'Copies package and add-ons of another account exactly',
			},
			{
				name: 'Remove',
				value: 'remove',
				description: 'Removes add-ons. Keeps everything else.',
			},
			{
				name: 'Replace All',
				value: 'replace',
				description:
					'Sets exactly the offerings that you enter. Everything else is removed, including dedicated IPs.',
			},
		],
		default: 'merge',
		description:
			'How to change the account’s offerings. When you choose another change, n8n empties the fields that it hides: check package and add-ons afterwards.',
	},
	{
		// The form also shows it where Change is an expression.
		...optional(account.field),
		displayName: 'Account to Match',
		name: 'matchAccount',
		description: 'Account whose package and add-ons to copy exactly',
		displayOptions: { hide: { change: ['increase', 'merge', 'remove', 'replace'] } },
	},
	{
		...repeatNotice('increaseNotice', 'Increase Quantities: each run adds the quantities again.'),
		displayOptions: { hide: { change: ['match', 'merge', 'remove', 'replace'] } },
	},
	{
		displayName:
			'Replace All and Match Another Account: add-ons that aren’t in the new list are removed from the account, including dedicated IPs. To see what would change, turn on Dry Run first.',
		name: 'replaceNotice',
		type: 'notice',
		default: '',
		displayOptions: { hide: { change: ['increase', 'merge', 'remove'] } },
	},
	...changeInputFields.map((field) => ({
		...field,
		displayOptions: { hide: { ...field.displayOptions?.hide, change: changesWithout(field) } },
	})),
	{
		displayName: 'Add-On Names or IDs',
		name: 'offeringNames',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getAddons' },
		default: [],
		description:
			'Add-ons to remove. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		displayOptions: { hide: { ...byJson, change: ['increase', 'match', 'merge', 'replace'] } },
	},
];

/** The changes that hide a field: they copy another account's offerings, or only need names. */
function changesWithout({ name }: INodeProperties): string[] {
	if (name === 'package') return ['increase', 'match', 'remove'];
	return name === 'addons' ? ['match', 'remove'] : ['match'];
}

/** Reads the fields. @throws Refusal where they name nothing, or break SendGrid's rules */
export function offeringChangeFrom(
	change: OfferingChangeKind,
	param: (name: string) => unknown,
): OfferingChange {
	if (specifyFrom(param) === 'json')
		return changeFromJson(change, json(param('offeringsJson'), 'Offerings (JSON)'));
	return changeFromFields(change, {
		package: param('package'),
		addons: param('addons'),
		offeringNames: param('offeringNames'),
	});
}

/** Reads the fields of a new account, which has no offerings yet. @throws Refusal */
export function newOfferingsFrom(param: (name: string) => unknown): Offering[] {
	const isByFields = specifyFrom(param) === 'fields';
	if (isByFields && textOrNone(param('package'), 'Package') === undefined) {
		throw packageMissing('Choose one. If it’s an expression, it returns nothing for this item.');
	}
	const offerings = withChange([], offeringChangeFrom('merge', param));
	if (!offerings.some(({ type }) => type === 'package')) {
		throw packageMissing('Add one to Offerings (JSON), with the type "package".');
	}
	assertSendable(offerings);
	return offerings;
}

function packageMissing(nextStep: string): Refusal {
	return new Refusal('A new account requires a package', nextStep);
}

function specifyFrom(param: (name: string) => unknown): (typeof SPECIFY)[number] {
	return oneOf(param('specifyOfferings'), SPECIFY, 'Specify Offerings');
}
