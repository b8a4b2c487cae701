import type { IDisplayOptions, INodeProperties, INodePropertyCollection } from 'n8n-workflow';

type Rules = NonNullable<IDisplayOptions['show']>;

/**
 * A field of the form, shown with these choices of the menus above it and by its own rules. The
 * fields in a collection may have rules about fields outside of it.
 *
 * Its own rules name other fields by their path from the form's root, such as `/change`. When a field
 * changes, n8n's editor looks for rules that name it without the slash, and unsets every collection
 * and every list set to an expression that has such a rule, even if it stays visible. Add-ons would
 * be lost where the package is kept, and Replace All would then remove them from the account.
 */
export function shownWith(menus: Rules, field: INodeProperties): INodeProperties {
	const { displayOptions = {}, ...rooted } = withRootRules(field);
	return {
		...rooted,
		displayOptions: { ...displayOptions, show: { ...menus, ...displayOptions.show } },
	};
}

function withRootRules(field: INodeProperties): INodeProperties {
	const { displayOptions, options } = field;
	const { show, hide } = displayOptions ?? {};
	return {
		...field,
		...(displayOptions && {
			displayOptions: {
				...(show && { show: fromRoot(show) }),
				...(hide && { hide: fromRoot(hide) }),
			},
		}),
		...(options && { options: options.map(withRootRulesInside) }),
	};
}

/** A field in a collection, a group of fields in a fixed collection, or a choice in a list. */
function withRootRulesInside<Option extends NonNullable<INodeProperties['options']>[number]>(
	option: Option,
): Option | INodeProperties | INodePropertyCollection {
	if ('values' in option) return { ...option, values: option.values.map(withRootRules) };
	return 'type' in option ? withRootRules(option) : option;
}

function fromRoot(rules: Rules): Rules {
	return Object.fromEntries(Object.entries(rules).map(([name, values]) => [`/${name}`, values]));
}
