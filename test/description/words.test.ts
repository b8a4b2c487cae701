import type * as N8nWorkflow from 'n8n-workflow';
import type {
	INode,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
	INodeTypes,
} from 'n8n-workflow';
import { resources } from '../../nodes/SendGridProvisioning/resources';
import * as fieldHints from '../../nodes/SendGridProvisioning/sendgrid/fieldHints';
import {
	allChoices,
	allFields,
	choicesOf,
	credential,
	description,
	isDynamic,
	nodes,
	operations,
	ruleOf,
	trigger,
} from './forms';

/**
 * n8n's UX guidelines for texts in forms, checked for all nodes and fields as n8n gets them, including
 * those that functions create.
 * @see https://docs.n8n.io/integrations/creating-nodes/build/reference/ux-guidelines/
 */

const SMALL_WORDS = ['a', 'an', 'and', 'by', 'for', 'in', 'of', 'on', 'or', 'per', 'the', 'to'];
const VERBS = [
	'Add',
	'Adjust',
	'Authenticate',
	'Brand',
	'Check',
	'Create',
	'Delete',
	'Get',
	'Remove',
	'Top up',
	'Update',
	'Validate',
];
/** Words that are capitalized inside a sentence. */
const NAMES = [
	...[
		'API',
		'CNAMEs',
		'DKIM',
		'DNS',
		'EU',
		'ID',
		'IDs',
		'IP',
		'IPs',
		'JSON',
		'SPF',
		'SSO',
		'SendGrid',
	],
	'URL',
];
/** Names in SendGrid's website and n8n's editor. */
const PLACES = /Settings > API Keys|Full Access|Retry On Fail/g;
const JARGON = [
	/\b(HTTP|REST|SDK|CRUD|PUT|POST|PATCH|GET|UTC|regex\w*|async\w*|backoff|throttl\w*)\b/,
	/\b(payload|endpoint|idempoten\w+|upsert|pagina\w+|cursor|offset|query string|schema|pars(e|ed|ing))s?\b/i,
	/\b((JSON|request|response) body|header|status code|resource locator|callback)s?\b/i,
	/\b(null|undefined|boolean|string|integer|float|array|param\w*|instance|env(ironment)? variable)s?\b/i,
	/\b[45]\d\d\b/,
];
/** The required spelling, and patterns for others. */
const ONE_SPELLING: Array<[string, RegExp]> = [
	['email', /\be-mails?\b/i],
	['add-on', /\badd ?ons?\b/i],
	['subuser', /\bsub[- ]users?\b/i],
	['username', /\buser names?\b/i],
	['sign in', /\blog(ged|ging)?[ -]?in\b/i],
	['API key', /\b(api-key|token)s?\b|\bAPI keys? secret\b/i],
];
/** n8n's linter demands exactly this description for such an operation, with its jargon. */
const UPSERT = 'Create a new record, or update the current one if it already exists (upsert)';
/** SendGrid has it on, and so does a request that leaves it out. Off, the DNS records need upkeep. */
const ON_BY_DEFAULT = ['automaticSecurity'];
/** Longer tooltips aren't read. */
const MAX_LENGTH = 260;
const EXPRESSION_LINK = '<a href="https://docs.n8n.io/code/expressions/">expression</a>';

interface Text {
	where: string;
	text: string;
}

function textIn(where: string, text: string | undefined): Text[] {
	return text === undefined || text === '' ? [] : [{ where, text }];
}

/** The groups in a fixed collection. */
function groupsOf({ options = [] }: INodeProperties): INodePropertyCollection[] {
	return options.filter((option): option is INodePropertyCollection => 'values' in option);
}

const isNotice = ({ type }: INodeProperties): boolean => type === 'notice';

