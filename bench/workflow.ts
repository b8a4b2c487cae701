import type { Emulator } from '../emulator';
import { credentialName, credentialType } from '../playground/examples';
import type { Json, N8nApi, Saved, Workflow, WorkflowNode } from '../playground/n8nApi';
import type { BenchNode, NodesUnderTest } from './nodesUnderTest';

export const WEBHOOK_PATH = 'bench';

/** n8n's own credential for SendGrid, which the HTTP Request node can use. */
const builtIn = { name: 'SendGrid API', type: 'sendGridApi' };
const own = { name: credentialName, type: credentialType };

/**
 * Saves and publishes a workflow whose webhook accepts `{ items: [...] }` and answers when the workflow
 * has ended. The API key is new, because our node remembers rate limits per key and a run must not
 * benefit from an earlier one.
 */
export async function installWorkflow(
	api: N8nApi,
	emulator: Emulator,
	{ underTest, settings = {} }: { underTest: NodesUnderTest; settings?: Json },
): Promise<Saved<Workflow>> {
	const apiKey = emulator.addKey();
	const data = { apiKey, region: 'custom', baseUrl: emulator.url };
	const ids = {
		own: await api.saveCredential({ ...own, data }),
		builtIn: await api.saveCredential({ ...builtIn, data: { apiKey } }),
	};
	const credentials = {
		[own.type]: { id: ids.own, name: own.name },
		[builtIn.type]: { id: ids.builtIn, name: builtIn.name },
	};
	const workflow = await api.replaceWorkflow({
		name: 'Bench',
		nodes: [
			...source.map((node, index) => placed(node, index)),
			...underTest.nodes.map((node, index) => ({
				...placed(node, source.length + index),
				credentials,
			})),
		],
		connections: connectionsOf(underTest),
		settings,
	});
	await api.activate(workflow);
	return workflow;
}

const source: BenchNode[] = [
	{
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: {
			httpMethod: 'POST',
			path: WEBHOOK_PATH,
			// Polling n8n until the workflow has ended would slow it down.
			responseMode: 'lastNode',
			responseData: 'noData',
			options: {},
		},
		settings: { webhookId: 'bench' },
	},
	{
		name: 'Items',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: { fieldToSplitOut: 'body.items', options: {} },
	},
];

function placed({ settings, ...node }: BenchNode, index: number): WorkflowNode {
	return { ...node, ...settings, id: `node-${index}`, position: [index * 200, 0] };
}

function connectionsOf({ nodes, loop }: NodesUnderTest): Workflow['connections'] {
	const names = [...source, ...nodes].map(({ name }) => name);
	const to = (node: string | undefined) => [{ node, type: 'main', index: 0 }];
	const chain = Object.fromEntries(
		names.slice(0, -1).map((name, index) => [name, { main: [to(names[index + 1])] }]),
	);
	if (!loop) return chain;
	const [first, second] = nodes.map(({ name }) => name);
	// The loop's first output is for its end, the second one for each round.
	return {
		...chain,
		[String(first)]: { main: [[], to(second)] },
		[String(names.at(-1))]: { main: [to(first)] },
	};
}
