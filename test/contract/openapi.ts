import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** The folder of SendGrid's OpenAPI documents, which aren't part of this project. */
export const documentsFolder = process.env.SENDGRID_OPENAPI_DIR;

/** A request and its response, if any; the emulator's log entries have this form. */
export interface Exchange {
	method: string;
	/** The path without the query. */
	path: string;
	query?: Record<string, string | string[]> | undefined;
	body?: unknown;
	status?: number | undefined;
	responseBody?: unknown;
}

/** A deviation from the published documents. */
export interface Problem {
	/** Method and path as published, e.g. `GET /v3/subusers/{subuser_name}/credits`. */
	operation: string;
	status?: number;
	/** The place: `path`, `status`, `query limit`, or in a body, such as `body/0/region`. */
	at: string;
	message: string;
	value?: unknown;
}

type Json = Record<string, unknown>;

/** A JSON pointer into a document. */
interface Location {
	document: string;
	pointer: string[];
}

/** One operation of a document. */
export interface Operation extends Location {
	/** Method and path, as in `Problem`. */
	name: string;
	method: string;
	path: string;
	definition: Json;
	/** Parameters of the operation and of its path, with references resolved. */
	parameters: Array<{ pointer: string[]; definition: Json }>;
}

const JSON_SCHEMA = ['content', 'application/json', 'schema'];
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** SendGrid's published API: checks requests and responses. */
export class PublishedApi {
	readonly operations: Operation[];
	private readonly strict = ajv(false);
	/** Converts query parameters, which are text. */
	private readonly coercing = ajv(true);
	private readonly validators = {
		strict: new Map<string, ValidateFunction>(),
		coercing: new Map<string, ValidateFunction>(),
	};

	/** Takes documents by name; keys that they don't publish are problems. */
	constructor(private readonly documents: Record<string, Json>) {
		for (const [name, document] of Object.entries(documents)) {
			const closed = withClosedObjects(document) as Json;
			this.strict.addSchema(closed, name);
			this.coercing.addSchema(closed, name);
		}
		this.operations = Object.entries(documents).flatMap(([name, document]) =>
			this.operationsOf(name, document),
		);
	}

