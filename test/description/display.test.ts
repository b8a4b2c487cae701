import { NodeHelpers } from 'n8n-workflow';
import type * as Workflow from 'n8n-workflow';
import type {
	INode,
	INodeParameters,
	INodeProperties,
	INodeTypeDescription,
	NodeParameterValueType,
} from 'n8n-workflow';
import {
	choicesOf,
	credential,
	description,
	fieldsIn,
	form,
	nodes,
	operations,
	ruleOf,
	rulesOf,
	shownAmong,
	trigger,
} from './forms';
import { resources } from '../../nodes/SendGridProvisioning/resources';

/** The possible values of a field that other fields depend on. */
function possibleValues(fields: INodeProperties[], name: string): NodeParameterValueType[] {
	const values = fields
		.filter((field) => field.name === name)
		.flatMap((field) =>
			field.type === 'boolean' ? [true, false] : choicesOf(field).map(({ value }) => value),
		);
	return [...new Set(values)];
}

/** All combinations of values of the fields that other fields depend on. */
function combinationsOf(fields: INodeProperties[], given: INodeParameters = {}): INodeParameters[] {
	const controlling = fields
		.flatMap((field) => rulesOf(field).map(({ name }) => name))
		.filter((name) => !(name in given));
	return [...new Set(controlling)].reduce(
		(combinations, name) =>
			combinations.flatMap((combination) =>
				possibleValues(fields, name).map((value) => ({ ...combination, [name]: value })),
			),
		[given],
	);
}

/** The fields of each operation, with every combination of values. */
const forms = operations.map(({ resource, operation }) => {
	const fields = description.properties.filter(
		(field) =>
			ruleOf(field, 'resource').includes(resource) &&
			ruleOf(field, 'operation').includes(operation),
	);
	return {
		resource,
		operation,
		fields,
		combinations: combinationsOf(fields, { resource, operation }),
	};
});

/** These rules use plain names, which n8n's AI builder requires. Another menu entry hides all old fields. */
const MENUS = ['resource', 'operation'];

const EXPRESSION = '={{ $json.value }}';

/** A value that a user could enter in a field, different from its default. */
function sampleValue(field: INodeProperties): NodeParameterValueType {
	const { options = [] } = field;
	switch (field.type) {
		case 'boolean':
			return field.default !== true;
		case 'number':
			return 7;
		case 'options':
			return choicesOf(field).find(({ value }) => value !== field.default)?.value ?? 'demo';
		case 'multiOptions':
			return ['demo'];
		case 'resourceLocator':
			return { __rl: true, mode: 'id', value: 'demo' };
		case 'collection':
			return sampleValues(options.flatMap((option) => ('type' in option ? [option] : [])));
		case 'fixedCollection':
			return Object.fromEntries(
				options.flatMap((option): Array<[string, INodeParameters[]]> =>
					'values' in option ? [[option.name, [sampleValues(option.values)]]] : [],
				),
			);
		default:
			return 'demo';
	}
}

function sampleValues(fields: INodeProperties[]): INodeParameters {
	return Object.fromEntries(fields.map((field) => [field.name, sampleValue(field)]));
}

/** Forms in which every field has a value, including hidden ones, in every combination. */
function filledForms(type: INodeTypeDescription): INodeParameters[] {
	const all =
		type.name === trigger.name
			? [{ fields: type.properties, combinations: combinationsOf(type.properties) }]
			: forms;
	return all.flatMap(({ fields, combinations }) => {
		const samples = sampleValues(fields);
		const controlling = new Set(fields.flatMap(rulesOf).map(({ name }) => name));
		const withExpression = [...controlling]
			.filter((name) => !MENUS.includes(name))
			.flatMap((name) => combinations.map((values) => ({ ...values, [name]: EXPRESSION })));
		return [...combinations, ...withExpression].map((values) => ({ ...samples, ...values }));
	});
}

