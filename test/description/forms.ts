import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { NodeHelpers } from 'n8n-workflow';
import type {
	INode,
	INodeParameters,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';
import { SendGridProvisioningApi } from '../../credentials/SendGridProvisioningApi.credentials';
import { SendGridProvisioning } from '../../nodes/SendGridProvisioning/SendGridProvisioning.node';
import { SendGridProvisioningTrigger } from '../../nodes/SendGridProvisioning/SendGridProvisioningTrigger.node';

export const { description } = new SendGridProvisioning();
export const { description: trigger } = new SendGridProvisioningTrigger();
export const credential = new SendGridProvisioningApi();

/** The folder of the package. */
export const ROOT = join(__dirname, '..', '..');
export const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
	n8n: { nodes: string[]; credentials: string[] };
};

/** All registered nodes, created from their sources. */
export const nodes: Array<{ file: string; type: INodeType }> = manifest.n8n.nodes.map((built) => {
	const file = built.replace(/^dist\//, '').replace(/\.js$/, '.ts');
	const exported = jest.requireActual<Record<string, new () => INodeType>>(join(ROOT, file));
	const Node = exported[basename(file, '.node.ts')];
	if (Node === undefined) throw new Error(`${file} doesn't export a class with its name`);
	return { file, type: new Node() };
});

const NODE: INode = {
	id: '1',
	name: 'SendGrid Provisioning',
	type: 'sendGridProvisioning',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** A field and its place. */
export interface Placed {
	where: string;
	field: INodeProperties;
}

/** A fixed choice of a field and its place. */
export interface PlacedChoice {
	where: string;
	choice: INodePropertyOptions;
}

/** The fields, including those in collections. */
export function fieldsIn(fields: INodeProperties[], where: string): Placed[] {
	return fields.flatMap((field) => {
		const rules = ['resource', 'operation', 'event'].flatMap((name) => ruleOf(field, name));
		const place = [where, ...rules, field.name].join(' › ');
		return [{ where: place, field }, ...fieldsIn(innerFields(field), place)];
	});
}

function innerFields({ options = [] }: INodeProperties): INodeProperties[] {
	return options.flatMap((option) => {
		if ('values' in option) return option.values;
		return 'type' in option ? [option] : [];
	});
}

/** The values of the named field with which this field is shown. */
export function ruleOf({ displayOptions: { show = {} } = {} }: INodeProperties, name: string) {
	const values = show[name] ?? show[`/${name}`] ?? [];
	return values.filter((value) => typeof value === 'string');
}

/** A field's display rules, with the plain name of the field that each depends on. */
export function rulesOf({ displayOptions: { show = {}, hide = {} } = {} }: INodeProperties) {
	return [show, hide].flatMap((rules) =>
		Object.entries(rules).map(([path, values = []]) => ({
			path,
			name: path.replace(/^\//, ''),
			values,
			hides: rules === hide,
		})),
	);
}

/** A field's fixed choices; none if they come from SendGrid. */
export function choicesOf({ type, options = [] }: INodeProperties): INodePropertyOptions[] {
	if (type !== 'options' && type !== 'multiOptions') return [];
	return options.filter((option): option is INodePropertyOptions => 'value' in option);
}

export function isDynamic({ typeOptions }: INodeProperties): boolean {
	return typeOptions?.loadOptionsMethod !== undefined;
}

/** All fields of the nodes and the credential. */
export const allFields: Placed[] = [
	...nodes.flatMap(({ type }) => fieldsIn(type.description.properties, type.description.name)),
	...fieldsIn(credential.properties, 'credential'),
];

/** All fixed choices of the nodes and the credential. */
export const allChoices: PlacedChoice[] = allFields.flatMap(({ where, field }) =>
	choicesOf(field).map((choice) => ({ where: `${where} › ${choice.name}`, choice })),
);

/** The operations in the menus. */
export const operations = description.properties
	.filter(({ name }) => name === 'operation')
	.flatMap((menu) =>
		choicesOf(menu).map((option) => ({
			resource: ruleOf(menu, 'resource').join(),
			operation: String(option.value),
			option,
		})),
	);

/** The parameters that n8n's form shows for these values, with their defaults. */
export function form(values: INodeParameters): INodeParameters {
	const shown = NodeHelpers.getNodeParameters(
		description.properties,
		values,
		true,
		false,
		NODE,
		description,
	);
	return shown ?? {};
}

/** Those of the named fields that are shown for these values. */
export function shownAmong(names: string[], values: INodeParameters): string[] {
	const shown = Object.keys(form(values));
	return names.filter((name) => shown.includes(name));
}
