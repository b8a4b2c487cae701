import type { Target } from './target';

/** The account that an item is about. */
export const account: Target = {
	noun: 'account',
	key: 'account_id',
	field: {
		displayName: 'Account',
		name: 'account',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The customer account to work on, one of your reseller accounts',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select an account...',
				typeOptions: { searchListMethod: 'searchAccounts', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. sg0123456789abcdef0123456789abcdef',
			},
		],
	},
};
