import type { Json } from '../playground/n8nApi';
import { floorNode, ourNode } from './n8n';

/** A node of a way, without what is the same for all. */
export interface WayNode {
	name: string;
	type: string;
	typeVersion: number;
	parameters: Json;
	settings?: Json;
}

/** What a user can put into a workflow to get the work done: nodes, one after the other. */
export interface Way {
	nodes: WayNode[];
	/** Whether the first node is a loop, which the others run in. */
	loop?: true;
}

export function oursForCredits(): Way {
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

export function oursForAddons(): Way {
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

/** n8n's built-in HTTP Request node, with the credential that n8n has for SendGrid. */
export function httpForCredits(
	baseUrl: string,
	{ options = {}, settings = {} }: { options?: Json; settings?: Json } = {},
): Way {
	return {
		nodes: [
			httpNode('HTTP Request', {
				...{ method: 'PUT', url: `=${baseUrl}${CREDITS_PATH}`, body: CREDITS_BODY },
				...{ options, settings },
			}),
		],
	};
}

/** HTTP Request one item at a time. Its own batches do not wait for answers; a loop does. */
export function httpLoopForCredits(baseUrl: string): Way {
	const loop = {
		name: 'Loop Over Items',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize: 1, options: {} },
	};
	return { nodes: [loop, ...httpForCredits(baseUrl).nodes], loop: true };
}

/** HTTP Request twice: reads an account's offerings, then writes them back with the add-on in them. */
export function httpForAddons(baseUrl: string): Way {
	const path = (item: string) => `${baseUrl}/v3/partners/accounts/{{ ${item}.account }}/offerings`;
	const item = "$('Items').item.json";
	const kept = `$json.offerings.filter(({ name }) => name !== ${item}.name)`;
	const added = `[{ name: ${item}.name, type: 'addon', quantity: ${item}.quantity }]`;
	return {
		nodes: [
			httpNode('Read', { method: 'GET', url: `=${path('$json')}` }),
			httpNode('Write', {
				method: 'PUT',
				url: `=${path(item)}`,
				body: `={{ { offerings: ${kept}.concat(${added}) } }}`,
			}),
		],
	};
}

function httpNode(
	name: string,
	request: { method: string; url: string; body?: string; options?: Json; settings?: Json },
): WayNode {
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
 * The bare loop over n8n's helper; with `readFields` its two values are expressions, as users' are,
 * with `handCredential` n8n does not read the credential for each request.
 */
export function floorForCredits(
	baseUrl: string,
	{
		parallel,
		readFields = false,
		handCredential = false,
	}: { parallel: number; readFields?: boolean; handCredential?: boolean },
): Way {
	const fields = { username: '={{ $json.username }}', total: '={{ $json.total }}' };
	const parameters = {
		...{ baseUrl, parallel, readFields, handCredential },
		...(readFields ? fields : {}),
	};
	return { nodes: [{ name: 'Floor', type: floorNode, typeVersion: 1, parameters }] };
}

/** Hands the items on: what n8n itself needs for them. */
export function nothing(): Way {
	const node = { name: 'Nothing', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };
	return { nodes: [node] };
}
