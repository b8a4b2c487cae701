import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { text } from '../domain/values';

const accessOptions = {
	custom: {
		name: 'Custom',
		value: 'custom',
		description: 'Only the scopes that you choose',
	},
	full: {
		name: 'Full Access',
		value: 'full',
		description: 'Everything that the subuser is allowed to do',
	},
	mailSend: {
		name: 'Mail Send',
		value: 'mailSend',
		description: 'Only sending email (the scope mail.send)',
	},
	unchanged: {
		name: 'Unchanged',
		value: 'unchanged',
		description: 'Keeps the current scopes',
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

/** What an existing key should be allowed to do. It can't be given full access. */
export const newAccessField: INodeProperties = {
	...accessField,
	options: [accessOptions.custom, accessOptions.mailSend, accessOptions.unchanged],
	default: 'unchanged',
};

/** Picks scopes. It's shown for custom access and, like other dependent fields, for an expression. */
function scopesFieldHiddenFor(...access: string[]): INodeProperties {
	return { ...scopesBase, displayOptions: { hide: { access } } };
}

const scopesBase: INodeProperties = {
	displayName: 'Scope Names or IDs',
	name: 'scopes',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getScopes' },
	default: [],
	description:
		'Permissions of the API key. The list shows those of the credential’s key. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** The scopes of a new key. */
export const scopesField = scopesFieldHiddenFor('full', 'mailSend');
/** The scopes that an existing key should have. */
export const newScopesField = scopesFieldHiddenFor('mailSend', 'unchanged');

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
		'API key to work on. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** Reads the ID. @throws Refusal, which doesn't repeat a key that was entered instead */
export function apiKeyIdFrom(param: (name: string) => unknown): string {
	const id = text(param('apiKeyId'), 'API Key');
	if (!id.startsWith('SG.')) return id;
	throw new Refusal(
		'API Key must be the ID of a key, but it’s the key itself',
		'Enter the key’s ID, which Get many subuser API keys returns. Delete the key if others may have seen it.',
	);
}
