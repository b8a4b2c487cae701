import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { text } from '../domain/values';

const accessOptions = {
	custom: {
		name: 'Custom',
		value: 'custom',
		description: 'Exactly the scopes that you choose',
	},
	full: {
		name: 'Full Access',
		value: 'full',
		description: 'All that the subuser can do',
	},
	mailSend: {
		name: 'Mail Send',
		value: 'mailSend',
		description: 'Only sending email, the scope mail.send',
	},
	unchanged: {
		name: 'Unchanged',
		value: 'unchanged',
		description: 'Keeps the scopes; only the name changes',
	},
} satisfies Record<string, INodePropertyOptions>;

/** What a new key may do. */
export const accessField: INodeProperties = {
	displayName: 'Access',
	name: 'access',
	type: 'options',
	options: [accessOptions.custom, accessOptions.full, accessOptions.mailSend],
	default: 'mailSend',
	description: 'What the API key is allowed to do',
};

/** What a key should be allowed from now on. */
export const newAccessField: INodeProperties = {
	...accessField,
	options: [accessOptions.custom, accessOptions.mailSend, accessOptions.unchanged],
	default: 'unchanged',
};

/** Shown for custom access; like other fields that depend on one, also for an expression. */
export const scopesField: INodeProperties = {
	displayName: 'Scope Names or IDs',
	name: 'scopes',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getScopes' },
	default: [],
	description:
		'What the API key is allowed to do. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	displayOptions: { hide: { access: ['full', 'mailSend', 'unchanged'] } },
};

/** Picks an API key of the subuser. */
export const apiKeyIdField: INodeProperties = {
	displayName: 'API Key Name or ID',
	name: 'apiKeyId',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'getSubuserApiKeys',
		loadOptionsDependsOn: ['subuser.value'],
	},
	default: '',
	required: true,
	description:
		'The API key to work on. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** Reads the ID. @throws Refusal, which doesn't repeat a key that was entered instead */
export function apiKeyIdFrom(param: (name: string) => unknown): string {
	const id = text(param('apiKeyId'), 'API Key');
	if (!id.startsWith('SG.')) return id;
	throw new Refusal(
		'API Key must be the ID of a key, but is the key itself',
		'Enter the ID of the key. Get many subuser API keys returns it.',
	);
}
