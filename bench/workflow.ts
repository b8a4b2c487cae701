import type { Emulator } from '../emulator';
import { credentialName, credentialType } from '../playground/examples';
import type { Json, N8nApi, Saved, Workflow, WorkflowNode } from '../playground/n8nApi';
import type { Way, WayNode } from './ways';

export const WEBHOOK_PATH = 'bench';

/** n8n's own credential for SendGrid, which the HTTP Request node offers to its users. */
const builtIn = { name: 'SendGrid API', type: 'sendGridApi' };
const own = { name: credentialName, type: credentialType };

/**
 * Puts a workflow into n8n that takes `{ items: [...] }`, does the work, and answers when it is done.
 * Its key is new: our node remembers per key what it learned of a rate limit, and no run shall profit
 * from the one before.
 */
export async function installWorkflow(
	api: N8nApi,
	emulator: Emulator,
	{ way, settings = {} }: { way: Way; settings?: Json },
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
			...way.nodes.map((node, index) => ({ ...placed(node, source.length + index), credentials })),
		],
		connections: connectionsOf(way),
		settings,
	});
	await api.activate(workflow);
	return workflow;
}

const source: WayNode[] = [
	{
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: {
			httpMethod: 'POST',
			path: WEBHOOK_PATH,
			// So nobody has to ask n8n meanwhile whether it is done: that would cost it time.
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

function placed({ settings, ...node }: WayNode, index: number): WorkflowNode {
	return { ...node, ...settings, id: `node-${index}`, position: [index * 200, 0] };
}

function connectionsOf({ nodes, loop }: Way): Workflow['connections'] {
	const names = [...source, ...nodes].map(({ name }) => name);
	const to = (node: string | undefined) => [{ node, type: 'main', index: 0 }];
	const chain = Object.fromEntries(
		names.slice(0, -1).map((name, index) => [name, { main: [to(names[index + 1])] }]),
	);
	if (!loop) return chain;
	const [first, second] = nodes.map(({ name }) => name);
	// Its first output is for the end, its second one for the items of each turn.
	return {
		...chain,
		[String(first)]: { main: [[], to(second)] },
		[String(names.at(-1))]: { main: [to(first)] },
	};
}
