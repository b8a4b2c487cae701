import type { INodeProperties, INodePropertyOptions, INodePropertyCollection } from 'n8n-workflow';
import { resources } from '../../nodes/SendGridProvisioning/resources';
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
} from './forms';

/**
 * What n8n's UX guidelines ask of the words in a form, over all nodes of the package and over all
 * fields as n8n gets them, those that functions derive included.
 * @see https://docs.n8n.io/integrations/creating-nodes/build/reference/ux-guidelines/
 */

const SMALL_WORDS = ['a', 'an', 'and', 'by', 'for', 'in', 'of', 'on', 'or', 'per', 'the', 'to'];
const VERBS = ['Adjust', 'Check', 'Create', 'Delete', 'Get', 'Top up', 'Update'];
/** Words that keep their capitals in the middle of a sentence. */
const NAMES = ['API', 'EU', 'ID', 'IDs', 'IP', 'IPs', 'JSON', 'SSO', 'SendGrid', 'URL'];
/** Places in SendGrid, and what n8n's editor calls its own. */
const PLACES = /Settings > API Keys|Full Access|Remove Duplicates|Retry On Fail/g;
const JARGON = [
	/\b(HTTP|REST|SDK|CRUD|PUT|POST|PATCH|GET|UTC|regex\w*|async\w*|backoff|throttl\w*)\b/,
	/\b(payload|endpoint|idempoten\w+|upsert|pagina\w+|cursor|offset|query string|schema|pars(e|ed|ing))s?\b/i,
	/\b((JSON|request|response) body|header|status code|resource locator|callback)s?\b/i,
	/\b(null|undefined|boolean|string|integer|float|array|param\w*|instance|env(ironment)? variable)s?\b/i,
	/\b[45]\d\d\b/,
];
/** One word for one thing. */
const ONE_SPELLING: Array<[string, RegExp]> = [
	['email', /\be-mails?\b/i],
	['add-on', /\badd ?ons?\b/i],
	['subuser', /\bsub[- ]users?\b/i],
	['username', /\buser names?\b/i],
	['sign in', /\blog(ged|ging)?[ -]?in\b/i],
	['API key', /\b(api-key|token)s?\b|\bAPI keys? secret\b/i],
];
/** A tooltip that is longer is not read. */
const LONGEST = 260;
const EXPRESSION_LINK = '<a href="https://docs.n8n.io/code/expressions/">expression</a>';

interface Text {
	where: string;
	text: string;
}

function written(where: string, text: string | undefined): Text[] {
	return text === undefined || text === '' ? [] : [{ where, text }];
}

/** The groups of a fixed collection. */
function groupsOf({ options = [] }: INodeProperties): INodePropertyCollection[] {
	return options.filter((option): option is INodePropertyCollection => 'values' in option);
}

const isNotice = ({ type }: INodeProperties): boolean => type === 'notice';

const labels = [
	...nodes.map(({ type }) => ({ where: 'node', text: type.description.displayName })),
	...nodes.map(({ type }) => ({ where: 'node', text: String(type.description.defaults.name) })),
	{ where: 'credential', text: credential.displayName },
	...allFields.flatMap(({ where, field }) => [
		...(isNotice(field) ? [] : written(where, field.displayName)),
		...written(where, field.typeOptions?.multipleValueButtonText),
		...groupsOf(field).flatMap(({ displayName }) => written(where, displayName)),
		...(field.modes ?? []).flatMap(({ displayName }) => written(where, displayName)),
	]),
	...allChoices.map(({ where, choice }) => ({ where, text: choice.name })),
];
const descriptions = [
	...allFields.flatMap(({ where, field }) => [
		...written(where, isNotice(field) ? field.displayName : field.description),
		...written(where, field.hint),
		...(field.modes ?? []).flatMap(({ hint }) =>
			written(where, typeof hint === 'string' ? hint : undefined),
		),
	]),
	...allChoices.flatMap(({ where, choice }) => written(where, choice.description)),
	...nodes.map(({ type }) => ({
		where: type.description.name,
		text: type.description.description,
	})),
];
/** What is shown after a run, or by the credential's test. */
const notices = [
	...resources.flatMap(({ operations: inMenu }) =>
		inMenu.flatMap(({ option, note, retryNote }) => [
			...written(`${option.action} › note`, note),
			...written(`${option.action} › note`, retryNote),
		]),
	),
	...(credential.test.rules ?? []).flatMap(({ properties }) =>
		written('credential › test', 'message' in properties ? properties.message : undefined),
	),
];
const placeholders = allFields.flatMap(({ where, field }) => [
	...written(where, field.placeholder),
	...(field.modes ?? []).flatMap(({ name, placeholder }) =>
		written(`${where} › ${name}`, placeholder),
	),
]);
const all = [...labels, ...descriptions, ...notices, ...placeholders];

