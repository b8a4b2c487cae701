import type { Json } from '../playground/n8nApi';
import { floorNode, ourNode } from './n8n';

/** A node of the bench's workflow, without its position and credentials. */
export interface BenchNode {
	name: string;
	type: string;
	typeVersion: number;
	parameters: Json;
	settings?: Json;
}

/** A chain of nodes that completes a task. */
export interface NodesUnderTest {
	nodes: BenchNode[];
	/** Whether the first node is a loop around the others. */
	loop?: true;
}

export function oursForCredits(): NodesUnderTest {
	const subuser = { __rl: true, mode: 'username', value: '={{ $json.username }}' };
	const parameters = {
		resource: 'subuserCredit',
		operation: 'update',
		subuser,
		creditType: 'nonrecurring',
		total: '={{ $json.total }}',
	};
	return { nodes: [{ name: 'Ours', type: ourNode, typeVersion: 1, parameters }] };
}

/** The same with **Run Once per Key**: each item has a key of its own. */
export function oursForKeyedCredits(): NodesUnderTest {
	const nodes = oursForCredits().nodes.map((node) => ({
		...node,
		parameters: { ...node.parameters, onceKey: '={{ $json.total }}' },
	}));
	return { nodes };
}

export function oursForAddons(): NodesUnderTest {
	const account = { __rl: true, mode: 'id', value: '={{ $json.account }}' };
	const addon = { name: '={{ $json.name }}', quantity: '={{ $json.quantity }}' };
	const parameters = {
		resource: 'accountOffering',
		operation: 'update',
		account,
		change: 'merge',
		specifyOfferings: 'fields',
		addons: { addon: [addon] },
	};
	return { nodes: [{ name: 'Ours', type: ourNode, typeVersion: 1, parameters }] };
}

const CREDITS_PATH = '/v3/subusers/{{ encodeURIComponent($json.username) }}/credits';
const CREDITS_BODY = "={{ { type: 'nonrecurring', total: $json.total } }}";

/** n8n's HTTP Request node, with n8n's own SendGrid credential. */
export function httpForCredits(
	baseUrl: string,
	{ options = {}, settings = {} }: { options?: Json; settings?: Json } = {},
): NodesUnderTest {
	return {
		nodes: [
			httpNode('HTTP Request', {
				...{ method: 'PUT', url: `=${baseUrl}${CREDITS_PATH}`, body: CREDITS_BODY },
				...{ options, settings },
			}),
		],
	};
}

/** The HTTP Request node in a loop: unlike its batches, a loop waits for each response. */
export function httpLoopForCredits(baseUrl: string): NodesUnderTest {
	const loop = {
		name: 'Loop Over Items',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize: 1, options: {} },
	};
	return { nodes: [loop, ...httpForCredits(baseUrl).nodes], loop: true };
}

/** Two HTTP Request nodes: one reads an account's offerings, one writes them with the add-on. */
export function httpForAddons(baseUrl: string): NodesUnderTest {
	const path = (item: string) => `${baseUrl}/v3/partners/accounts/{{ ${item}.account }}/offerings`;
	const item = "$('Items').item.json";
	const remaining = `$json.offerings.filter(({ name }) => name !== ${item}.name)`;
	const added = `[{ name: ${item}.name, type: 'addon', quantity: ${item}.quantity }]`;
	return {
		nodes: [
			httpNode('Read', { method: 'GET', url: `=${path('$json')}` }),
			httpNode('Write', {
				method: 'PUT',
				url: `=${path(item)}`,
				body: `={{ { offerings: ${remaining}.concat(${added}) } }}`,
			}),
		],
	};
}

function httpNode(
	name: string,
	request: { method: string; url: string; body?: string; options?: Json; settings?: Json },
): BenchNode {
	const { method, url, body, options = {}, settings = {} } = request;
	const parameters = {
		method,
		url,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'sendGridApi',
		...(body === undefined
			? {}
			: { sendBody: true, contentType: 'json', specifyBody: 'json', jsonBody: body }),
		options,
	};
	return { name, type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, parameters, settings };
}

/**
 * The platform floor: n8n's HTTP helper without a real node around it. With `readFields`, its two values
 * are expressions, as in users' workflows. With `readCredentialOnce`, n8n doesn't read the credential
 * for each request.
 */
export function floorForCredits(
	baseUrl: string,
	{
		parallel,
		readFields = false,
		readCredentialOnce = false,
	}: { parallel: number; readFields?: boolean; readCredentialOnce?: boolean },
): NodesUnderTest {
	const fields = { username: '={{ $json.username }}', total: '={{ $json.total }}' };
	const parameters = {
		...{ baseUrl, parallel, readFields, readCredentialOnce },
		...(readFields ? fields : {}),
	};
	return { nodes: [{ name: 'Floor', type: floorNode, typeVersion: 1, parameters }] };
}

/** n8n's No Operation node, for the memory that n8n itself requires. */
export function noOperation(): NodesUnderTest {
	const node = {
		name: 'No Operation',
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		parameters: {},
	};
	return { nodes: [node] };
}
