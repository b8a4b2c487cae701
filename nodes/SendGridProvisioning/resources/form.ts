import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { shownWith } from '../fields/displayRules';
import { dryRunField, dryRunOfKeyedField } from '../fields/dryRun';
import { irreversibleNotice } from '../fields/irreversible';
import { keyInDoubtOption, onceKeyField } from '../fields/onceKey';
import { optionsField } from '../fields/options';
import type { Operation, Resource } from '../runner/operation';

/** The node's form: the resource menu, an operation menu for each, and each operation's fields. */
export function propertiesOf(resources: Resource[]): INodeProperties[] {
	const menu = menuOf('Resource', 'resource', resources);
	return [menu, ...resources.flatMap(propertiesOfResource)];
}

/**
 * What the canvas shows below the node's name, as an expression: the operation as users search for
 * it, such as "Dry run: Update subuser credits". n8n's usual subtitle would show names that only
 * code uses. Dry Run is read as it's saved: an expression that needs an item would leave no subtitle.
 */
export function subtitleOf(resources: Resource[]): string {
	const actions = resources.flatMap((resource) =>
		resource.operations.map(({ option }) => [
			`${resource.option.value} ${option.value}`,
			option.action,
		]),
	);
	const all = JSON.stringify(Object.fromEntries(actions));
	const chosen = `(${all})[$parameter["resource"] + " " + $parameter["operation"]]`;
	return `={{ ($rawParameter["${dryRunField.name}"] === true ? "Dry run: " : "") + ${chosen} }}`;
}

function propertiesOfResource({ option, operations }: Resource): INodeProperties[] {
	const resource = [option.value];
	// A new node must not change anything because no one chose its operation.
	const byDefault = operations.find(({ readOnly }) => readOnly);
	const menu = {
		...menuOf('Operation', 'operation', operations),
		...(byDefault && { default: byDefault.option.value }),
		displayOptions: { show: { resource } },
	};
	// n8n's AI builder finds an operation's fields by these plain names. Fields that are hidden while
	// the menus change lose their values together.
	const fields = operations.flatMap((operation) =>
		fieldsOf(operation).map((field) =>
			shownWith({ resource, operation: [operation.option.value] }, field),
		),
	);
	return [menu, ...fields];
}

function fieldsOf(operation: Operation): INodeProperties[] {
	const { target, description, options, onceKey, irreversible } = operation;
	const isKeyed = onceKey !== undefined;
	const isDryRun = ({ name }: INodeProperties): boolean => name === dryRunField.name;
	const own = description.filter((field) => !isDryRun(field));
	const [customer, ...others] = target === undefined ? own : [target.field, ...own];
	return [
		...(customer === undefined ? [] : [customer]),
		...(irreversible === undefined ? [] : [irreversibleNotice(irreversible)]),
		// At the end of a long form, it would be out of sight when the step is executed.
		...description.filter(isDryRun).map((field) => (isKeyed ? dryRunOfKeyedField : field)),
		...others,
		...(isKeyed ? [onceKeyField] : []),
		optionsField([...(options ?? []), ...(isKeyed ? [keyInDoubtOption] : [])]),
	];
}

function menuOf(
	displayName: string,
	name: string,
	entries: Array<{ option: INodePropertyOptions }>,
): INodeProperties {
	const options = entries.map(({ option }) => option);
	const first = options[0]?.value ?? '';
	return { displayName, name, type: 'options', noDataExpression: true, options, default: first };
}