const labels = [
	...nodes.map(({ type }) => ({ where: 'node', text: type.description.displayName })),
	...nodes.map(({ type }) => ({ where: 'node', text: String(type.description.defaults.name) })),
	{ where: 'credential', text: credential.displayName },
	...allFields.flatMap(({ where, field }) => [
		...(isNotice(field) ? [] : textIn(where, field.displayName)),
		...textIn(where, field.typeOptions?.multipleValueButtonText),
		...groupsOf(field).flatMap(({ displayName }) => textIn(where, displayName)),
		...(field.modes ?? []).flatMap(({ displayName }) => textIn(where, displayName)),
	]),
	...allChoices.map(({ where, choice }) => ({ where, text: choice.name })),
];
const descriptions = [
	...allFields.flatMap(({ where, field }) => [
		...textIn(where, isNotice(field) ? field.displayName : field.description),
		...textIn(where, field.hint),
		...(field.modes ?? []).flatMap(({ hint }) =>
			textIn(where, typeof hint === 'string' ? hint : undefined),
		),
	]),
	...allChoices.flatMap(({ where, choice }) => textIn(where, choice.description)),
	...nodes.map(({ type }) => ({
		where: type.description.name,
		text: type.description.description,
	})),
];
/** Texts after a run and of the credential's test. */
const notices = [
	...resources.flatMap(({ operations: inMenu }) =>
		inMenu.flatMap(({ option, note, retryNote }) => [
			...textIn(`${option.action} › note`, note),
			...textIn(`${option.action} › note`, retryNote),
		]),
	),
	...(credential.test.rules ?? []).flatMap(({ properties }) =>
		textIn('credential › test', 'message' in properties ? properties.message : undefined),
	),
];
const placeholders = allFields.flatMap(({ where, field }) => [
	...textIn(where, field.placeholder),
	...(field.modes ?? []).flatMap(({ name, placeholder }) =>
		textIn(`${where} › ${name}`, placeholder),
	),
]);
const all = [...labels, ...descriptions, ...notices, ...placeholders];

/** The entries that violate a rule. */
function violations<Entry>(entries: Entry[], rule: (entry: Entry) => boolean): Entry[] {
	expect(entries).not.toEqual([]);
	return entries.filter((entry) => !rule(entry));
}

function fieldsViolating(
	kind: (field: INodeProperties) => boolean,
	rule: (field: INodeProperties) => boolean,
): string[] {
	const ofKind = allFields.filter(({ field }) => kind(field));
	return violations(ofKind, ({ field }) => rule(field)).map(({ where }) => where);
}

function isTitleCase(text: string): boolean {
	return text
		.replace(/[()[\]]/g, '')
		.split(/[ -]/)
		.every((word, index) => /^[A-Z]/.test(word) || (index > 0 && SMALL_WORDS.includes(word)));
}

function isSentenceCase(text: string): boolean {
	// Words in labels can be capitalized, because texts refer to fields and choices.
	const known = [...NAMES, ...labels.flatMap((label) => label.text.split(' '))];
	const inside = text
		.replace(PLACES, '')
		.split(/[.?!]\s+/)
		.flatMap((sentence) => sentence.split(/[\s,:;]+/).slice(1))
		.map((word) => word.replace(/’s$|[^A-Za-z]/g, ''));
	return (
		/^[A-Z]/.test(text) && inside.every((word) => !/^[A-Z]/.test(word) || known.includes(word))
	);
}

function hasSeveralSentences(text: string): boolean {
	return /[.?!]\s+[A-Z\d]/.test(text);
}

function isSorted(names: string[]): boolean {
	return names.every(
		(name, index) => index === 0 || (names[index - 1] ?? '').localeCompare(name) < 0,
	);
}

function hasChoices(field: INodeProperties): boolean {
	return choicesOf(field).length > 0;
}

