import type { Imported } from './examples';
import type { WorkflowNode } from './n8nApi';

/** Start a workflow without bringing anything that it could change. */
const BRINGS_NOTHING = /\.(manualTrigger|scheduleTrigger)$/;

/** The nodes that a workflow starts with when it is executed by hand. */
export function startsOf({ nodes, connections }: Imported): WorkflowNode[] {
	const followed = Object.values(connections).flatMap((outputs) => targetsOf(outputs, 'main'));
	return nodes.filter(
		({ name, type }) =>
			!type.endsWith('.stickyNote') &&
			!followed.includes(name) &&
			// Tools, models, and memories only serve another node.
			!Object.keys(outputsOf(connections, name)).some((kind) => kind.startsWith('ai_')),
	);
}

/**
 * The nodes from which an example would get other customers than those of its sample: whatever first
 * brings data has no pinned sample.
 */
export function unpinnedSources(workflow: Imported): string[] {
	const isPinned = (name: string) => (workflow.pinData[name] ?? []).length > 0;
	return startsOf(workflow)
		.filter(({ name }) => !isPinned(name))
		.flatMap(({ name, type }) =>
			BRINGS_NOTHING.test(type) ? targetsOf(outputsOf(workflow.connections, name), 'main') : [name],
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
