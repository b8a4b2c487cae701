import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { outcomeOf } from './domain/outcome';
import { propertiesOf, subtitleOf } from './trigger/event';
import { events } from './trigger/events';
import { runPoll } from './trigger/poll';
import { explainPoll, explainUnread } from './trigger/pollMessages';
import { nodeError } from './transport/errors/nodeError';

export class SendGridProvisioningTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SendGrid Provisioning Trigger',
		name: 'sendGridProvisioningTrigger',
		icon: { light: 'file:sendGridProvisioning.svg', dark: 'file:sendGridProvisioning.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: subtitleOf(events),
		// n8n lists both nodes as one entry, with this description.
		description:
			'Manage SendGrid accounts, subusers, offerings, and credits, or start a workflow when they change',
		defaults: { name: 'SendGrid Provisioning Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'sendGridProvisioningApi', required: true }],
		properties: propertiesOf(events),
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const outcome = await outcomeOf(async () => await runPoll(this));
		if ('error' in outcome) throw nodeError(this.getNode(), explainPoll(outcome.error));
		const { items, dueNotices } = outcome.value;
		if (dueNotices.length > 0) {
			// A separate failed execution: the poll's items start the workflow anyway.
			this.__emitError(nodeError(this.getNode(), explainUnread(dueNotices)));
		}
		return items.length === 0 ? null : [items.map((json) => ({ json }))];
	}
}
