import type { INodeProperties } from 'n8n-workflow';
import { changeFromFields, changeFromJson } from '../domain/offeringInput';
import { withChange } from '../domain/offerings';
import type { Change, Offering, OfferingChange } from '../domain/offerings';
import { json, oneOf } from '../domain/values';
import { account } from './account';
import { optional } from './target';

const SPECIFY = ['fields', 'json'] as const;

/**
 * Where a field has no place. Said by what hides it, not by what shows it: of an expression that has
 * no data yet, the editor would show no field at all.
 */
const byJson = { specifyOfferings: ['json'] };
const byFields = { specifyOfferings: ['fields'] };

/** How offerings are named: picked from the catalog, or as JSON. */
export const newOfferingFields: INodeProperties[] = [
	{
		displayName: 'Specify Offerings',
		name: 'specifyOfferings',
		type: 'options',
		options: [
			{ name: 'Using Fields Below', value: 'fields' },
			{ name: 'Using JSON', value: 'json' },
		],
		default: 'fields',
		description: 'How to name the package and add-ons',
	},
	{
		displayName: 'Package Name or ID',
		name: 'package',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getPackages' },
		default: '',
		description:
			'The plan, which every account has exactly one of. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		displayOptions: { hide: byJson },
	},
	{
		displayName: 'Add-Ons',
		name: 'addons',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Add-On',
		default: {},
		displayOptions: { hide: byJson },
		options: [
			{
				displayName: 'Add-On',
				name: 'addon',
				values: [
					{
						displayName: 'Add-On Name or ID',
						name: 'name',
						type: 'options',
						typeOptions: { loadOptionsMethod: 'getAddons' },
						default: '',
						description:
							'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
					},
					{
						displayName: 'Quantity',
						name: 'quantity',
						type: 'number',
						typeOptions: { minValue: 1 },
						default: 1,
						description:
							'How many the account shall have in total, not how many to add to those it has',
					},
				],
			},
		],
	},
	{
		displayName: 'Offerings (JSON)',
		name: 'offeringsJson',
		type: 'json',
		default: '',
		required: true,
		placeholder: 'e.g. [{ "name": "acme.x.ip.v2", "type": "addon", "quantity": 2 }]',
		description:
			'A list of offerings, each with name, type ("package" or "addon") and quantity; to take offerings away, a list of names does too',
		displayOptions: { hide: byFields },
	},
];

/** The same for a change of an account, where offerings can be taken away too. */
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
					'All else stays. A package takes the place of the present one; an add-on gets the given quantity.',
			},
			{
				name: 'Match Another Account',
				value: 'match',
				description: 'The account gets exactly what the other account has',
			},
			{
				name: 'Remove',
				value: 'remove',
				description: 'Take add-ons away. All else stays.',
			},
			{
				name: 'Replace All',
				value: 'replace',
				description:
					'The account gets exactly these. Everything else is taken away, dedicated IPs included.',
			},
		],
		default: 'merge',
		description: 'What to do with the offerings below',
	},
	{
		// The form shows it for any expression as Change, too.
		...optional(account.field),
		displayName: 'Account to Match',
		name: 'matchAccount',
		description: 'The account whose package and add-ons this one shall have, no more and no less',
		displayOptions: { hide: { change: ['merge', 'remove', 'replace'] } },
	},
	...newOfferingFields.map((field) => ({
		...field,
		displayOptions: { hide: { ...field.displayOptions?.hide, change: changesWithout(field) } },
	})),
	{
		displayName: 'Offering Names or IDs',
		name: 'offeringNames',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getOfferings' },
		default: [],
		description:
			'The offerings to take away. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		displayOptions: { hide: { ...byJson, change: ['match', 'merge', 'replace'] } },
	},
];

/** The changes for which a field means nothing: another account's list, or names alone, are taken then. */
function changesWithout({ name }: INodeProperties): string[] {
	return ['package', 'addons'].includes(name) ? ['match', 'remove'] : ['match'];
}

/** Reads the fields. @throws Refusal where they name nothing, or break SendGrid's rules */
export function offeringChangeFrom(
	change: Change,
	param: (name: string) => unknown,
): OfferingChange {
	const specify = oneOf(param('specifyOfferings'), SPECIFY, 'Specify Offerings');
	if (specify === 'json')
		return changeFromJson(change, json(param('offeringsJson'), 'Offerings (JSON)'));
	return changeFromFields(change, {
		package: param('package'),
		addons: param('addons'),
		offeringNames: param('offeringNames'),
	});
}

/** Reads the fields for an account that has no offerings yet. @throws Refusal */
export function newOfferingsFrom(param: (name: string) => unknown): Offering[] {
	return withChange([], offeringChangeFrom('replace', param));
}