/** What breaks a rule, so that a failing test names it. */
function breaking<Entry>(entries: Entry[], rule: (entry: Entry) => boolean): Entry[] {
	expect(entries).not.toEqual([]);
	return entries.filter((entry) => !rule(entry));
}

function fieldsBreaking(
	kind: (field: INodeProperties) => boolean,
	rule: (field: INodeProperties) => boolean,
): string[] {
	const ofKind = allFields.filter(({ field }) => kind(field));
	return breaking(ofKind, ({ field }) => rule(field)).map(({ where }) => where);
}

function isTitleCase(text: string): boolean {
	return text
		.replace(/[()[\]]/g, '')
		.split(/[ -]/)
		.every((word, index) => /^[A-Z]/.test(word) || (index > 0 && SMALL_WORDS.includes(word)));
}

function isSentenceCase(text: string): boolean {
	// Fields and choices may be named as they are labelled.
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
		expect(breaking(labels, ({ text }) => isTitleCase(text))).toEqual([]);
	});

	it('end without a period', () => {
		expect(breaking(labels, ({ text }) => !text.endsWith('.'))).toEqual([]);
	});

	it('of choices differ from their values', () => {
		expect(breaking(allChoices, ({ choice }) => choice.name !== choice.value)).toEqual([]);
	});

	it('stand for names and values in camelCase', () => {
		const camelCase = /^[a-z][A-Za-z]*$/;
		expect(breaking(allChoices, ({ choice }) => camelCase.test(String(choice.value)))).toEqual([]);
		expect(breaking(allFields, ({ field }) => camelCase.test(field.name))).toEqual([]);
	});

	it('and types are the same wherever a name is the same, so that values stay when one switches', () => {
		const kinds = new Map<string, Set<string>>();
		for (const { name, displayName, type } of description.properties) {
			kinds.set(name, new Set([...(kinds.get(name) ?? []), `${displayName} (${type})`]));
		}
		const mixed = [...kinds].filter(([, kind]) => kind.size > 1);
		expect(Object.fromEntries(mixed.map(([name, kind]) => [name, [...kind]]))).toEqual({});
	});

	it('tell the fields of a form apart', () => {
		const twice = operations.flatMap(({ resource, operation }) => {
			const shown = description.properties
				.filter((field) => ruleOf(field, 'resource').includes(resource))
				.filter((field) => ruleOf(field, 'operation').includes(operation))
				.map(({ displayName }) => displayName);
			return shown.filter((label, index) => shown.indexOf(label) !== index);
		});
		expect(twice).toEqual([]);
	});
});