describe('labels', () => {
	it('are in Title Case', () => {
		expect(violations(labels, ({ text }) => isTitleCase(text))).toEqual([]);
	});

	it('end without a period', () => {
		expect(violations(labels, ({ text }) => !text.endsWith('.'))).toEqual([]);
	});

	it('of choices differ from the values', () => {
		expect(violations(allChoices, ({ choice }) => choice.name !== choice.value)).toEqual([]);
	});

	it('belong to names and values in camelCase', () => {
		const camelCase = /^[a-z][A-Za-z]*$/;
		expect(violations(allChoices, ({ choice }) => camelCase.test(String(choice.value)))).toEqual(
			[],
		);
		expect(violations(allFields, ({ field }) => camelCase.test(field.name))).toEqual([]);
	});

	it('and types are the same for the same name, so that another operation keeps the values', () => {
		const kinds = new Map<string, Set<string>>();
		for (const { name, displayName, type } of description.properties) {
			if (type === 'notice') continue;
			kinds.set(name, new Set([...(kinds.get(name) ?? []), `${displayName} (${type})`]));
		}
		const mixed = [...kinds].filter(([, kind]) => kind.size > 1);
		expect(Object.fromEntries(mixed.map(([name, kind]) => [name, [...kind]]))).toEqual({});
	});

	it('that messages name for SendGrid’s fields are in the form', () => {
		const named = Object.values(fieldHints)
			.flatMap((hints) => (typeof hints === 'function' ? [] : Object.values(hints)))
			.flatMap((hint) => /^Correct (.+), which SendGrid calls/.exec(hint)?.[1] ?? []);
		expect(named.length).toBeGreaterThan(5);
		const shown = allFields.map(({ field }) => field.displayName);
		expect(named.filter((label) => !shown.includes(label))).toEqual([]);
	});

	it('are unique within a form', () => {
		const duplicates = operations.flatMap(({ resource, operation }) => {
			const shown = description.properties
				.filter((field) => ruleOf(field, 'resource').includes(resource))
				.filter((field) => ruleOf(field, 'operation').includes(operation))
				.map(({ displayName }) => displayName);
			return shown.filter((label, index) => shown.indexOf(label) !== index);
		});
		expect(duplicates).toEqual([]);
	});
});

describe('defaults', () => {
	it('of lists are among their choices', () => {
		const isChoice = (field: INodeProperties): boolean =>
			choicesOf(field).some(({ value }) => value === field.default);
		expect(fieldsViolating(hasChoices, isChoice)).toEqual([]);
	});

	it('of lists from SendGrid are empty', () => {
		const isEmpty = (field: INodeProperties): boolean =>
			field.type === 'multiOptions'
				? Array.isArray(field.default) && field.default.length === 0
				: field.default === '';
		expect(fieldsViolating(isDynamic, isEmpty)).toEqual([]);
	});

	it('of switches are off', () => {
		const isSwitch = ({ type }: INodeProperties): boolean => type === 'boolean';
		const isAsExpected = (field: INodeProperties): boolean =>
			field.default === ON_BY_DEFAULT.includes(field.name);
		expect(fieldsViolating(isSwitch, isAsExpected)).toEqual([]);
	});

	it('of required numbers are empty, without a minimum', () => {
		// n8n 1 fills an empty field with its minimum, and sends it.
		const isRequired = ({ type, default: given }: INodeProperties): boolean =>
			type === 'number' && given === '';
		const hasNoMinimum = ({ typeOptions }: INodeProperties): boolean =>
			typeOptions?.minValue === undefined;
		expect(fieldsViolating(isRequired, hasNoMinimum)).toEqual([]);
	});

	it('of numbers are at least the minimum, or empty if a number is required', () => {
		const isNumber = ({ type }: INodeProperties): boolean => type === 'number';
		const isAllowed = ({ default: given, required, typeOptions }: INodeProperties): boolean =>
			given === ''
				? required === true
				: typeof given === 'number' && given >= (typeOptions?.minValue ?? -Infinity);
		expect(fieldsViolating(isNumber, isAllowed)).toEqual([]);
	});
});

describe('lists', () => {
	it('of choices are sorted from A to Z', () => {
		const sorted = (field: INodeProperties): boolean =>
			isSorted(choicesOf(field).map(({ name }) => name));
		expect(fieldsViolating(hasChoices, sorted)).toEqual([]);
	});

	it('of options to add are sorted from A to Z', () => {
		const isCollection = ({ type }: INodeProperties): boolean => type === 'collection';
		const sorted = ({ options = [] }: INodeProperties): boolean =>
			isSorted(options.map((option) => ('displayName' in option ? option.displayName : '')));
		expect(fieldsViolating(isCollection, sorted)).toEqual([]);
	});

	it('have no duplicate choices', () => {
		const once = (field: INodeProperties): boolean =>
			(['name', 'value'] as const).every((key) => {
				const values = choicesOf(field).map((choice) => choice[key]);
				return new Set(values).size === values.length;
			});
		expect(fieldsViolating(hasChoices, once)).toEqual([]);
	});
});

