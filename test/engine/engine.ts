import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import { NodeConnectionTypes, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	ITaskData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { SendGridProvisioningApi } from '../../credentials/SendGridProvisioningApi.credentials';
import { SendGridProvisioning } from '../../nodes/SendGridProvisioning/SendGridProvisioning.node';

/** Runs our node in n8n's own engine: a source of items before it, n8n's data flow after it. */

export interface NodeRun {
	/** What the node puts on its main output; each item's pairing has been checked. */
	items: IDataObject[];
	/** The index of the input item that each output item is paired with. */
	pairs: number[];
	/** What it puts on its error output, where it has one. */
	failed: IDataObject[];
	/** What stopped the run. */
	error: EngineError | undefined;
	/** All that the run leaves behind, as n8n would store it. */
	stored: string;
}

export interface EngineError {
	name: string;
	message: string;
	description: string | null | undefined;
	httpCode: string | null | undefined;
	context: IDataObject;
}

export interface RunOptions {
	credential: ICredentialDataDecryptedObject;
	parameters: INodeParameters;
	/** Input items; one empty item where none is given. */
	items?: IDataObject[];
	node?: Partial<INode>;
	/** Stops the execution after this many milliseconds. */
	cancelAfterMs?: number;
}

const NODE_NAME = 'SendGrid Provisioning';

const source: INodeType = {
	description: {
		displayName: 'Source',
		name: 'source',
		group: ['trigger'],
		version: 1,
		description: 'Gives the items of the test',
		defaults: { name: 'Source' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	},
};

const types: Record<string, INodeType> = {
	'test.source': source,
	'n8n-nodes-sendgrid-provisioning.sendGridProvisioning': new SendGridProvisioning(),
};

export const nodeTypes: INodeTypes = {
	getByName: (name) => typeNamed(name),
	getByNameAndVersion: (name) => typeNamed(name),
	getKnownTypes: () => ({}),
};

function typeNamed(name: string): INodeType {
	const type = types[name];
	if (type === undefined) throw new Error(`The test engine has no node type ${name}`);
	return type;
}

export function nodeOf(parameters: INodeParameters, settings: Partial<INode> = {}): INode {
	return {
		id: 'node-under-test',
		name: NODE_NAME,
		type: 'n8n-nodes-sendgrid-provisioning.sendGridProvisioning',
		typeVersion: 1,
		position: [200, 0],
		parameters,
		credentials: { sendGridProvisioningApi: { id: '1', name: 'SendGrid' } },
		...settings,
	};
}

export async function runNode(options: RunOptions): Promise<NodeRun> {
	const node = nodeOf(options.parameters, options.node);
	const start: INode = {
		id: 'source',
		name: 'Source',
		type: 'test.source',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const workflow = new Workflow({
		id: 'test',
		nodes: [start, node],
		connections: { Source: { main: [[{ node: NODE_NAME, type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});
	const additionalData = additionalDataFor(options.credential, 'manual');
	const items = (options.items ?? [{}]).map((json) => ({ json }));
	const execution = new WorkflowExecute(additionalData, 'manual').run({
		workflow,
		startNode: start,
		triggerToStartFrom: {
			name: 'Source',
			data: { data: { main: [items] } } as unknown as ITaskData,
		},
	});
	const timer =
		options.cancelAfterMs === undefined
			? undefined
			: setTimeout(() => execution.cancel(), options.cancelAfterMs);
	const run = await execution;
	clearTimeout(timer);
	const task = run.data.resultData.runData[NODE_NAME]?.[0];
	const main = task?.data?.['main'] ?? [];
	const output = main[0] ?? [];
	const failed = main[1] ?? [];
	const pairs = [...output, ...failed].map(pairOf);
	const error = run.data.resultData.error ?? task?.error;
	return {
		items: output.map(({ json }) => json),
		pairs,
		failed: failed.map(({ json }) => json),
		error: error as unknown as EngineError | undefined,
		stored: JSON.stringify(run.data, withoutCycles()),
	};
}

/** Every output item must say which input item it comes from: without it n8n's expressions break. */
function pairOf({ pairedItem }: INodeExecutionData): number {
	const single = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	const index = typeof single === 'object' ? single.item : single;
	if (typeof index !== 'number') throw new Error('An output item is not paired with an input item');
	return index;
}

/** Errors included: what n8n stores of an error are its own enumerable fields and its message. */
function withoutCycles() {
	const seen = new WeakSet<object>();
	return (_key: string, value: unknown) => {
		if (typeof value !== 'object' || value === null) return value;
		if (seen.has(value)) return '[seen]';
		seen.add(value);
		if (!(value instanceof Error)) return value;
		return { ...value, message: value.message, stack: value.stack, cause: value.cause };
	};
}

export function additionalDataFor(
	credential: ICredentialDataDecryptedObject,
	mode: WorkflowExecuteMode,
): IWorkflowExecuteAdditionalData {
	const workflowData = { id: 'test', name: 'test', nodes: [], connections: {} };
	const url = 'http://localhost/';
	return {
		executionId: 'test',
		credentialsHelper: credentialsHelper(credential),
		currentNodeExecutionIndex: 0,
		variables: {},
		webhookWaitingBaseUrl: url,
		webhookBaseUrl: url,
		webhookTestBaseUrl: url,
		formBaseUrl: url,
		formWaitingBaseUrl: url,
		formTestBaseUrl: url,
		mcpBaseUrl: url,
		mcpTestBaseUrl: url,
		restApiUrl: url,
		instanceBaseUrl: url,
		hooks: new ExecutionLifecycleHooks(mode, 'test', workflowData as unknown as IWorkflowBase),
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** As n8n's own: decrypted anew for each call, and signed by the credential type itself. */
function credentialsHelper(credential: ICredentialDataDecryptedObject): ICredentialsHelper {
	const type = new SendGridProvisioningApi();
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		getDecrypted: async () => ({ ...credential }),
		authenticate: async (
			credentials: ICredentialDataDecryptedObject,
			_typeName: string,
			requestOptions: IHttpRequestOptions,
		) => await type.authenticate(credentials, requestOptions),
		getCredentialsProperties: () => type.properties,
	} as unknown as ICredentialsHelper;
}
