import type { IDataObject } from 'n8n-workflow';
import { subuser } from '../../fields/subuser';
import { getCredits } from '../../sendgrid/subuserCredits';
import type { Operation, OperationContext } from '../resource';

export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get subuser credits',
		description: 'Get how many emails a subuser may send, and how many it has sent',
	},
	needs: [{ scope: 'subusers.credits.read' }],
	target: subuser,
	description: [],
	execute,
};

async function execute({ api, target }: OperationContext): Promise<IDataObject> {
	return { username: target, ...(await api.send(getCredits(target))) };
}
