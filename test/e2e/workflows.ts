import {
	outputOf,
	type Execution,
	type Item,
	type Json,
	type Workflow,
} from '../../playground/n8nApi';
import { credentialType } from '../../playground/examples';
import { packageName } from '../../playground/paths';
import type { Instance } from './instance';

export const nodeType = `${packageName}.sendGridProvisioning`;
const NODE = 'SendGrid';
export const TRIGGER = 'Start';

export interface NodeUnderTest {
	parameters: Json;
	/** n8n's setting "On Error". */
	onError?: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
}

/** A workflow that passes the items to our node. */
export function workflowOf(
	{ credential }: Instance,
	items: Json[],
	{ parameters, onError = 'stopWorkflow' }: NodeUnderTest,
): Workflow {
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	const at = (name: string, type: string, typeVersion: number, x: number) => ({
		id: `node-${x}`,
		name,
		type,
		typeVersion,
		position: [x, 0],
	});
	return {
		name: 'Under test',
		nodes: [
			{ ...at(TRIGGER, 'n8n-nodes-base.manualTrigger', 1, 0), parameters: {} },
			{
				...at('Items', 'n8n-nodes-base.set', 3.4, 200),
				parameters: { mode: 'raw', jsonOutput: JSON.stringify({ items }), options: {} },
			},
			{
				...at('One by One', 'n8n-nodes-base.splitOut', 1, 400),
				parameters: { fieldToSplitOut: 'items', options: {} },
			},
			{
				...at(NODE, nodeType, 1, 600),
				parameters,
				onError,
				credentials: { [credentialType]: { id: credential.id, name: credential.name } },
			},
		],
		connections: {
			[TRIGGER]: to('Items'),
			Items: to('One by One'),
			'One by One': to(NODE),
		},
	};
}

export interface NodeResult {
	execution: Execution;
	output: Json[];
	errorOutput: Json[];
	/** The output including paired items. */
	items: Item[];
	/** The hints that the editor shows with the output. */
	hints: Array<{ message: string; location?: string }>;
}

/** Runs our node in n8n with these items. */
export async function runNode(
	instance: Instance,
	items: Json[],
	node: NodeUnderTest,
): Promise<NodeResult> {
	const saved = await instance.api.replaceWorkflow(workflowOf(instance, items, node));
	const execution = await instance.api.runManually(saved, TRIGGER);
	const run = execution.resultData.runData[NODE]?.at(-1);
	const jsonOf = (output: number) => outputOf(execution, NODE, output).map(({ json }) => json);
	return {
		execution,
		output: jsonOf(0),
		errorOutput: jsonOf(1),
		items: outputOf(execution, NODE),
		hints: (run as Partial<NodeResult> | undefined)?.hints ?? [],
	};
}
