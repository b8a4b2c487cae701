import type { INodeProperties } from 'n8n-workflow';

/**
 * Says which choices hide a field, not which show it: for an expression that has no data yet, the
 * editor would show no field.
 */
export const byJson = { specifyOfferings: ['json'] };
const byFields = { specifyOfferings: ['fields'] };

/** The texts of the fields for offerings, for a new account and for a change. */
interface OfferingTexts {
	package: Partial<INodeProperties>;
	quantities: INodeProperties[];
	json: { placeholder: string; description: string };
}

/** The quantity that an add-on should have. */
const TOTAL: INodeProperties = {
	displayName: 'Quantity in Total',
	name: 'quantity',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 1,
	hint: 'The total: 1 leaves the account with one',
	description: 'How many of it the account should have',
};

/** The fields for offerings: chosen from the catalog, or as JSON. */
const inputFields = (texts: OfferingTexts): INodeProperties[] => [
	{
		displayName: 'Specify Offerings',
		name: 'specifyOfferings',
		type: 'options',
		options: [
			{ name: 'Using Fields Below', value: 'fields' },
			{ name: 'Using JSON', value: 'json' },
		],
		default: 'fields',
		description: 'Whether to choose the package and add-ons from lists or enter them as JSON',
	},
	{
		displayName: 'Package Name or ID',
		name: 'package',
		type: 'options',
		default: '',
		displayOptions: { hide: byJson },
		...texts.package,
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
					...texts.quantities,
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
		displayOptions: { hide: byFields },
		...texts.json,
		// The editor doesn't show a placeholder in a field for JSON.
		hint: texts.json.placeholder.replace(/^e\.g\./, 'Such as'),
	},
];

/** The fields for the offerings of a new account. */
export const newOfferingFields = inputFields({
	package: {
		typeOptions: { loadOptionsMethod: 'getPackages' },
		required: true,
		description:
			'The account’s plan; each account has exactly one. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	quantities: [TOTAL],
	json: {
		placeholder: 'e.g. [{ "name": "acme.ei.pro-100k.v1", "type": "package" }]',
		description:
			'List with the package, and an entry for each add-on. Each has a name and a type ("package" or "addon"), and an add-on its quantity.',
	},
});

/** The quantity in a change: two labels of one parameter, of which the form shows one. */
const changeQuantities: INodeProperties[] = [
	{ ...TOTAL, displayOptions: { hide: { change: ['increase'] } } },
	{
		...TOTAL,
		displayName: 'Quantity to Add',
		hint: 'Added to what the account has',
		description: 'How many of it to add',
		displayOptions: { hide: { change: ['merge', 'replace'] } },
	},
];

/** The fields for the offerings of a change. */
export const changeInputFields = inputFields({
	package: {
		typeOptions: { loadOptionsMethod: 'getPackagesOrNone', loadOptionsDependsOn: ['change'] },
		description:
			'The account’s plan; each account has exactly one. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	quantities: changeQuantities,
	json: {
		placeholder: 'e.g. [{ "name": "acme.x.ip.v2", "type": "addon", "quantity": 2 }]',
		description:
			'List of offerings, each with name, type ("package" or "addon"), and quantity in total (for Increase Quantities, the number to add). To remove offerings, a list of names is enough.',
	},
});
