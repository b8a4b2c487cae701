import { recurringCredits, type Emulator } from '../../emulator';
import type { Json, Workflow } from '../../playground/n8nApi';
import { credentialType } from '../../playground/examples';
import { nodeType } from './workflows';

/** An order that a CRM sends to a webhook. Its number is unique. */
export type Order = { number: number } & (
	| { kind: 'merge'; account: string; addon: string; quantity: number }
	| { kind: 'credits'; username: string; total: number }
	| { kind: 'adjustment'; username: string; adjustment: number }
);

export type Kind = Order['kind'];

const ADDONS = [
	'demo.x.ip.v1',
	'demo.x.marketing-campaigns.v1',
	'demo.x.expert-services.v1',
	'demo.x.teammates-5.v1',
	'demo.x.subusers-10.v1',
];
const ACCOUNTS = 12;
const SUBUSERS_OF_EACH_KIND = 45;
export const PACKAGE = { name: 'demo.ei.pro-100k.v1', type: 'package' as const, quantity: 1 };
export const CREDITS_BEFORE = 1_000;

/**
 * Prepares five add-ons for each of twelve accounts, new credits for 45 subusers, and an adjustment for
 * 45 others. Sequences are sent in parallel, but the orders of a sequence in order. The merges for one
 * account are a sequence, because SendGrid has no lock: two workers could undo each other's change, which
 * the node can't prevent.
 */
export function prepareSequences({ state, clock }: Emulator): Order[][] {
	const accounts = state.accounts.list(0, ACCOUNTS);
	for (const account of accounts) account.offerings = [PACKAGE];
	const subusers = state.subusers.list(20, 2 * SUBUSERS_OF_EACH_KIND);
	for (const subuser of subusers) {
		subuser.credits = recurringCredits(CREDITS_BEFORE, 'monthly', clock.now());
	}
	const names = subusers.map(({ username }) => username);
	let number = 0;
	const merges = accounts.map(({ id }, index) =>
		ADDONS.map((addon, addonIndex) => ({
			number: number++,
			kind: 'merge' as const,
			account: id,
			addon,
			quantity: 1 + ((index + addonIndex) % 4),
		})),
	);
	const others = names.map((username, index): Order[] =>
		index % 2 === 0
			? [{ number: number++, kind: 'credits', username, total: 2_000 + index }]
			: [{ number: number++, kind: 'adjustment', username, adjustment: 100 + index }],
	);
	return [...merges, ...others];
}

const bySubuser = {
	subuser: { __rl: true, mode: 'username', value: '={{ $json.body.username }}' },
};

const nodeParameters: Record<Kind, Json> = {
	merge: {
		resource: 'accountOffering',
		operation: 'update',
		account: { __rl: true, mode: 'id', value: '={{ $json.body.account }}' },
		change: 'merge',
		specifyOfferings: 'json',
		offeringsJson:
			'={{ JSON.stringify([{ name: $json.body.addon, type: "addon", quantity: $json.body.quantity }]) }}',
	},
	credits: {
		resource: 'subuserCredit',
		operation: 'update',
		...bySubuser,
		total: '={{ $json.body.total }}',
	},
	adjustment: {
		resource: 'subuserCredit',
		operation: 'adjust',
		...bySubuser,
		adjustment: '={{ $json.body.adjustment }}',
	},
};

/** A webhook and our node. The webhook answers when the workflow has ended, with an error if it failed. */
export function workflowFor(
	kind: Kind,
	credential: { id: string; name: string },
	more: Json = {},
): Workflow {
	return {
		name: `Orders: ${kind}`,
		nodes: [
			{
				id: `webhook-${kind}`,
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: `orders-${kind}`,
				parameters: { httpMethod: 'POST', path: kind, responseMode: 'lastNode', options: {} },
			},
			{
				id: `node-${kind}`,
				name: 'SendGrid',
				type: nodeType,
				typeVersion: 1,
				position: [200, 0],
				parameters: { ...nodeParameters[kind], ...more },
				credentials: { [credentialType]: credential },
			},
		],
		connections: { Webhook: { main: [[{ node: 'SendGrid', type: 'main', index: 0 }]] } },
	};
}
