import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { attempt } from './domain/attempt';
import { events } from './events';
import { propertiesOf, subtitleOf } from './events/event';
import { USUAL_BUDGET_MS, runPoll } from './events/poll';
import type { Occasion } from './events/poll';
import { explainPoll, explainUnread } from './events/pollWords';
import { keepQuiet, knownTo } from './events/quiet';
import { untold } from './events/told';
import { endTurn, takeTurn } from './events/turns';
import { connect } from './transport/api';
import { nodeError } from './transport/errors';

/** The contexts that have polled. n8n makes one when it switches a workflow on, and polls at once. */
const active = new WeakSet<IPollFunctions>();

export class SendGridProvisioningTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SendGrid Provisioning Trigger',
		name: 'sendGridProvisioningTrigger',
		icon: { light: 'file:sendGridProvisioning.svg', dark: 'file:sendGridProvisioning.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: subtitleOf(events),
		// n8n lists both nodes as one, with this description.
		description:
			'Manage SendGrid accounts, subusers, offerings and credits, or start a workflow when they change',
		defaults: { name: 'SendGrid Provisioning Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'sendGridProvisioningApi', required: true }],
		properties: propertiesOf(events),
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const budgetMs = budgetOf(this);
		const occasion = occasionOf(this, budgetMs);
		const nowMs = Date.now();
		const trigger = `${this.getWorkflow().id} ${this.getNode().id} ${occasion === 'test'}`;
		const turn = takeTurn(trigger, { activation: occasion !== 'schedule', budgetMs, nowMs });
		if (turn === undefined) return null;

		const data = this.getWorkflowStaticData('node');
		const stored = data['memory'];
		const outcome = await attempt(
			async () =>
				await runPoll({
					occasion,
					budgetMs,
					param: (name) => this.getNodeParameter(name, null),
					connect: async () => await connect(this),
					stored: knownTo(trigger, stored),
					superseded: () => turn.superseded,
				}),
		);
		endTurn(trigger, turn);
		if (turn.superseded) return null;
		if ('error' in outcome) throw nodeError(this.getNode(), explainPoll(outcome.error));

		const { items, remember, unread } = outcome.value;
		const told = untold(trigger, unread, nowMs);
		// A failed execution of its own: the items of this poll start the workflow all the same.
		if (told.length > 0) this.__emitError(nodeError(this.getNode(), explainUnread(told)));
		keepQuiet(trigger, { items, remember, stored });
		if (remember !== undefined) data['memory'] = remember;
		return items.length === 0 ? null : [items.map((json) => ({ json }))];
	}
}

function budgetOf(context: IPollFunctions): number {
	// n8n 1 has no such function, and its types do not know it.
	const told: IPollFunctions & { getPollBudgetMs?: () => number } = context;
	return told.getPollBudgetMs?.() ?? USUAL_BUDGET_MS;
}

/** n8n 2's scheduler makes a context for each poll, and sets it a time of its own. */
function occasionOf(context: IPollFunctions, budgetMs: number): Occasion {
	if (context.getMode() === 'manual') return 'test';
	const first = !active.has(context);
	active.add(context);
	return first && budgetMs === USUAL_BUDGET_MS ? 'activation' : 'schedule';
}