/** The node with plain names in all display rules. */
function withPlainNames(type: INodeTypeDescription): INodeTypeDescription {
	const plain = (rules = {}) =>
		Object.fromEntries(
			Object.entries(rules).map(([path, values]) => [path.replace(/^\//, ''), values]),
		);
	const properties = type.properties.map((field) => {
		const { show, hide } = field.displayOptions ?? {};
		return {
			...field,
			displayOptions: { show: plain(show), hide: plain(hide) },
		} as INodeProperties;
	});
	return { ...type, properties };
}

describe.each(nodes.map(({ type }) => type.description))('the display rules of $name', (type) => {
	it('name other fields from the root, so that the editor keeps values of visible fields', () => {
		const byPlainName = fieldsIn(type.properties, '').flatMap(({ field }) =>
			rulesOf(field)
				.filter(({ path, name }) => path === name && !MENUS.includes(name))
				.map(({ name }) => `${field.name}: ${name}`),
		);
		expect(byPlainName).toEqual([]);
	});

	it('name only earlier fields, because n8n evaluates them in order', () => {
		const laterFields = type.properties.flatMap((field, index) =>
			fieldsIn([field], '')
				.flatMap((placed) => rulesOf(placed.field))
				.filter(({ name, hides }) => {
					const place = type.properties.findIndex((other) => other.name === name);
					return place > index || (place < 0 && !hides);
				})
				.map(({ name }) => `${field.name}: ${name}`),
		);
		expect(laterFields).toEqual([]);
	});

	it.each(['n8n-workflow', 'n8n-workflow-1'])(
		'have the same effect in %s as with plain names',
		(library) => {
			const { NodeHelpers: helpers } = jest.requireActual<typeof Workflow>(library);
			const plain = withPlainNames(type);
			const seenAs = (as: INodeTypeDescription, parameters: INodeParameters) => {
				const node = { name: as.displayName, type: as.name, typeVersion: 1, parameters } as INode;
				const shown = helpers.getNodeParameters(as.properties, parameters, true, false, node, as);
				const issues = helpers.getNodeParametersIssues(as.properties, node, as);
				return { shown, issues };
			};
			const all = filledForms(type);
			expect(all.length).toBeGreaterThan(type.properties.length / 4);
			for (const parameters of all) {
				expect(seenAs(type, parameters)).toEqual(seenAs(plain, parameters));
			}
		},
	);
});

function isShown(field: INodeProperties, values: INodeParameters): boolean {
	return NodeHelpers.displayParameter(values, field, null, description);
}

describe('every field', () => {
	it('is visible with some values of the fields that it depends on', () => {
		const unreachable = forms.flatMap(({ resource, operation, fields, combinations }) =>
			fields
				.filter(
					(field) =>
						!combinations.some((values) => {
							// A visible controlling field must have the value of this combination.
							const shown = form(values);
							const consistent = Object.entries(values).every(
								([name, value]) => !(name in shown) || shown[name] === value,
							);
							return consistent && isShown(field, shown);
						}),
				)
				.map(({ name }) => [resource, operation, name].join(' › ')),
		);
		expect(unreachable).toEqual([]);
	});

	it('of the credential is visible with some values too', () => {
		const unreachable = credential.properties.filter(
			(field) =>
				!combinationsOf(credential.properties).some((values) =>
					NodeHelpers.displayParameter(values, field, null, null),
				),
		);
		expect(unreachable).toEqual([]);
	});

	it('that controls others has the values in their rules', () => {
		const fieldLists = [...forms.map(({ fields }) => fields), credential.properties];
		for (const fields of fieldLists) {
			for (const { name, values, hides } of fields.flatMap(rulesOf)) {
				const own = ['resource', 'operation'].includes(name) ? description.properties : fields;
				const hiddenElsewhere = hides && !own.some((field) => field.name === name);
				if (!hiddenElsewhere)
					expect(possibleValues(own, name)).toEqual(expect.arrayContaining(values));
			}
		}
	});

	it('is shown only with its operation', () => {
		for (const { resource, operation, fields } of forms) {
			const others = description.properties.filter(
				(field) => !fields.includes(field) && !['resource', 'operation'].includes(field.name),
			);
			const shown = others.filter((field) => isShown(field, { resource, operation }));
			expect(shown.map(({ name }) => name)).toEqual([]);
		}
	});

	it('has a unique name among the visible fields', () => {
		for (const { fields, combinations } of forms) {
			for (const values of combinations) {
				const names = fields.filter((field) => isShown(field, values)).map(({ name }) => name);
				expect(names).toEqual([...new Set(names)]);
			}
		}
	});
});

describe('updating subuser credits', () => {
	const OPERATION = { resource: 'subuserCredit', operation: 'update' };
	const ALL = ['resetFrequency', 'total', 'refill'];

	it.each([
		['recurring', ALL],
		['nonrecurring', ['total']],
		['unlimited', []],
	])('with %s credits shows %j', (creditType, shown) => {
		expect(shownAmong(ALL, { ...OPERATION, creditType })).toEqual(shown);
	});

	it('shows all fields if the type is an expression', () => {
		expect(shownAmong(ALL, { ...OPERATION, creditType: '={{ $json.plan }}' })).toEqual(ALL);
	});

	it('starts with monthly recurring credits and no total, which must be entered', () => {
		expect(form(OPERATION)).toMatchObject({
			creditType: 'recurring',
			resetFrequency: 'monthly',
			refill: false,
			total: '',
		});
		const total = description.properties.find(({ name }) => name === 'total');
		expect(total?.required).toBe(true);
	});

	it('always shows the subuser, the dry run, and the options', () => {
		for (const creditType of ['recurring', 'nonrecurring', 'unlimited']) {
			const always = ['subuser', 'creditType', 'dryRun', 'options'];
			expect(shownAmong(always, { ...OPERATION, creditType })).toEqual(always);
		}
	});

	it.each([
		[
			'nonrecurring',
			['nonrecurringNotice'],
			/each run sets the balance to Total Credits again.*Run Once per Key/,
		],
		['recurring', ['recurringNotice'], /new total or reset frequency.*resets the balance/],
		['unlimited', ['unlimitedNotice'], /don’t limit what this subuser can send/],
	])('says what a run does: %s', (creditType, shown, text) => {
		const notices = ['recurringNotice', 'nonrecurringNotice', 'unlimitedNotice'];
		expect(shownAmong(notices, { ...OPERATION, creditType })).toEqual(shown);
		const said = description.properties.filter(({ name }) => shown.includes(name));
		for (const { displayName } of said) expect(displayName).toMatch(text);
	});
});

describe('a number of credits', () => {
	it('has a hint that is always visible, since n8n reads “50.000” as 50', () => {
		const names = ['total', 'adjustment', 'minimum', 'threshold'];
		const fields = [...description.properties, ...trigger.properties].filter(({ name }) =>
			names.includes(name),
		);
		expect(fields.map(({ name }) => name).sort()).toEqual([...names].sort());
		for (const { hint } of fields)
			expect(hint).toMatch(
				/^Such as \d+.*\. Digits only: n8n reads 50\.000 as 50 \(n8n 1: replace the 0\)\.$/,
			);
	});
});

describe('a change that removes what isn’t entered', () => {
	it.each([
		['merge', []],
		['increase', []],
		['remove', []],
		['replace', ['replaceNotice']],
		['match', ['replaceNotice']],
	])('has a notice: %s', (change, shown) => {
		const values = { resource: 'accountOffering', operation: 'update', change };
		expect(shownAmong(['replaceNotice'], values)).toEqual(shown);
	});
});

describe('a change that a second run applies again', () => {
	const adjust = { resource: 'subuserCredit', operation: 'adjust' };
	const offerings = { resource: 'accountOffering', operation: 'update' };

	it.each([
		['adjusted credits', { ...adjust }, ['adjustNotice']],
		['a new account', { resource: 'account', operation: 'create' }, ['createAccountNotice']],
		['new IPs', { resource: 'accountIp', operation: 'add' }, ['addNotice']],
		['a new API key', { resource: 'subuserApiKey', operation: 'create' }, ['createApiKeyNotice']],
		['increased quantities', { ...offerings, change: 'increase' }, ['increaseNotice']],
		['a merge', { ...offerings, change: 'merge' }, []],
		['a replacement', { ...offerings, change: 'replace' }, []],
		['a removal', { ...offerings, change: 'remove' }, []],
		['a copy', { ...offerings, change: 'match' }, []],
	])('has a notice: %s', (_what, values, shown) => {
		const notices = [
			'addNotice',
			'adjustNotice',
			'createAccountNotice',
			'createApiKeyNotice',
			'increaseNotice',
		];
		expect(shownAmong(notices, values)).toEqual(shown);
		const said = description.properties.filter(({ name }) => shown.includes(name));
		for (const { displayName } of said) {
			expect(displayName).toMatch(
				/^(Each|Increase Quantities: each) run .+\. If the same event can arrive twice, fill in Run Once per Key, so that it counts once\.$/,
			);
		}
	});
});

describe('the dry run', () => {
	it('says that it ignores the key, in the forms that have one', () => {
		for (const { resource, operation } of operations) {
			const isOfOperation = (field: INodeProperties) =>
				ruleOf(field, 'resource').includes(resource) &&
				ruleOf(field, 'operation').includes(operation);
			const fields = description.properties.filter(isOfOperation);
			const dryRun = fields.find(({ name }) => name === 'dryRun');
			const hasKey = fields.some(({ name }) => name === 'onceKey');
			expect([operation, dryRun?.description?.includes('Run Once per Key') ?? false]).toEqual([
				operation,
				hasKey,
			]);
			if (dryRun !== undefined)
				expect(dryRun.description).toContain('n8n turns this off when you switch');
		}
	});
});

describe('creating an account', () => {
	const fields = description.properties.filter(
		(field) =>
			ruleOf(field, 'resource').includes('account') &&
			ruleOf(field, 'operation').includes('create'),
	);

	it('starts with the profile, and requires a package, without an entry for none', () => {
		expect(fields[0]?.name).toBe('profile');
		const packageField = fields.find(({ name }) => name === 'package');
		expect(packageField).toMatchObject({
			required: true,
			typeOptions: { loadOptionsMethod: 'getPackages' },
		});
	});

	it('has its own help for JSON, which says nothing of removals', () => {
		const json = fields.find(({ name }) => name === 'offeringsJson');
		expect(json?.description).not.toMatch(/remove/i);
		expect(json?.hint).toContain('"package"');
	});
});

describe('an operation that can’t be undone', () => {
	it.each(
		resources.flatMap(({ option, operations: inMenu }) =>
			inMenu.map(
				(one) => [option.value, one.option.value, one.irreversible !== undefined] as const,
			),
		),
	)('says so in its form, and no other does: %s %s', (resource, operation, irreversible) => {
		const shown = shownAmong(['irreversibleNotice'], { resource, operation });
		expect(shown).toEqual(irreversible ? ['irreversibleNotice'] : []);
		expect(/^(delete|remove)$/.test(operation)).toBe(irreversible);
	});
});

describe('a new node', () => {
	it.each(resources)('only reads with the default operation of $option.value', (resource) => {
		const { operation } = form({ resource: resource.option.value });
		const byDefault = resource.operations.find(({ option }) => option.value === operation);
		expect(byDefault?.readOnly).toBe(true);
	});
});

describe('updating account offerings', () => {
	const OPERATION = { resource: 'accountOffering', operation: 'update' };
	const ALL = ['package', 'addons', 'offeringNames', 'offeringsJson'];

	it.each([
		['merge', ['Quantity in Total']],
		['replace', ['Quantity in Total']],
		['increase', ['Quantity to Add']],
	])('to %s labels the quantity %j, and keeps it', (change, labels) => {
		const values = { ...OPERATION, change, addons: { addon: [{ name: 'demo', quantity: 7 }] } };
		expect(form(values)['addons']).toEqual(values.addons);
		const [addons] = description.properties.filter(
			(field) => field.name === 'addons' && ruleOf(field, 'operation').includes('update'),
		);
		const quantities = fieldsIn(addons === undefined ? [] : [addons], '')
			.map(({ field }) => field)
			.filter(({ name }) => name === 'quantity');
		const shown = quantities.filter((field) =>
			NodeHelpers.displayParameter(values, field, null, description, values),
		);
		expect(shown.map(({ displayName }) => displayName)).toEqual(labels);
	});

	it('offers only add-ons to remove', () => {
		const field = description.properties.find(({ name }) => name === 'offeringNames');
		expect(field?.displayName).toBe('Add-On Names or IDs');
		expect(field?.typeOptions?.loadOptionsMethod).toBe('getAddons');
	});

	it('loads the packages again for another change, which decides what none means', () => {
		const field = description.properties.find(
			({ name, typeOptions }) =>
				name === 'package' && typeOptions?.loadOptionsMethod === 'getPackagesOrNone',
		);
		expect(field?.typeOptions?.loadOptionsDependsOn).toEqual(['change']);
	});

	it.each([
		['merge', 'fields', ['package', 'addons']],
		['replace', 'fields', ['package', 'addons']],
		['remove', 'fields', ['offeringNames']],
		['merge', 'json', ['offeringsJson']],
		['replace', 'json', ['offeringsJson']],
		['remove', 'json', ['offeringsJson']],
	])('to %s by %s shows %j', (change, specifyOfferings, shown) => {
		expect(shownAmong(ALL, { ...OPERATION, change, specifyOfferings })).toEqual(shown);
	});

	it('shows all fields that could be required if the change is an expression', () => {
		const change = '={{ $json.change }}';
		expect(shownAmong(ALL, { ...OPERATION, change, specifyOfferings: 'fields' })).toEqual([
			'package',
			'addons',
			'offeringNames',
		]);
		const specifyOfferings = '={{ $json.how }}';
		expect(shownAmong(ALL, { ...OPERATION, change, specifyOfferings })).toEqual(ALL);
	});

	it('starts with an empty merge by fields', () => {
		expect(form(OPERATION)).toMatchObject({
			change: 'merge',
			specifyOfferings: 'fields',
			package: '',
			addons: {},
			options: {},
		});
	});

	it('always shows the account, the change, the dry run, and the options', () => {
		for (const change of ['merge', 'replace', 'remove']) {
			const always = ['account', 'change', 'specifyOfferings', 'dryRun', 'options'];
			expect(shownAmong(always, { ...OPERATION, change })).toEqual(always);
		}
	});
});

describe('getting subuser stats', () => {
	const sorting = { sortBy: 'opens', sortDirection: 'asc' };

	it.each([
		['bySubuser', undefined],
		['monthly', sorting],
		['monthlyBySubuser', sorting],
		['sums', sorting],
		['={{ $json.report }}', sorting],
	])('with the report %s has the sorting %j', (report, kept) => {
		const shown = form({ resource: 'subuser', operation: 'getStats', report, sorting });
		expect(shown['sorting']).toEqual(kept);
	});
});

describe('a list of results', () => {
	it('has a limit unless it returns all', () => {
		const operation = { resource: 'accountOffering', operation: 'getAll' };
		expect(shownAmong(['limit'], { ...operation, returnAll: false })).toEqual(['limit']);
		expect(shownAmong(['limit'], { ...operation, returnAll: true })).toEqual([]);
	});
});

describe('the scopes of an API key', () => {
	it.each([
		['create', 'custom', ['scopes']],
		['create', 'full', []],
		['create', 'mailSend', []],
		['create', '={{ $json.access }}', ['scopes']],
		['update', 'custom', ['scopes']],
		['update', 'mailSend', []],
		['update', 'unchanged', []],
		['update', '={{ $json.access }}', ['scopes']],
	])('to %s with %s access shows %j', (operation, access, shown) => {
		const values = { resource: 'subuserApiKey', operation, access };
		expect(shownAmong(['scopes'], values)).toEqual(shown);
	});
});