describe('defaults', () => {
	it('of lists are among their choices', () => {
		const isChoice = (field: INodeProperties): boolean =>
			choicesOf(field).some(({ value }) => value === field.default);
		expect(fieldsBreaking(hasChoices, isChoice)).toEqual([]);
	});

	it('of lists that come from SendGrid are none', () => {
		const isNone = (field: INodeProperties): boolean =>
			field.type === 'multiOptions'
				? Array.isArray(field.default) && field.default.length === 0
				: field.default === '';
		expect(fieldsBreaking(isDynamic, isNone)).toEqual([]);
	});

	it('of switches are off', () => {
		const isSwitch = ({ type }: INodeProperties): boolean => type === 'boolean';
		expect(fieldsBreaking(isSwitch, (field) => field.default === false)).toEqual([]);
	});

	it('of numbers that the user must give are nothing, with no smallest value to be filled in', () => {
		// In an empty field that has one, n8n 1 shows it as if given, and sends it.
		const isGiven = ({ type, default: given }: INodeProperties): boolean =>
			type === 'number' && given === '';
		const hasNone = ({ typeOptions }: INodeProperties): boolean =>
			typeOptions?.minValue === undefined;
		expect(fieldsBreaking(isGiven, hasNone)).toEqual([]);
	});

	it('of numbers are allowed, or empty where the user must give one', () => {
		const isNumber = ({ type }: INodeProperties): boolean => type === 'number';
		const isAllowed = ({ default: given, required, typeOptions }: INodeProperties): boolean =>
			given === ''
				? required === true
				: typeof given === 'number' && given >= (typeOptions?.minValue ?? -Infinity);
		expect(fieldsBreaking(isNumber, isAllowed)).toEqual([]);
	});
});

describe('lists', () => {
	it('of choices stand from A to Z', () => {
		const sorted = (field: INodeProperties): boolean =>
			isSorted(choicesOf(field).map(({ name }) => name));
		expect(fieldsBreaking(hasChoices, sorted)).toEqual([]);
	});

	it('of options to add stand from A to Z', () => {
		const isCollection = ({ type }: INodeProperties): boolean => type === 'collection';
		const sorted = ({ options = [] }: INodeProperties): boolean =>
			isSorted(options.map((option) => ('displayName' in option ? option.displayName : '')));
		expect(fieldsBreaking(isCollection, sorted)).toEqual([]);
	});

	it('have each choice once', () => {
		const once = (field: INodeProperties): boolean =>
			(['name', 'value'] as const).every((key) => {
				const values = choicesOf(field).map((choice) => choice[key]);
				return new Set(values).size === values.length;
			});
		expect(fieldsBreaking(hasChoices, once)).toEqual([]);
	});
});

describe('descriptions', () => {
	it('are in sentence case', () => {
		expect(breaking([...descriptions, ...notices], ({ text }) => isSentenceCase(text))).toEqual([]);
	});

	it('end with a period exactly where they have several sentences', () => {
		const ends = ({ text }: Text): boolean => text.endsWith('.') === hasSeveralSentences(text);
		expect(breaking(descriptions, ends)).toEqual([]);
	});

	it('have no spaces too many', () => {
		const neat = ({ text }: Text): boolean => text === text.trim() && !/\s{2}|\n/.test(text);
		expect(breaking(all, neat)).toEqual([]);
	});

	it('are short enough to be read in a tooltip', () => {
		const shown = ({ text }: Text): number => text.replace(/<[^>]+>/g, '').length;
		expect(breaking(descriptions, (entry) => shown(entry) <= LONGEST)).toEqual([]);
	});

	it('of switches begin with “Whether”', () => {
		const isSwitch = ({ type }: INodeProperties): boolean => type === 'boolean';
		const says = (field: INodeProperties): boolean =>
			field.description?.startsWith('Whether ') === true;
		expect(fieldsBreaking(isSwitch, says)).toEqual([]);
	});

	it('are there for every field but the menus and what only holds fields', () => {
		const needsOne = ({ name, type }: INodeProperties): boolean =>
			!['resource', 'operation', 'event', 'pollTimes'].includes(name) &&
			!['collection', 'fixedCollection', 'notice'].includes(type);
		expect(fieldsBreaking(needsOne, (field) => (field.description ?? '') !== '')).toEqual([]);
	});

	it('say more than the label', () => {
		const plain = (text: string): string => text.toLowerCase().replace(/^(the|a|an) |[^a-z ]/g, '');
		const more = ({ where, text }: Text): boolean =>
			!labels.some((label) => label.where === where && plain(label.text) === plain(text));
		expect(breaking(descriptions, more)).toEqual([]);
	});
});

