import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INode, INodeParameters, INodeTypeDescription, NodeHelpers } from 'n8n-workflow';
import type { Workflow } from '../../playground/n8nApi';
import type { N8nLine } from '../../playground/paths';

/**
 * The issues that n8n's editor would show for a workflow's nodes, except for missing credentials. It
 * uses the node types and the n8n-workflow of this n8n, as the editor does.
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
		// Parameters that the form doesn't show belong to another version, or have no effect.
		const unknown = Object.keys(node.parameters).filter((name) => !(name in filled));
		return [
			...missing.map((issue) => `${node.name}: ${String(issue)}`),
			...unknown.map((name) => `${node.name}: the form has no field "${name}"`),
		];
	});
}

/** The names of nodes that lack a required credential. */
export function withoutCredential(line: N8nLine, types: object[], { nodes }: Workflow): string[] {
	const helpers = helpersOf(line);
	const missing = (nodes as unknown as INode[]).filter((node) => {
		const description = typeOf(types, node);
		const required = (description?.credentials ?? []).filter(
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
		// The HTTP Request node names its credential in a parameter.
		const { nodeCredentialType, genericAuthType } = node.parameters;
		const names = required.map(({ name }) => name);
		for (const chosen of [nodeCredentialType, genericAuthType]) {
			if (typeof chosen === 'string') names.push(chosen);
		}
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
	const library = createRequire(n8n)('n8n-workflow') as { NodeHelpers: typeof NodeHelpers };
	return library.NodeHelpers;
}

/** The parameters that the form shows, including defaults. */
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
