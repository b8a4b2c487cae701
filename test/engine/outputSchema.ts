import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

/** The output schemas in `__schema__`, from which n8n's editor shows the output before the first run. */

/** True in a run that writes the schemas. */
export const isUpdate = process.env['UPDATE_SCHEMAS'] === '1';

/** The part of JSON Schema that the editor reads. */
export interface OutputSchema {
	type: string | string[];
	properties?: Record<string, OutputSchema>;
	/** Absent if no array had an item. */
	items?: OutputSchema;
}

/** n8n looks for schemas beside the node's file. */
export const SCHEMA_FOLDER = join(__dirname, '../../nodes/SendGridProvisioning/__schema__/v1.0.0');

/** The file of an operation, such as `account/getAll`. */
export const schemaFile = (operation: string) => join(SCHEMA_FOLDER, `${operation}.json`);

/** Describes all of these values with one schema. */
export function schemaOf(values: unknown[]): OutputSchema {
	const types = [...new Set(values.map(typeOf))];
	// The editor shows the first type.
	const [first = 'null', ...others] = [
		...types.filter((type) => type !== 'null'),
		...types.filter((type) => type === 'null'),
	];
	const schema: OutputSchema = { type: others.length === 0 ? first : [first, ...others] };
	const objects = values.filter((value) => typeOf(value) === 'object') as IDataObject[];
	if (objects.length > 0) schema.properties = propertiesOf(objects);
	const items = values.filter((value) => Array.isArray(value)).flat() as unknown[];
	if (items.length > 0) schema.items = schemaOf(items);
	return schema;
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

function propertiesOf(objects: IDataObject[]): Record<string, OutputSchema> {
	const schemas = mergedKeys(objects).map((key): [string, OutputSchema] => {
		const having = objects.filter((object) => key in object);
		return [key, schemaOf(having.map((object) => object[key]))];
	});
	return Object.fromEntries(schemas);
}

/** The keys of all objects. A key that the first ones lack is put before its next known neighbor. */
function mergedKeys(objects: IDataObject[]): string[] {
	const merged: string[] = [];
	for (const keys of objects.map(Object.keys)) {
		for (const [index, key] of keys.entries()) {
			if (merged.includes(key)) continue;
			const next = keys.slice(index).find((later) => merged.includes(later));
			merged.splice(next === undefined ? merged.length : merged.indexOf(next), 0, key);
		}
	}
	return merged;
}

/** The arrays and objects in a schema of which it isn't known what they contain. */
export function unknownContents(schema: OutputSchema, place = 'output'): string[] {
	const { type, properties = {}, items } = schema;
	const types = [type].flat();
	const isUnknown =
		(types.includes('array') && items === undefined) ||
		(types.includes('object') && Object.keys(properties).length === 0);
	return [
		...(isUnknown ? [place] : []),
		...Object.entries(properties).flatMap(([key, inner]) =>
			unknownContents(inner, `${place}.${key}`),
		),
		...(items === undefined ? [] : unknownContents(items, `${place}[]`)),
	];
}

/** As Prettier formats it: a list of types is on one line. */
export function schemaText(schema: OutputSchema): string {
	const text = JSON.stringify(schema, null, 2).replace(
		/\[\s+("[^\]]+")\s+\]/g,
		(_, types: string) => `[${types.replace(/\s+/g, ' ')}]`,
	);
	return `${text}\n`;
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction | undefined>();

/** The name of the operation that a node with these parameters runs, such as `account/getAll`. */
export function operationOf({ resource, operation }: INodeParameters): string {
	return [resource, operation].filter((part) => typeof part === 'string').join('/');
}

/** How these items differ from the schema of their operation, fields that it doesn't have included. */
export function schemaProblems(parameters: INodeParameters, items: IDataObject[]): string[] {
	if (isUpdate) return [];
	const operation = operationOf(parameters);
	if (!validators.has(operation)) validators.set(operation, validatorOf(schemaFile(operation)));
	const validate = validators.get(operation);
	if (validate === undefined) return [];
	const problems = items.flatMap((item) => (validate(item) ? [] : (validate.errors ?? [])));
	return problems.map(
		({ instancePath, message, params }) =>
			`${operation}${instancePath} ${message} ${JSON.stringify(params)}`,
	);
}

/** Undefined if there is no schema, which schemas.test.ts reports. */
function validatorOf(file: string): ValidateFunction | undefined {
	if (!existsSync(file)) return undefined;
	return ajv.compile(closed(JSON.parse(readFileSync(file, 'utf8')) as OutputSchema));
}

/** The same schema, but for objects without other fields. */
function closed({ properties, items, ...schema }: OutputSchema): object {
	const closedProperties = Object.entries(properties ?? {}).map(([key, inner]) => [
		key,
		closed(inner),
	]);
	return {
		...schema,
		...(items && { items: closed(items) }),
		...(properties && {
			additionalProperties: false,
			properties: Object.fromEntries(closedProperties) as object,
		}),
	};
}
