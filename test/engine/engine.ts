import {
	ExecuteContext,
	ExecutionLifecycleHooks,
	LoadOptionsContext,
	RoutingNode,
	WorkflowExecute,
	getAdditionalKeys,
} from 'n8n-core';
import {
	createEmptyRunExecutionData,
	NodeConnectionTypes,
	NodeHelpers,
	Workflow,
} from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
	ICredentialsHelper,
	IDataObject,
	IExecuteData,
	IExecuteFunctions,
	IHttpRequestHelper,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	INode,
	INodeExecutionData,
	INodeListSearchResult,
	INodeParameters,
	INodePropertyOptions,
	INodeType,
	INodeTypes,
	ITaskData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { SendGridProvisioningApi } from '../../credentials/SendGridProvisioningApi.credentials';
import { SendGridProvisioning } from '../../nodes/SendGridProvisioning/SendGridProvisioning.node';
import { skippingClock } from './clock';
import { schemaProblems } from './outputSchema';
import { runIn, table, thisProcess } from './processOfN8n';
import type { ProcessOfN8n } from './processOfN8n';

/** Runs our node in n8n's own engine: a source of items before it, n8n's data flow after it. */

export interface NodeRun {
	/** What the node puts on its main output; each item's pairing has been checked. */
	items: IDataObject[];
	/** The index of the input item that each output item is paired with. */
	pairs: number[];
	/** What it puts on its error output, where it has one. */
	failed: IDataObject[];
	/** What is told of the run as a whole, above the output. */
	hints: string[];
	/** What stopped the run. */
	error: EngineError | undefined;
	/** All that the run leaves behind, as n8n would store it. */
	stored: string;
	/** How long the node still ran after the execution had been cancelled. */
	stoppedAfterMs: number | undefined;
	/** How often n8n read and decrypted the credential. */
	credentialReads: number;
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
	/** Sends a request, signed already, somewhere else than it was meant to go. */
	reroute?: Reroute;
	/** Where it runs, if not in the process of the tests. */
	process?: ProcessOfN8n;
	/** The workflow's ID; empty where the workflow isn't saved. */
	workflowId?: string;
}

export type Reroute = (request: IHttpRequestOptions) => IHttpRequestOptions;

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

const SOURCE_TYPE = 'test.source';
const PACKAGE = 'n8n-nodes-sendgrid-provisioning';
const NODE_TYPE = `${PACKAGE}.sendGridProvisioning`;

export function nodeTypesWith(ours: INodeType): INodeTypes {
	const typeNamed = (name: string): INodeType => {
		if (name === SOURCE_TYPE) return source;
		if (name === `${PACKAGE}.${ours.description.name}`) return ours;
		throw new Error(`The test engine has no node type ${name}`);
	};
	return { getByName: typeNamed, getByNameAndVersion: typeNamed, getKnownTypes: () => ({}) };
}

/** Our node, observed: n8n doesn't wait for a cancelled node, and guesses the pairing of items. */
class WatchedNode extends SendGridProvisioning {
	/** Settled when the node has ended; undefined where n8n has not run it. */
	ended: Promise<{ at: number; returned: INodeExecutionData[] }> | undefined;

	static of(Node: typeof SendGridProvisioning): WatchedNode {
		const node = new WatchedNode();
		// n8n calls it with its own context as `this`.
		node.execute = async function (this: IExecuteFunctions) {
			const work = Node.prototype.execute.call(this);
			node.ended = work.then(
				([items = []]) => ({ at: skippingClock.now(), returned: [...items] }),
				() => ({ at: skippingClock.now(), returned: [] }),
			);
			return await work;
		};
		return node;
	}
}

