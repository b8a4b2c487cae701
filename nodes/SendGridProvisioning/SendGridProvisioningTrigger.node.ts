import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { outcomeOf } from './domain/outcome';
import type { Outcome } from './domain/outcome';
import { events } from './trigger/events';
import { propertiesOf, subtitleOf } from './trigger/event';
import { runPoll } from './trigger/poll';
import type { PollResult } from './trigger/poll';
import { budgetOf, occasionOf, pollTimesOf, triggerKeyOf } from './trigger/pollContext';
import { explainPoll, explainUnread } from './trigger/pollMessages';
import { triggerStates } from './trigger/triggerState';
import type { Poll } from './trigger/triggerState';
import { clock } from './transport/clock';
import { connect } from './transport/connection';
import { nodeError } from './transport/errors/nodeError';

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
		const nowMs = clock.now();
		const budgetMs = budgetOf(this);
		const occasion = occasionOf(this);
		const data = this.getWorkflowStaticData('node');
		const runWith = async (poll?: Poll): Promise<Outcome<PollResult>> =>
			await outcomeOf(
				async () =>
					await runPoll({
						occasion,
						budgetMs,
						param: (name) => this.getNodeParameter(name, null),
						connect: async () => await connect(this),
						memory: poll?.memory,
						superseded: () => poll?.superseded ?? false,
					}),
			);

		if (occasion === 'test') {
			// A test shares nothing with the polls of a published workflow, nor with another test.
			const outcome = await runWith();
			if ('error' in outcome) throw nodeError(this.getNode(), explainPoll(outcome.error));
			return [outcome.value.items.map((json) => ({ json }))];
		}

		const poll = triggerStates.start(triggerKeyOf(this), {
			context: this,
			activation: occasion === 'activation',
			budgetMs,
			pollTimes: pollTimesOf(this),
			saved: data['memory'],
			nowMs,
		});
		if (poll === undefined) return null;
		const outcome = await runWith(poll);
		if ('error' in outcome) {
			poll.end();
			if (poll.superseded) return null;
			throw nodeError(this.getNode(), explainPoll(outcome.error));
		}
		const { items, remember, unread } = outcome.value;
		poll.end({ items, remember });
		if (poll.superseded) return null;
		const dueNotices = poll.dueNotices(unread);
		if (dueNotices.length > 0) {
			// A failed execution of its own: the items of this poll start the workflow anyway.
			this.__emitError(nodeError(this.getNode(), explainUnread(dueNotices)));
		}
		if (remember !== undefined) data['memory'] = remember;
		return items.length === 0 ? null : [items.map((json) => ({ json }))];
	}
}