describe('all that a user reads', () => {
	it('is free of jargon', () => {
		const plain = ({ text }: Text): boolean => !JARGON.some((words) => words.test(text));
		expect(breaking(all, plain)).toEqual([]);
	});

	it('speaks of JSON only where a field takes it', () => {
		const elsewhere = all.filter(({ where }) => !/offeringsJson|specifyOfferings/.test(where));
		expect(breaking(elsewhere, ({ text }) => !/json/i.test(text))).toEqual([]);
	});

	it.each(ONE_SPELLING)('has one spelling: %s', (_spelling, others) => {
		const unquoted = (text: string): string => text.replace(/"[^"]+"/g, '');
		expect(
			breaking([...descriptions, ...notices], ({ text }) => !others.test(unquoted(text))),
		).toEqual([]);
	});

	it('is English', () => {
		expect(breaking(all, ({ text }) => /^[\x20-\x7e’“”…–]+$/.test(text))).toEqual([]);
	});
});

describe('placeholders', () => {
	it('show an example, or ask to add or select', () => {
		const allowed = /^(e\.g\. \S|Add [A-Z]|Select an? [a-z]+\.\.\.$)/;
		expect(breaking(placeholders, ({ text }) => allowed.test(text))).toEqual([]);
	});

	it('are there wherever something has to be typed', () => {
		const typed = ({ type, typeOptions, required }: INodeProperties): boolean =>
			['string', 'number', 'json'].includes(type) &&
			required === true &&
			typeOptions?.password !== true;
		expect(fieldsBreaking(typed, ({ placeholder = '' }) => placeholder !== '')).toEqual([]);
	});
});

describe('secrets', () => {
	it('are typed into password fields', () => {
		const isSecret = ({ name, type }: INodeProperties): boolean =>
			type === 'string' && name !== 'onceKey' && /key|password|secret|token/i.test(name);
		expect(fieldsBreaking(isSecret, (field) => field.typeOptions?.password === true)).toEqual([]);
	});
});

describe('fields for one account or subuser', () => {
	const isPicked = ({ type }: INodeProperties): boolean => type === 'resourceLocator';

	it('offer the list first, and then what can be typed', () => {
		const offered = ({ modes = [] }: INodeProperties): boolean =>
			modes[0]?.displayName === 'From List' &&
			modes.slice(1).every(({ displayName }) => displayName.startsWith('By '));
		expect(fieldsBreaking(isPicked, offered)).toEqual([]);
	});

	it('have an empty list as default', () => {
		const empty = (field: INodeProperties): boolean =>
			JSON.stringify(field.default) === JSON.stringify({ mode: 'list', value: '' });
		expect(fieldsBreaking(isPicked, empty)).toEqual([]);
	});
});

describe('lists that come from SendGrid', () => {
	it('are labelled as n8n wants it', () => {
		const labelled = ({ displayName, type }: INodeProperties): boolean =>
			displayName.endsWith(type === 'multiOptions' ? ' Names or IDs' : ' Name or ID');
		expect(fieldsBreaking(isDynamic, labelled)).toEqual([]);
	});

	it('end with n8n’s sentence about expressions', () => {
		const sentence = ({ description: text = '', type }: INodeProperties): boolean => {
			const what = type === 'multiOptions' ? 'IDs' : 'an ID';
			const wanted = `Choose from the list, or specify ${what} using an ${EXPRESSION_LINK}`;
			return text.replace(/\.$/, '').endsWith(wanted);
		};
		expect(fieldsBreaking(isDynamic, sentence)).toEqual([]);
	});
});

