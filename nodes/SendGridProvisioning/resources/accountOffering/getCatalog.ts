import type { IDataObject } from 'n8n-workflow';
import { getCatalog as readCatalog } from '../../sendgrid/accountOfferings';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const getCatalog: Operation = {
	option: {
		name: 'Get Catalog',
		value: 'getCatalog',
		action: 'Get offering catalog',
		description: 'Get all packages (plans) and add-ons that your contract with SendGrid includes',
	},
	needs: ['reseller agreement'],
	description: [],
	readOnly: true,
	execute,
};

async function execute({ api, cached }: OperationContext): Promise<OperationResult> {
	const entries = await cached('catalog', async () => await api.send(readCatalog()));
	const output = entries.map(({ offering, entitlements }) => ({
		...offering,
		entitlements: entitlements as IDataObject,
	}));
	return { output, effect: 'read' };
}
