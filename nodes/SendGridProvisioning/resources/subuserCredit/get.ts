import { subuser } from '../../fields/subuser';
import { getCredits } from '../../sendgrid/subuserCredits';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get subuser credits',
		description:
			'Get how many emails a subuser can still send (balance, limit), and how many it has sent',
	},
	needs: [{ scope: 'subusers.credits.read' }],
	target: subuser,
	description: [],
	readOnly: true,
	execute,
};

async function execute({ api, target }: OperationContext): Promise<OperationResult> {
	const credits = await api.send(getCredits(target));
	return { output: { username: target, ...credits }, effect: 'read' };
}
