import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import * as listSearch from './methods/listSearch';
import * as loadOptions from './methods/loadOptions';
import { resources } from './resources';
import { wasCutShort } from './runner/runItem';
import { runItems } from './runner/runItems';
import { propertiesOf, subtitleOf } from './resources/form';
import { connectionsOf } from './runner/connections';
import { withFinishedItems } from './runner/finishedItems';
import { withKeyInDoubt } from './runner/keyedItem';
import { keyedItemsOf } from './runner/keyedItems';
import { explain } from './transport/errors/explain';
import { failedJson, nodeError } from './transport/errors/nodeError';
import { RunReport } from './runner/runReport';

export class SendGridProvisioning implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SendGrid Provisioning',
		name: 'sendGridProvisioning',
		icon: { light: 'file:sendGridProvisioning.svg', dark: 'file:sendGridProvisioning.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(resources),
		description:
			'Create and manage SendGrid customer accounts and subusers, with packages, add-ons, and credits',
		defaults: { name: 'SendGrid Provisioning' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'sendGridProvisioningApi', required: true }],
		properties: propertiesOf(resources),
	};

	methods = { listSearch, loadOptions };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const node = this.getNode();
		const continueOnFail = this.continueOnFail();
		const report = new RunReport();
		const results = await runItems({
			resources,
			count: items.length,
			param: (index, name) => this.getNodeParameter(name, index, null, { skipValidation: true }),
			rawParam: (name) => node.parameters[name],
			connect: connectionsOf({ context: this, report, count: items.length }),
			continueOnFail,
			retryOnFail: node.retryOnFail === true,
			isCancelled: () => this.getExecutionCancelSignal()?.aborted ?? false,
			report,
			keyed: keyedItemsOf(this, report),
		});
		const output: INodeExecutionData[] = [];
		for (let index = 0; index < items.length; index += 1) {
			const result = results[index];
			if (result === undefined) continue;
			if ('value' in result.outcome) {
				for (const json of result.outcome.value) output.push({ json, pairedItem: { item: index } });
				continue;
			}
			// The failure that stopped it is thrown instead, which names this item, too.
			if (report.stopped && wasCutShort(result.outcome.error)) continue;
			const { outcome, subject, doubtfulKey } = result;
			const explanation = withKeyInDoubt(explain(outcome.error, subject), doubtfulKey);
			if (!continueOnFail)
				throw nodeError(node, withFinishedItems(explanation, results, index), index);
			output.push({ json: failedJson(node, explanation), pairedItem: { item: index } });
		}
		for (const message of report.hints()) {
			this.addExecutionHints({ message, location: 'outputPane' });
		}
		return [output];
	}
}
