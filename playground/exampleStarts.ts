import type { Imported } from './examples';
import type { WorkflowNode } from './n8nApi';

/** Triggers that return no data about customers. */
const WITHOUT_DATA = /\.(manualTrigger|scheduleTrigger)$/;

/** The nodes that a manual execution of the workflow can start from. */
export function startNodes({ nodes, connections }: Imported): WorkflowNode[] {
	const targets = Object.values(connections).flatMap((outputs) => targetsOf(outputs, 'main'));
	return nodes.filter(
		({ name, type }) =>
			!type.endsWith('.stickyNote') &&
			!targets.includes(name) &&
			// Tools, models, and memories are attached to another node.
			!Object.keys(outputsOf(connections, name)).some((kind) => kind.startsWith('ai_')),
	);
}

/**
 * The nodes that bring data into an example without a pinned sample. They could return customers that
 * aren't in the sample.
 */
export function unpinnedSources(workflow: Imported): string[] {
	const isPinned = (name: string) => (workflow.pinData[name] ?? []).length > 0;
	return startNodes(workflow)
		.filter(({ name }) => !isPinned(name))
		.flatMap(({ name, type }) =>
			WITHOUT_DATA.test(type) ? targetsOf(outputsOf(workflow.connections, name), 'main') : [name],
		)
		.filter((name) => !isPinned(name));
}

type Outputs = Record<string, Array<Array<{ node: string }> | null>>;

function outputsOf(connections: Imported['connections'], name: string): Outputs {
	return (connections[name] ?? {}) as Outputs;
}

function targetsOf(outputs: unknown, kind: string): string[] {
	return ((outputs as Outputs)[kind] ?? []).flatMap((output) =>
		(output ?? []).map(({ node }) => node),
	);
}
