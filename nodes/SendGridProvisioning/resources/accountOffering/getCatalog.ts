import type { IDataObject } from 'n8n-workflow';
import { getCatalog as readCatalog } from '../../sendgrid/accountOfferings';
import type { Operation, OperationContext } from '../resource';

export const getCatalog: Operation = {
	option: {
		name: 'Get Catalog',
		value: 'getCatalog',
		action: 'Get offering catalog',
		description: 'Get all packages and add-ons that your contract with SendGrid has',
	},
	needs: ['reseller agreement'],
	description: [],
	execute,
};

async function execute({ api, once }: OperationContext): Promise<IDataObject[]> {
	const entries = await once('catalog', async () => await api.send(readCatalog()));
	return entries.map(({ offering, entitlements }) => ({
		...offering,
		entitlements: entitlements as IDataObject,
	}));
}