	/** Reads all OpenAPI documents in a folder. */
	static load(folder: string): PublishedApi {
		const documents: Record<string, Json> = {};
		for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
			const content = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json;
			if (typeof content.openapi === 'string') documents[file] = content;
		}
		return new PublishedApi(documents);
	}

	/** The operation of a request; paths with fewer variable segments take precedence. */
	find(method: string, path: string): Operation | undefined {
		const variableParts = (operation: Operation): number => operation.path.split('{').length;
		return this.operations
			.filter((operation) => operation.method === method && matches(operation.path, path))
			.sort((a, b) => variableParts(a) - variableParts(b))[0];
	}

	/** The problems of a request's path, query, and body. */
	requestProblems(exchange: Exchange): Problem[] {
		const operation = this.find(exchange.method, exchange.path);
		if (!operation) return [unknownOperation(exchange)];
		const { query = {}, body } = exchange;
		return [...this.queryProblems(operation, query), ...this.bodyProblems(operation, body)];
	}

	/** The problems of a response; an unpublished status must have the format of a published one. */
	responseProblems(exchange: Exchange): Problem[] {
		const { method, path, status, responseBody } = exchange;
		const operation = this.find(method, path);
		if (!operation) return [unknownOperation(exchange)];
		if (status === undefined) return [];
		const { document, definition } = operation;
		const about = { operation: operation.name, status };
		if ((definition.responses as Json)[status] === undefined) {
			const problem = { ...about, at: 'status', message: "this status isn't published" };
			const schema = this.successSchema(operation, status) ?? this.errorSchema(operation, status);
			return [problem, ...this.check(about, schema, responseBody)];
		}
		const response = this.follow(document, [...operation.pointer, 'responses', String(status)]);
		const pointer = [...response, ...JSON_SCHEMA];
		if (this.lookUp(document, pointer) !== undefined) {
			return this.check(about, { document, pointer }, responseBody);
		}
		if (responseBody === undefined || responseBody === '') return [];
		return [{ ...about, at: 'body', message: 'no body is published', value: responseBody }];
	}

	private operationsOf(document: string, content: Json): Operation[] {
		const found: Operation[] = [];
		for (const [path, item] of Object.entries(content.paths as Record<string, Json>)) {
			for (const method of METHODS.filter((name) => item[name] !== undefined)) {
				const pointer = ['paths', path, method];
				const parameters = [
					...this.parametersOf(document, ['paths', path, 'parameters']),
					...this.parametersOf(document, [...pointer, 'parameters']),
				];
				const definition = item[method] as Json;
				const name = `${method.toUpperCase()} ${path}`;
				const [upperCase = ''] = name.split(' ');
				found.push({ name, method: upperCase, path, document, pointer, definition, parameters });
			}
		}
		return found;
	}

	private parametersOf(document: string, list: string[]): Operation['parameters'] {
		const parameters = (this.lookUp(document, list) ?? []) as Json[];
		return parameters.map((_, index) => {
			const pointer = this.follow(document, [...list, String(index)]);
			return { pointer, definition: this.lookUp(document, pointer) as Json };
		});
	}

	private queryProblems(operation: Operation, query: Record<string, string | string[]>): Problem[] {
		const parameters = operation.parameters.filter(({ definition }) => definition.in === 'query');
		const known = new Map(parameters.map((entry) => [String(entry.definition.name), entry]));
		const problems: Problem[] = [];
		const report = (name: string, message: string, value?: unknown): void => {
			problems.push({ operation: operation.name, at: `query ${name}`, message, value });
		};
		for (const [name, { definition }] of known) {
			if (definition.required && query[name] === undefined) report(name, 'this is required');
		}
		for (const [name, value] of Object.entries(query)) {
			const parameter = known.get(name);
			if (!parameter) {
				report(name, 'no such parameter is published', value);
				continue;
			}
			const values = [value].flat();
			if (values.length > 1) report(name, "this can't be repeated", value);
			const pointer = [...parameter.pointer, 'schema'];
			const validate = this.validator('coercing', { document: operation.document, pointer });
			for (const single of values) {
				if (!validate({ value: single })) report(name, messageOf(validate.errors?.[0]), single);
			}
		}
		return problems;
	}

	private bodyProblems(operation: Operation, body: unknown): Problem[] {
		const { document, definition, name } = operation;
		const requestBody = definition.requestBody as Json | undefined;
		const problem = { operation: name, at: 'body', value: body };
		if (body === undefined) {
			return requestBody?.required ? [{ ...problem, message: 'a body is required' }] : [];
		}
		if (!requestBody) return [{ ...problem, message: 'no body is published' }];
		const pointer = [...operation.pointer, 'requestBody', ...JSON_SCHEMA];
		return this.check({ operation: name }, { document, pointer }, body);
	}

	private check(
		about: Pick<Problem, 'operation' | 'status'>,
		schema: Location,
		body: unknown,
	): Problem[] {
		const validate = this.validator('strict', schema);
		if (validate({ value: body })) return [];
		return (validate.errors ?? []).map((error) => {
			const extra = (error.params as { additionalProperty?: string }).additionalProperty;
			const path = error.instancePath.replace('/value', 'body');
			const at = extra === undefined ? path : `${path}/${extra}`;
			return { ...about, at, message: messageOf(error), value: error.data };
		});
	}

	/** For an unpublished success, such as a 201 for a 200: the schema of the published one. */
	private successSchema({ document, pointer, definition }: Operation, status: number) {
		const published = Object.keys(definition.responses as Json).find((code) => /^2/.test(code));
		if (status < 200 || status > 299 || published === undefined) return undefined;
		const response = this.follow(document, [...pointer, 'responses', published]);
		return { document, pointer: [...response, ...JSON_SCHEMA] };
	}

	/** The schema of an error: the general one for 429, otherwise that of the endpoint's family. */
	private errorSchema({ document, path }: Operation, status: number): Location {
		if (path.startsWith('/v3/partners') && status !== 429) {
			const response = ['components', 'responses', 'AccountProvisioningErrorResponse400'];
			return { document, pointer: [...response, ...JSON_SCHEMA] };
		}
		const pointer = ['components', 'schemas', 'ErrorResponse'];
		const hasSchema = (name: string): boolean =>
			this.lookUp(name, [...pointer, 'properties', 'errors']) !== undefined;
		return { document: Object.keys(this.documents).find(hasSchema) ?? document, pointer };
	}

	private validator(
		engine: 'strict' | 'coercing',
		{ document, pointer }: Location,
	): ValidateFunction {
		const reference = `${document}#/${pointer.map(escapePart).join('/')}`;
		const compiled = this.validators[engine].get(reference);
		if (compiled) return compiled;
		// Ajv can only convert the type of a value inside an object.
		const validate = this[engine].compile({
			properties: { value: { $ref: reference } },
			required: ['value'],
		});
		this.validators[engine].set(reference, validate);
		return validate;
	}

	/** Resolves a pointer to a reference. */
	private follow(document: string, pointer: string[]): string[] {
		const reference = (this.lookUp(document, pointer) as Json | undefined)?.$ref;
		return typeof reference === 'string' ? reference.replace('#/', '').split('/') : pointer;
	}

	private lookUp(document: string, pointer: string[]): unknown {
		let value: unknown = this.documents[document];
		for (const part of pointer) value = (value as Json | undefined)?.[part];
		return value;
	}
}

function ajv(coerceTypes: boolean): Ajv2020 {
	const engine = new Ajv2020({ strict: false, allErrors: true, verbose: true, coerceTypes });
	addFormats(engine);
	return engine;
}

/** Copies a document so that its objects allow only the published keys. */
function withClosedObjects(node: unknown): unknown {
	if (Array.isArray(node)) return node.map(withClosedObjects);
	if (typeof node !== 'object' || node === null) return node;
	const copy: Json = {};
	for (const [key, value] of Object.entries(node)) {
		if (key !== 'example' && key !== 'examples') copy[key] = withClosedObjects(value);
	}
	const describesObject = copy.type === 'object' && typeof copy.properties === 'object';
	return describesObject ? { additionalProperties: false, ...copy } : copy;
}

function matches(template: string, path: string): boolean {
	const [parts, segments] = [template.split('/'), path.split('/')];
	return (
		parts.length === segments.length &&
		parts.every((part, index) => {
			const segment = segments[index] ?? '';
			return part.startsWith('{') ? segment !== '' : part === segment;
		})
	);
}

function escapePart(part: string): string {
	return encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'));
}

function messageOf(error: ErrorObject | undefined): string {
	return error?.keyword === 'additionalProperties'
		? 'no such key is published'
		: (error?.message ?? 'not valid');
}

function unknownOperation({ method, path }: Exchange): Problem {
	return { operation: `${method} ${path}`, at: 'path', message: 'no such operation is published' };
}