describe('descriptions', () => {
	it('are in sentence case', () => {
		expect(violations([...descriptions, ...notices], ({ text }) => isSentenceCase(text))).toEqual(
			[],
		);
	});

	it('end with a period only if they have several sentences', () => {
		const ends = ({ text }: Text): boolean => text.endsWith('.') === hasSeveralSentences(text);
		expect(violations(descriptions, ends)).toEqual([]);
	});

	it('have no extra spaces', () => {
		const neat = ({ text }: Text): boolean => text === text.trim() && !/\s{2}|\n/.test(text);
		expect(violations(all, neat)).toEqual([]);
	});

	it('are short enough for a tooltip', () => {
		const shown = ({ text }: Text): number => text.replace(/<[^>]+>/g, '').length;
		expect(violations(descriptions, (entry) => shown(entry) <= MAX_LENGTH)).toEqual([]);
	});

	it('of switches begin with “Whether”', () => {
		const isSwitch = ({ type }: INodeProperties): boolean => type === 'boolean';
		const says = (field: INodeProperties): boolean =>
			field.description?.startsWith('Whether ') === true;
		expect(fieldsViolating(isSwitch, says)).toEqual([]);
	});

	it('exist for every field except menus and groups of fields', () => {
		const shouldHaveOne = ({ name, type }: INodeProperties): boolean =>
			!['resource', 'operation', 'event', 'pollTimes'].includes(name) &&
			!['collection', 'fixedCollection', 'notice'].includes(type);
		expect(fieldsViolating(shouldHaveOne, (field) => (field.description ?? '') !== '')).toEqual([]);
	});

	it('say more than the label', () => {
		const plain = (text: string): string => text.toLowerCase().replace(/^(the|a|an) |[^a-z ]/g, '');
		const more = ({ where, text }: Text): boolean =>
			!labels.some((label) => label.where === where && plain(label.text) === plain(text));
		expect(violations(descriptions, more)).toEqual([]);
	});
});

describe('the text in the form', () => {
	it('is free of jargon', () => {
		const plain = ({ text }: Text): boolean =>
			text === UPSERT || !JARGON.some((words) => words.test(text));
		expect(violations(all, plain)).toEqual([]);
	});

	it('mentions JSON only in fields that accept it', () => {
		const elsewhere = all.filter(({ where }) => !/offeringsJson|specifyOfferings/.test(where));
		expect(violations(elsewhere, ({ text }) => !/json/i.test(text.replace('$json', '')))).toEqual(
			[],
		);
	});

	it.each(ONE_SPELLING)('has one spelling: %s', (_spelling, others) => {
		const unquoted = (text: string): string => text.replace(/"[^"]+"/g, '');
		expect(
			violations([...descriptions, ...notices], ({ text }) => !others.test(unquoted(text))),
		).toEqual([]);
	});

	it('is English', () => {
		expect(violations(all, ({ text }) => /^[\x20-\x7e’“”…–]+$/.test(text))).toEqual([]);
	});
});

describe('placeholders', () => {
	it('show an example, or ask to add or select', () => {
		const allowed = /^(e\.g\. \S|Add [A-Z]|Select an? [a-z]+\.\.\.$)/;
		expect(violations(placeholders, ({ text }) => allowed.test(text))).toEqual([]);
	});

	it('exist for every required field to type in', () => {
		const typed = ({ type, typeOptions, required }: INodeProperties): boolean =>
			['string', 'number', 'json'].includes(type) &&
			required === true &&
			typeOptions?.password !== true;
		expect(fieldsViolating(typed, ({ placeholder = '' }) => placeholder !== '')).toEqual([]);
	});
});

