import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { text } from './domain/values';
import { patienceFrom } from './fields/batching';
import * as listSearch from './methods/listSearch';
import * as loadOptions from './methods/loadOptions';
import { resources } from './resources';
import { operationOf, propertiesOf } from './resources/resource';
import type { Operation, OperationContext } from './resources/resource';
import { apiOf, connect } from './transport/api';
import { attempt } from './transport/attempt';
import type { Outcome } from './transport/attempt';
import { explain, failedJson, nodeError } from './transport/errors';
import type { Subject } from './transport/errors';

export class SendGridProvisioning implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SendGrid Provisioning',
		name: 'sendGridProvisioning',
		icon: { light: 'file:sendGridProvisioning.svg', dark: 'file:sendGridProvisioning.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Give SendGrid accounts their package and add-ons, and subusers their credits',
		defaults: { name: 'SendGrid Provisioning' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'sendGridProvisioningApi', required: true }],
		properties: propertiesOf(resources),
	};

	methods = { listSearch, loadOptions };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const node = this.getNode();
		const once = loadedOnce();
		const output: INodeExecutionData[] = [];
		for (let index = 0; index < items.length; index += 1) {
			const { subject, outcome } = await runItem(this, index, once);
			if ('value' in outcome) {
				output.push(...outcome.value.map((json) => ({ json, pairedItem: { item: index } })));
				continue;
			}
			const explanation = explain(outcome.error, subject);
			if (!this.continueOnFail()) throw nodeError(node, explanation, index);
			const json = failedJson(node, explanation, subject);
			output.push({ json, pairedItem: { item: index } });
		}
		return [output];
	}
}

async function runItem(
	context: IExecuteFunctions,
	index: number,
	once: OperationContext['once'],
): Promise<{ subject?: Subject; outcome: Outcome<IDataObject[]> }> {
	const param = (name: string): unknown => context.getNodeParameter(name, index, null);
	const prepared = await attempt(() => {
		const operation = operationOf(resources, param('resource'), param('operation'));
		return { operation, subject: subjectOf(context, operation, index) };
	});
	if ('error' in prepared) return { outcome: prepared };
	const { operation, subject } = prepared.value;
	const outcome = await attempt(async () => {
		const patience = patienceFrom(param('batching'));
		const connection = await once('connection', async () => await connect(context));
		const target = subject?.value ?? '';
		const result = await operation.execute({
			api: apiOf(connection, patience),
			target,
			param,
			once,
		});
		return Array.isArray(result) ? result : [result];
	});
	return subject === undefined ? { outcome } : { subject, outcome };
}

/** Whom the item is about. @throws Refusal where the field is empty */
function subjectOf(
	context: IExecuteFunctions,
	{ target }: Operation,
	index: number,
): Subject | undefined {
	if (target === undefined) return undefined;
	const { field, noun, key } = target;
	const value = context.getNodeParameter(field.name, index, null, { extractValue: true });
	return { noun, key, value: text(value, field.displayName) };
}

/** Keeps what a run needs only once; what could not be loaded is tried again. */
function loadedOnce(): OperationContext['once'] {
	const loads = new Map<string, Promise<unknown>>();
	return async <T>(key: string, load: () => Promise<T>) => {
		const known = loads.get(key) ?? load();
		loads.set(key, known);
		known.catch(() => loads.delete(key));
		return (await known) as T;
	};
}