describe('operations', () => {
	const actions = operations.map(({ option }) => option.action ?? '');
	const resourceNames = new Map(resources.map(({ option }) => [option.value, option.name]));
	const noun = (resource: string): string =>
		(resourceNames.get(resource) ?? '').toLowerCase().split(' ').at(-1) ?? '';

	it('begin their actions with a verb', () => {
		const begins = (action: string): boolean => VERBS.some((verb) => action.startsWith(`${verb} `));
		expect(breaking(actions, begins)).toEqual([]);
	});

	it('have actions in sentence case, without article', () => {
		expect(breaking(actions, isSentenceCase)).toEqual([]);
		expect(breaking(actions, (action) => !/\b(a|an|the)\b/i.test(action))).toEqual([]);
	});

	it('have actions that no other has', () => {
		expect(actions).toEqual([...new Set(actions)]);
	});

	it('name the resource in their actions, and not in their names', () => {
		const named = ({ resource, option }: (typeof operations)[number]): boolean =>
			(option.action ?? '').toLowerCase().includes(noun(resource)) &&
			!option.name.toLowerCase().split(' ').includes(noun(resource));
		expect(breaking(operations, named)).toEqual([]);
	});

	it('speak of many in the plural and of one in the singular', () => {
		const counted = (action: string): boolean =>
			/^Get many /.test(action)
				? /s$/.test(action)
				: !/^(Create|Delete) /.test(action) || !/[^s]s$/.test(action);
		expect(breaking(actions, counted)).toEqual([]);
	});

	it('say what they do, in more than a word and in other words than the action', () => {
		const says = ({ option }: (typeof operations)[number]): boolean =>
			(option.description ?? '').split(' ').length >= 4 &&
			option.description?.toLowerCase() !== option.action?.toLowerCase();
		expect(breaking(operations, says)).toEqual([]);
	});

	it('begin their descriptions with a verb, too', () => {
		const begins = ({ option }: (typeof operations)[number]): boolean =>
			/^(Activate|Add|Allow|Change|Create|Delete|Enable|Find out|Get|Give|Let|Raise|Set) /.test(
				option.description ?? '',
			);
		expect(breaking(operations, begins)).toEqual([]);
	});
});

describe('events', () => {
	const events = allFields
		.filter(({ field }) => field.name === 'event')
		.flatMap(({ field }): INodePropertyOptions[] => choicesOf(field));

	it('are chosen under the label that n8n gives to such lists', () => {
		const menus = allFields.filter(({ field }) => field.name === 'event');
		expect(menus.map(({ field }) => field.displayName)).toEqual(['Trigger On']);
	});

	it('begin their actions with “On”, as n8n lists triggers', () => {
		expect(events.filter(({ action = '' }) => !/^On [a-z]/.test(action))).toEqual([]);
	});

	it('say when they happen', () => {
		expect(events.filter(({ description = '' }) => !description.startsWith('When '))).toEqual([]);
	});
});

describe.each(nodes.map(({ type }) => type.description))('$displayName', (shown) => {
	it('says what it is', () => {
		expect(isSentenceCase(shown.description)).toBe(true);
		expect(shown.displayName).not.toMatch(/\bnode\b/i);
		expect(shown.defaults.name).toBe(shown.displayName);
	});

	it('is called a trigger exactly if it is one', () => {
		const isTrigger = shown.group.includes('trigger');
		expect(shown.displayName.endsWith(' Trigger')).toBe(isTrigger);
		expect(shown.name.endsWith('Trigger')).toBe(isTrigger);
		expect(shown.inputs).toHaveLength(isTrigger ? 0 : 1);
	});

	it('begins with its menus', () => {
		const names = shown.properties.map(({ name }) => name);
		const first = shown.group.includes('trigger') ? ['event'] : ['resource', 'operation'];
		expect(names.slice(0, first.length)).toEqual(first);
		const menus = shown.properties.filter(({ name }) => first.includes(name));
		expect(menus.filter(({ noDataExpression }) => noDataExpression !== true)).toEqual([]);
	});

	it('shows in the workflow what it does, in the words of its menu', () => {
		const [, actions = '{}', chosen] =
			/^=\{\{ \((\{.*\})\)\[(.*)\] \}\}$/.exec(shown.subtitle ?? '') ?? [];
		const isTrigger = shown.group.includes('trigger');
		expect(chosen).toBe(
			isTrigger ? '$parameter["event"]' : '$parameter["resource"] + " " + $parameter["operation"]',
		);
		const words = Object.values(JSON.parse(actions) as Record<string, string>);
		const menu = isTrigger ? 'event' : 'operation';
		const options = shown.properties
			.filter(({ name }) => name === menu)
			.flatMap((field) => field.options ?? []);
		expect(words).toEqual(options.map((option) => ('action' in option ? option.action : '')));
	});
});