export function nodeOf(parameters: INodeParameters, settings: Partial<INode> = {}): INode {
	return {
		id: 'node-under-test',
		name: NODE_NAME,
		type: NODE_TYPE,
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
		type: SOURCE_TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const { process = thisProcess } = options;
	const ours = WatchedNode.of(process.Node);
	const workflow = new Workflow({
		id: options.workflowId ?? table.workflowId,
		nodes: [start, node],
		connections: { Source: { main: [[{ node: NODE_NAME, type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes: nodeTypesWith(ours),
		settings: { executionOrder: 'v1' },
	});
	runIn(process, workflow);
	let credentialReads = 0;
	const additionalData = additionalDataFor(options.credential, 'manual', options.reroute, () => {
		credentialReads += 1;
	});
	const items = (options.items ?? [{}]).map((json) => ({ json }));
	const given = structuredClone(options.items ?? [{}]);
	const execution = new WorkflowExecute(additionalData, 'manual').run({
		workflow,
		startNode: start,
		triggerToStartFrom: {
			name: 'Source',
			data: { data: { main: [items] } } as unknown as ITaskData,
		},
	});
	let cancelledAt: number | undefined;
	const cancel = () => {
		if (hasEnded) return;
		cancelledAt = skippingClock.now();
		execution.cancel();
	};
	let hasEnded = false;
	const { cancelAfterMs } = options;
	if (cancelAfterMs !== undefined) void skippingClock.sleep(cancelAfterMs).then(cancel);
	const run = await execution;
	hasEnded = true;
	const end = await ours.ended;
	end?.returned.forEach(pairOf);
	// Other nodes may be given the same items.
	expect(items.map(({ json }) => json)).toEqual(given);
	const task = run.data.resultData.runData[NODE_NAME]?.[0];
	const main = task?.data?.['main'] ?? [];
	const output = main[0] ?? [];
	const failed = main[1] ?? [];
	const pairs = [...output, ...failed].map(pairOf);
	const done = output.map(({ json }) => json).filter((json) => !('error' in json));
	expect(schemaProblems(options.parameters, done)).toEqual([]);
	const error = run.data.resultData.error ?? task?.error;
	return {
		items: output.map(({ json }) => json),
		pairs,
		failed: failed.map(({ json }) => json),
		hints: (task?.hints ?? []).map(({ message }) => message),
		error: error as unknown as EngineError | undefined,
		stored: JSON.stringify(run.data, withoutCycles()),
		stoppedAfterMs:
			end === undefined || cancelledAt === undefined ? undefined : end.at - cancelledAt,
		credentialReads,
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

/** The methods behind our node's pick lists. */
export type PickListMethods = SendGridProvisioning['methods'];

/** The context that n8n gives a pick list while a user edits the node. */
export function pickListContext(
	credential: ICredentialDataDecryptedObject,
	parameters: INodeParameters = {},
): ILoadOptionsFunctions {
	const node = nodeOf(parameters);
	const workflow = new Workflow({
		id: 'test',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: nodeTypesWith(new SendGridProvisioning()),
	});
	const additionalData = additionalDataFor(credential, 'internal');
	additionalData.currentNodeParameters = parameters;
	const context = new LoadOptionsContext(workflow, node, additionalData, '');
	return context as unknown as ILoadOptionsFunctions;
}

/** What the editor shows for a searched list. */
export async function searchList(
	context: ILoadOptionsFunctions,
	method: keyof PickListMethods['listSearch'],
	filter?: string,
	paginationToken?: unknown,
): Promise<INodeListSearchResult> {
	const { listSearch } = new SendGridProvisioning().methods;
	return await listSearch[method].call(context, filter, paginationToken);
}

/** What the editor shows for a list of options. */
export async function optionList(
	context: ILoadOptionsFunctions,
	method: keyof PickListMethods['loadOptions'],
): Promise<INodePropertyOptions[]> {
	const { loadOptions } = new SendGridProvisioning().methods;
	return await loadOptions[method].call(context);
}

/**
 * Tests a credential as its dialog does: the type's test request, sent by n8n's routing. Returns the
 * message that the dialog would show, undefined where all is well.
 */
export async function testCredential(
	credential: ICredentialDataDecryptedObject,
	reroute?: Reroute,
): Promise<string | undefined> {
	const { test, name } = new SendGridProvisioningApi();
	// n8n lends the test its node that does nothing, with one field.
	const type: INodeType = {
		description: {
			...source.description,
			name: 'sendGridProvisioning',
			credentials: [{ name, required: true }],
			properties: [
				{
					displayName: 'Temp',
					name: 'temp',
					type: 'string',
					default: '',
					routing: { request: test.request },
				},
			],
		},
	};
	const node = { ...nodeOf({}), credentials: { [name]: { id: '1', name: 'SendGrid' } } };
	const nodeTypes = nodeTypesWith(type);
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const input = { main: [[{ json: {} }]] };
	const additionalData = additionalDataFor(credential, 'internal', reroute);
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'internal',
		createEmptyRunExecutionData(),
		0,
		[{ json: {} }],
		input,
		{ node, data: input, source: null },
		[],
	);
	const keys = getAdditionalKeys(additionalData, 'internal', null);
	const filled = withDefaults(new SendGridProvisioningApi(), credential);
	const data = await resolvedWithoutItems(filled, 'internal', keys);
	try {
		await new RoutingNode(context, type, { id: '1', name: 'SendGrid', type: name, data }).runNode();
		return undefined;
	} catch (error) {
		const { cause, message } = error as Error & { cause?: TestFailure };
		const status = cause?.response?.status;
		if (status === undefined) return cause?.code ?? message;
		const rule = test.rules?.find(
			({ type: kind, properties }) => kind === 'responseCode' && properties.value === status,
		);
		return rule?.properties.message ?? cause?.response?.statusText;
	}
}

/** What n8n looks at in the error of a failed test. */
interface TestFailure {
	response?: { status: number; statusText: string };
	code?: string;
}

export function additionalDataFor(
	credential: ICredentialDataDecryptedObject,
	mode: WorkflowExecuteMode,
	reroute?: Reroute,
	onRead?: () => void,
): IWorkflowExecuteAdditionalData {
	const workflowData = { id: 'test', name: 'test', nodes: [], connections: {} };
	const url = 'http://localhost/';
	return {
		executionId: 'test',
		credentialsHelper: credentialsHelper(credential, reroute, onRead),
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

/** As n8n's own: read and resolved for each call, and signed by the credential type itself. */
function credentialsHelper(
	credential: ICredentialDataDecryptedObject,
	reroute: Reroute = (request) => request,
	onRead: () => void = () => {},
): ICredentialsHelper {
	const type = new SendGridProvisioningApi();
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		preAuthentication: async (
			helpers: IHttpRequestHelper,
			credentials: Decrypted,
			_typeName: string,
			_node: INode,
			isExpired: boolean,
		) => {
			const field = type.properties.find(({ typeOptions }) => typeOptions?.['expirable'] === true);
			if (field === undefined || (credentials[field.name] !== '' && !isExpired)) return undefined;
			const sender: IHttpRequestHelper = {
				helpers: {
					httpRequest: async (request: IHttpRequestOptions) =>
						(await helpers.helpers.httpRequest(reroute(request))) as unknown,
				},
			};
			const output = await type.preAuthentication.call(sender, credentials);
			// What a credential returns for the field is stored with it; ours stores nothing.
			if (output[field.name] !== undefined) throw new Error('The credential would be changed');
			return undefined;
		},
		runPreAuthentication: async () => undefined,
		getDecrypted: async (
			additionalData: IWorkflowExecuteAdditionalData,
			_nodeCredentials: unknown,
			_typeName: string,
			mode: WorkflowExecuteMode,
			executeData?: IExecuteData,
			_raw?: boolean,
			resolveValues?: ICredentialsExpressionResolveValues,
		) => {
			onRead();
			const data = withDefaults(type, credential);
			const keys = getAdditionalKeys(additionalData, mode, null);
			if (resolveValues !== undefined)
				return resolved(data, { ...resolveValues, mode, keys, executeData });
			return await resolvedWithoutItems(data, mode, keys);
		},
		authenticate: async (
			credentials: ICredentialDataDecryptedObject,
			_typeName: string,
			requestOptions: IHttpRequestOptions,
		) => reroute(await type.authenticate(credentials, requestOptions)),
		getCredentialsProperties: () => type.properties,
	} as unknown as ICredentialsHelper;
}

type Decrypted = ICredentialDataDecryptedObject;
type AdditionalKeys = ReturnType<typeof getAdditionalKeys>;

/** Adds the defaults of empty fields, as n8n does, except for fields that the form doesn't show. */
function withDefaults({ properties }: SendGridProvisioningApi, credential: Decrypted): Decrypted {
	const known = credential as INodeParameters;
	const data = NodeHelpers.getNodeParameters(properties, known, true, false, null, null);
	return data as Decrypted;
}

/** The credential for one item of a run. */
function resolved(
	data: Decrypted,
	values: ICredentialsExpressionResolveValues & {
		mode: WorkflowExecuteMode;
		keys: AdditionalKeys;
		executeData: IExecuteData | undefined;
	},
): Decrypted {
	const { workflow, node, runExecutionData, runIndex, itemIndex, connectionInputData } = values;
	try {
		return workflow.expression.getParameterValue(
			data as INodeParameters,
			runExecutionData,
			runIndex,
			itemIndex,
			node.name,
			connectionInputData,
			values.mode,
			values.keys,
			values.executeData,
			false,
			data,
		) as Decrypted;
	} catch (error) {
		if (error instanceof Error) error.message += ' [Error resolving credentials]';
		throw error;
	}
}

/** The credential where there are no items: in pick lists, polls, and the credential's test. */
async function resolvedWithoutItems(
	data: Decrypted,
	mode: WorkflowExecuteMode,
	keys: AdditionalKeys,
): Promise<Decrypted> {
	const node = { ...nodeOf({}), name: '', type: SOURCE_TYPE };
	const nodeTypes = nodeTypesWith(new SendGridProvisioning());
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	await workflow.expression.acquireIsolate();
	try {
		return workflow.expression.getComplexParameterValue(
			node,
			data as INodeParameters,
			mode,
			keys,
			undefined,
			undefined,
			data,
		) as Decrypted;
	} finally {
		await workflow.expression.releaseIsolate();
	}
}
