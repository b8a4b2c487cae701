import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

type Rules = NonNullable<IDisplayOptions['show']>;

/**
 * A field of the form, shown with these choices of the menus above it and by its own rules.
 *
 * Its own rules name other fields by their path from the form's root, such as `/change`. When a field
 * changes, n8n's editor looks for rules that name it without the slash, and unsets every collection
 * and every list set to an expression that has such a rule, even if it stays visible. Add-ons would
 * be lost where the package is kept, and Replace All would then remove them from the account.
 */
export function shownWith(menus: Rules, field: INodeProperties): INodeProperties {
	const { show, hide } = field.displayOptions ?? {};
	return {
		...field,
		displayOptions: {
			show: { ...menus, ...fromRoot(show) },
			...(hide && { hide: fromRoot(hide) }),
		},
	};
}

function fromRoot(rules: Rules = {}): Rules {
	return Object.fromEntries(Object.entries(rules).map(([name, values]) => [`/${name}`, values]));
}
