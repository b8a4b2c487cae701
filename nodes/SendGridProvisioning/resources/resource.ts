import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { batchingField } from '../fields/batching';
import { shownWith } from '../fields/displayRules';
import type { Target } from '../fields/target';
import type { Permission } from '../transport/call';
import type { SendGridApi } from '../transport/send';

/** What a file under `resources/<resource>/` exports. */
export interface Operation {
	/** How the operation reads in the menu. */
	option: INodePropertyOptions & { value: string; action: string };
	/** What the API key must be allowed to do for it, in all its forms. */
	needs: Permission[];
	/** Whose items run in order, and whom errors name. Its field comes first in the form. */
	target?: Target;
	/** Its own fields, without display rules for resource and operation. */
	description: INodeProperties[];
	/**
	 * Whether running an item twice does more than running it once. Such an operation refuses to run
	 * while n8n's "Retry On Fail" is on, which runs all items again, those that went through too.
	 */
	onceOnly?: true;
	/**
	 * Whether nothing can bring back what it takes away. It must be chosen by hand: where resource or
	 * operation are expressions, an AI agent could decide on it by `$fromAI`.
	 */
	irreversible?: true;
	/** What a user should know after it ran. */
	note?: string;
	/** What else a user should know while "Retry On Fail" is on, after items that would do more if run twice. */
	retryNote?: { text: string; concerns: (output: IDataObject) => boolean };
	/**
	 * Does the work for one input item: read the parameters, look, decide, act.
	 * @throws Refusal before anything is sent, SendGridError or Unconfirmed afterwards
	 */
	execute(context: OperationContext): Promise<IDataObject | IDataObject[]>;
}

/** What an operation is handed for one input item. */
export interface OperationContext {
	api: SendGridApi;
	/** The account's ID or the subuser's username; empty for operations without a target. */
	target: string;
	/** A parameter of this item, of whatever type; null where the form does not show it. */
	param: (name: string) => unknown;
	/** Loads what a run needs once per credential; a failed load is tried again by the next item. */
	once: <T>(key: string, load: () => Promise<T>) => Promise<T>;
}

/** What a `resources/<resource>/index.ts` exports. */
export interface Resource {
	option: INodePropertyOptions & { value: string };
	operations: Operation[];
}

/** The node's form: the resource menu, an operation menu for each, and each operation's fields. */
export function propertiesOf(resources: Resource[]): INodeProperties[] {
	const menu = menuOf('Resource', 'resource', resources);
	return [menu, ...resources.flatMap(propertiesOfResource)];
}

/**
 * What the canvas shows below the node's name, as an expression: the operation as users search for
 * it, such as "Update subuser credits". n8n's usual subtitle would show names that only code uses.
 */
export function subtitleOf(resources: Resource[]): string {
	const actions = resources.flatMap((resource) =>
		resource.operations.map(({ option }) => [
			`${resource.option.value} ${option.value}`,
			option.action,
		]),
	);
	const all = JSON.stringify(Object.fromEntries(actions));
	return `={{ (${all})[$parameter["resource"] + " " + $parameter["operation"]] }}`;
}

/** The operation that the node's parameters name. @throws Refusal where there is none */
export function operationOf(
	resources: Resource[],
	resource: unknown,
	operation: unknown,
): Operation {
	const found = resources
		.find(({ option }) => option.value === resource)
		?.operations.find(({ option }) => option.value === operation);
	if (found !== undefined) return found;
	throw new Refusal(
		`There is no operation “${String(operation)}” of “${String(resource)}”`,
		'Choose resource and operation from the lists. A workflow made with a newer version of this node needs that version.',
	);
}

function propertiesOfResource({ option, operations }: Resource): INodeProperties[] {
	const resource = [option.value];
	const menu = {
		...menuOf('Operation', 'operation', operations),
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

function fieldsOf({ target, description }: Operation): INodeProperties[] {
	return [...(target === undefined ? [] : [target.field]), ...description, batchingField];
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