describe('secrets', () => {
	it('are password fields', () => {
		const isSecret = ({ name, type }: INodeProperties): boolean =>
			type === 'string' && name !== 'onceKey' && /key|password|secret|token/i.test(name);
		expect(fieldsViolating(isSecret, (field) => field.typeOptions?.password === true)).toEqual([]);
	});
});

describe('fields for one account or subuser', () => {
	const isPicked = ({ type }: INodeProperties): boolean => type === 'resourceLocator';

	it('have the list as the first mode, and then the modes for typing', () => {
		const offered = ({ modes = [] }: INodeProperties): boolean =>
			modes[0]?.displayName === 'From List' &&
			modes.slice(1).every(({ displayName }) => displayName.startsWith('By '));
		expect(fieldsViolating(isPicked, offered)).toEqual([]);
	});

	it('have an empty list as default', () => {
		const empty = (field: INodeProperties): boolean =>
			JSON.stringify(field.default) === JSON.stringify({ mode: 'list', value: '' });
		expect(fieldsViolating(isPicked, empty)).toEqual([]);
	});
});

describe('lists from SendGrid', () => {
	it('have labels as n8n requires', () => {
		const labelled = ({ displayName, type }: INodeProperties): boolean =>
			displayName.endsWith(type === 'multiOptions' ? ' Names or IDs' : ' Name or ID');
		expect(fieldsViolating(isDynamic, labelled)).toEqual([]);
	});

	it('end with n8n’s sentence about expressions', () => {
		const sentence = ({ description: text = '', type }: INodeProperties): boolean => {
			const what = type === 'multiOptions' ? 'IDs' : 'an ID';
			const wanted = `Choose from the list, or specify ${what} using an ${EXPRESSION_LINK}`;
			return text.replace(/\.$/, '').endsWith(wanted);
		};
		expect(fieldsViolating(isDynamic, sentence)).toEqual([]);
	});
});

describe('operations', () => {
	const actions = operations.map(({ option }) => option.action ?? '');
	const resourceNames = new Map(resources.map(({ option }) => [option.value, option.name]));
	const noun = (resource: string): string =>
		(resourceNames.get(resource) ?? '').toLowerCase().split(' ').at(-1) ?? '';

	it('have actions that start with a verb', () => {
		const begins = (action: string): boolean => VERBS.some((verb) => action.startsWith(`${verb} `));
		expect(violations(actions, begins)).toEqual([]);
	});

	it('have actions in sentence case without articles', () => {
		expect(violations(actions, isSentenceCase)).toEqual([]);
		expect(violations(actions, (action) => !/\b(a|an|the)\b/i.test(action))).toEqual([]);
	});

	it('have unique actions', () => {
		expect(actions).toEqual([...new Set(actions)]);
	});

	it('name the resource in their actions, but not in their names', () => {
		const named = ({ resource, option }: (typeof operations)[number]): boolean =>
			(option.action ?? '').toLowerCase().includes(noun(resource)) &&
			!option.name.toLowerCase().split(' ').includes(noun(resource));
		expect(violations(operations, named)).toEqual([]);
	});

	it('have plural nouns for many and singular nouns for one', () => {
		const counted = (action: string): boolean =>
			/^Get many /.test(action)
				? /s$/.test(action)
				: !/^(Create|Delete) /.test(action) || !/[^s]s$/.test(action);
		expect(violations(actions, counted)).toEqual([]);
	});

	it('have descriptions of several words that differ from the action', () => {
		const says = ({ option }: (typeof operations)[number]): boolean =>
			(option.description ?? '').split(' ').length >= 4 &&
			option.description?.toLowerCase() !== option.action?.toLowerCase();
		expect(violations(operations, says)).toEqual([]);
	});

	it('have descriptions that start with a verb', () => {
		const begins = ({ option }: (typeof operations)[number]): boolean =>
			/^(Activate|Add|Allow|Change|Create|Delete|Enable|Find out|Get|Give|Let|Raise|Remove|Set) /.test(
				option.description ?? '',
			);
		expect(violations(operations, begins)).toEqual([]);
	});
});

