import type { Target } from './target';

/** The subuser that an item is about. */
export const subuser: Target = {
	noun: 'subuser',
	key: 'username',
	field: {
		displayName: 'Subuser',
		name: 'subuser',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The subuser to work on',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a subuser...',
				hint: 'The search finds usernames that start with your text',
				typeOptions: { searchListMethod: 'searchSubusers', searchable: true },
			},
			{
				// The editor has room for this much.
				displayName: 'By Name',
				name: 'username',
				type: 'string',
				placeholder: 'e.g. birchwood-bakery',
			},
		],
	},
};
