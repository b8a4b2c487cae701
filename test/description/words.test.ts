import type { INodeProperties } from 'n8n-workflow';
import {
	allChoices,
	allFields,
	choicesOf,
	credential,
	description,
	isDynamic,
	operations,
	trigger,
} from './forms';

const SMALL_WORDS = ['a', 'an', 'and', 'by', 'for', 'in', 'of', 'on', 'or', 'per', 'the', 'to'];
const VERBS = ['Adjust', 'Check', 'Create', 'Delete', 'Get', 'Top up', 'Update'];
/** Words that keep their capitals in the middle of a sentence. */
const NAMES = ['API', 'EU', 'ID', 'IDs', 'IP', 'IPs', 'JSON', 'SSO', 'SendGrid', 'URL'];
/** Places in SendGrid and nodes of n8n. */
const PLACES = /Settings > API Keys|Full Access|Remove Duplicates/g;
const JARGON =
	/\b(HTTP|REST|payload|endpoint|null|undefined|boolean|string|integer|array|param\w*|idempotent|upsert|PUT|POST|PATCH|GET|async)\b/;
const EXPRESSION_LINK = '<a href="https://docs.n8n.io/code/expressions/">expression</a>';

interface Text {
	where: string;
	text: string;
}

function written(where: string, text: string | undefined): Text[] {
	return text === undefined || text === '' ? [] : [{ where, text }];
}

const labels = [
	...allFields.map(({ where, field }) => ({ where, text: field.displayName })),
	...allChoices.map(({ where, choice }) => ({ where, text: choice.name })),
];
const descriptions = [
	...allFields.flatMap(({ where, field }) => written(where, field.description)),
	...allChoices.flatMap(({ where, choice }) => written(where, choice.description)),
];
const placeholders = allFields.flatMap(({ where, field }) => [
	...written(where, field.placeholder),
	...(field.modes ?? []).flatMap(({ name, placeholder }) =>
		written(`${where} › ${name}`, placeholder),
	),
]);

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

	it('of choices differ from their values', () => {
		expect(breaking(allChoices, ({ choice }) => choice.name !== choice.value)).toEqual([]);
	});

	it('stand for names and values in camelCase', () => {
		const camelCase = /^[a-z][A-Za-z]*$/;
		expect(breaking(allChoices, ({ choice }) => camelCase.test(String(choice.value)))).toEqual([]);
		expect(breaking(allFields, ({ field }) => camelCase.test(field.name))).toEqual([]);
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
	it('of five or more choices stand from A to Z', () => {
		const names = allFields
			.map(({ field }) => choicesOf(field).map(({ name }) => name))
			.filter((list) => list.length >= 5);
		expect(names.filter((list) => !isSorted(list))).toEqual([]);
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
				const all = choicesOf(field).map((choice) => choice[key]);
				return new Set(all).size === all.length;
			});
		expect(fieldsBreaking(hasChoices, once)).toEqual([]);
	});
});

describe('descriptions', () => {
	it('are in sentence case', () => {
		expect(breaking(descriptions, ({ text }) => isSentenceCase(text))).toEqual([]);
	});

	it('end with a period exactly where they have several sentences', () => {
		const ends = ({ text }: Text): boolean => text.endsWith('.') === hasSeveralSentences(text);
		expect(breaking(descriptions, ends)).toEqual([]);
	});

	it('of switches begin with “Whether”', () => {
		const isSwitch = ({ type }: INodeProperties): boolean => type === 'boolean';
		const says = (field: INodeProperties): boolean =>
			field.description?.startsWith('Whether ') === true;
		expect(fieldsBreaking(isSwitch, says)).toEqual([]);
	});

	it('are there for every field but the menus and what only holds fields', () => {
		const needsOne = ({ name, type }: INodeProperties): boolean =>
			!['resource', 'operation'].includes(name) &&
			!['collection', 'fixedCollection'].includes(type);
		expect(fieldsBreaking(needsOne, (field) => (field.description ?? '') !== '')).toEqual([]);
	});

	it('say more than the label', () => {
		const more = ({ where, text }: Text): boolean =>
			!labels.some(
				(label) => label.where === where && label.text.toLowerCase() === text.toLowerCase(),
			);
		expect(breaking(descriptions, more)).toEqual([]);
	});
});

describe('all that a user reads', () => {
	const texts = [...labels, ...descriptions, ...placeholders];

	it('is free of jargon', () => {
		expect(breaking(texts, ({ text }) => !JARGON.test(text))).toEqual([]);
	});

	it('speaks of JSON only where a field takes it', () => {
		const elsewhere = texts.filter(({ where }) => !/offeringsJson|specifyOfferings/.test(where));
		expect(breaking(elsewhere, ({ text }) => !/json/i.test(text))).toEqual([]);
	});
});

describe('placeholders', () => {
	it('show an example, or ask to add or select', () => {
		const allowed = /^(e\.g\. \S|Add [A-Z]|Select an? [a-z]+\.\.\.$)/;
		expect(breaking(placeholders, ({ text }) => allowed.test(text))).toEqual([]);
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

	it('say what they do, in more than a word', () => {
		const says = ({ option }: (typeof operations)[number]): boolean =>
			(option.description ?? '').split(' ').length >= 4;
		expect(breaking(operations, says)).toEqual([]);
	});
});

describe('the nodes and the credential', () => {
	it('say what they are', () => {
		expect(isSentenceCase(trigger.description)).toBe(true);
		expect(trigger.description).not.toMatch(/\.$/);
		expect(isTitleCase(trigger.displayName)).toBe(true);
		expect(isSentenceCase(description.description)).toBe(true);
		expect(description.description).not.toMatch(/\.$/);
		expect(isTitleCase(description.displayName)).toBe(true);
		expect(isTitleCase(credential.displayName)).toBe(true);
	});
});