describe('events', () => {
	const events = allFields
		.filter(({ field }) => field.name === 'event')
		.flatMap(({ field }): INodePropertyOptions[] => choicesOf(field));

	it('have n8n’s label for their menu', () => {
		const menus = allFields.filter(({ field }) => field.name === 'event');
		expect(menus.map(({ field }) => field.displayName)).toEqual(['Trigger On']);
	});

	it('have actions that start with “On”, as n8n’s triggers', () => {
		expect(events.filter(({ action = '' }) => !/^On [a-z]/.test(action))).toEqual([]);
	});

	it('have descriptions that start with “When”', () => {
		expect(events.filter(({ description = '' }) => !description.startsWith('When '))).toEqual([]);
	});
});

describe.each(nodes.map(({ type }) => type.description))('$displayName', (shown) => {
	it('has a description, and its own name without “node”', () => {
		expect(isSentenceCase(shown.description)).toBe(true);
		expect(shown.displayName).not.toMatch(/\bnode\b/i);
		expect(shown.defaults.name).toBe(shown.displayName);
	});

	it('is named a trigger only if it is one', () => {
		const isTrigger = shown.group.includes('trigger');
		expect(shown.displayName.endsWith(' Trigger')).toBe(isTrigger);
		expect(shown.name.endsWith('Trigger')).toBe(isTrigger);
		expect(shown.inputs).toHaveLength(isTrigger ? 0 : 1);
	});

	it('starts with its menus', () => {
		const names = shown.properties.map(({ name }) => name);
		const first = shown.group.includes('trigger') ? ['event'] : ['resource', 'operation'];
		expect(names.slice(0, first.length)).toEqual(first);
		const menus = shown.properties.filter(({ name }) => first.includes(name));
		expect(menus.filter(({ noDataExpression }) => noDataExpression !== true)).toEqual([]);
	});
});

describe.each(['n8n-workflow', 'n8n-workflow-1'])(
	'the subtitle on the canvas, in %s',
	(library) => {
		const { Workflow } = jest.requireActual<typeof N8nWorkflow>(library);

		/** The text below a node's name, as n8n's editor reads it. */
		function subtitleOf(type: INodeTypeDescription, parameters: INodeParameters): unknown {
			const node = {
				id: '1',
				name: 'N',
				typeVersion: 1,
				position: [0, 0],
				parameters,
			} as unknown as INode;
			const nodeTypes = {
				getByNameAndVersion: () => ({ description: type }),
			} as unknown as INodeTypes;
			const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
			return workflow.expression.getSimpleParameterValue(node, type.subtitle, 'internal', {});
		}

		it('is the operation’s action', () => {
			for (const { resource, operation, option } of operations) {
				expect(subtitleOf(description, { resource, operation })).toBe(option.action);
			}
		});

		it('is the trigger’s event', () => {
			const [menu] = trigger.properties.filter(({ name }) => name === 'event');
			for (const { value, action } of menu === undefined ? [] : choicesOf(menu)) {
				expect(subtitleOf(trigger, { event: value })).toBe(action);
			}
		});

		it('says that Dry Run is on', () => {
			const update = { resource: 'subuserCredit', operation: 'update' };
			expect(subtitleOf(description, { ...update, dryRun: true })).toBe(
				'Dry run: Update subuser credits',
			);
			expect(subtitleOf(description, { ...update, dryRun: false })).toBe('Update subuser credits');
		});

		it('is still there if Dry Run is an expression that needs an item', () => {
			const update = { resource: 'subuserCredit', operation: 'update' };
			for (const dryRun of ['={{ $json.test }}', '={{ $("Form").item.json.test }}']) {
				expect(subtitleOf(description, { ...update, dryRun })).toBe('Update subuser credits');
			}
		});

		it('ignores a dry run that an operation without one still has', () => {
			const read = { resource: 'subuserCredit', operation: 'get', dryRun: true };
			expect(subtitleOf(description, read)).toBe('Get subuser credits');
		});
	},
);
