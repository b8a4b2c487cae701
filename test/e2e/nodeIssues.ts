import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INode, INodeParameters, INodeTypeDescription, NodeHelpers } from 'n8n-workflow';
import type { Workflow } from '../../playground/n8nApi';
import type { N8nLine } from '../../playground/paths';

/**
 * What n8n's editor would mark on the nodes of a workflow, found as the editor finds it: with the
 * node types that this n8n serves, and the functions of its own n8n-workflow. Credentials are left
 * out: they are for the user to choose.
 */
export function issuesOf(line: N8nLine, types: object[], { nodes }: Workflow): string[] {
	const helpers = helpersOf(line);
	return nodes.flatMap((saved) => {
		const node = saved as unknown as INode;
		const type = typeOf(types, node);
		if (!type) return [`${node.name}: no type ${node.type} in version ${node.typeVersion}`];
		const filled = parametersOf(helpers, type, node);
		const found = helpers.getNodeParametersIssues(
			type.properties,
			{ ...node, parameters: filled },
			type,
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

/** The nodes whose credential the user has still to choose, by name. */
export function withoutCredential(line: N8nLine, types: object[], { nodes }: Workflow): string[] {
	const helpers = helpersOf(line);
	const missing = (nodes as unknown as INode[]).filter((node) => {
		const description = typeOf(types, node);
		const needed = (description?.credentials ?? []).filter(
			(credential) =>
				description !== undefined &&
				credential.required &&
				helpers.displayParameter(
					parametersOf(helpers, description, node),
					credential,
					node,
					description,
				),
		);
		// What the HTTP Request node needs stands in a parameter, not in its type.
		const predefined = node.parameters.nodeCredentialType;
		const names = needed.map(({ name }) => name);
		if (typeof predefined === 'string') names.push(predefined);
		return names.some((name) => !node.credentials?.[name]);
	});
	return missing.map(({ name }) => name).sort();
}

function typeOf(types: object[], { type, typeVersion }: INode): INodeTypeDescription | undefined {
	const all = types as INodeTypeDescription[];
	return all.find(
		({ name, version }) => name === type && [version].flat().includes(Number(typeVersion)),
	);
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
