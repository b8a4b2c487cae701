import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INode, INodeParameters, INodeTypeDescription, NodeHelpers } from 'n8n-workflow';
import type { Workflow } from '../../playground/n8nApi';
import type { N8nLine } from '../../playground/paths';

type Described = Omit<INodeTypeDescription, 'version'> & { version: number | number[] };

/**
 * What n8n's editor would mark on the nodes of a workflow, found as the editor finds it: with the
 * node types that this n8n serves, and the functions of its own n8n-workflow. Credentials are left
 * out: they are for the user to choose.
 */
export function issuesOf(line: N8nLine, types: object[], { nodes }: Workflow): string[] {
	const helpers = helpersOf(line);
	return nodes.flatMap((saved) => {
		const node = saved as unknown as INode;
		const type = (types as Described[]).find(
			({ name, version }) =>
				name === node.type && [version].flat().includes(Number(node.typeVersion)),
		);
		if (!type) return [`${node.name}: no type ${node.type} in version ${node.typeVersion}`];
		const description = type;
		const filled = parametersOf(helpers, description, node);
		const found = helpers.getNodeParametersIssues(
			description.properties,
			{ ...node, parameters: filled },
			description,
		);
		const missing = Object.values(found?.parameters ?? {}).flat();
		// The form would not show these, so they belong to another version or do nothing.
		const unknown = Object.keys(node.parameters).filter((name) => !(name in filled));
		return [
			...missing.map((issue) => `${node.name}: ${String(issue)}`),
			...unknown.map((name) => `${node.name}: the form has no field "${name}"`),
		];
	});
}

function helpersOf({ folder }: N8nLine): typeof NodeHelpers {
	const n8n = realpathSync(join(folder, 'node_modules', 'n8n', 'package.json'));
	const own = createRequire(n8n)('n8n-workflow') as { NodeHelpers: typeof NodeHelpers };
	return own.NodeHelpers;
}

/** The parameters as the form shows them, defaults included. */
function parametersOf(
	helpers: typeof NodeHelpers,
	description: INodeTypeDescription,
	node: INode,
): INodeParameters {
	return (
		helpers.getNodeParameters(
			description.properties,
			node.parameters,
			true,
			false,
			node,
			description,
		) ?? {}
	);
}
