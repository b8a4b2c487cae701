import { Refusal } from '../../domain/refusal';
import { subuser } from '../../fields/subuser';
import { getReputation as readReputation } from '../../sendgrid/subusers';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const getReputation: Operation = {
	option: {
		name: 'Get Reputation',
		value: 'getReputation',
		action: 'Get subuser reputation',
		description: 'Get a subuser’s sender reputation, from 0 to 100; not exact in the EU region',
	},
	needs: [{ scope: 'subusers.reputations.read' }],
	target: subuser,
	description: [],
	readOnly: true,
	execute,
};

async function execute({ api, target }: OperationContext): Promise<OperationResult> {
	const rows = await api.send(readReputation(target));
	const row = rows.find(({ username }) => username.toLowerCase() === target.toLowerCase());
	if (row !== undefined) {
		return { output: { username: target, reputation: row.reputation }, effect: 'read' };
	}
	throw new Refusal(
		'SendGrid has no reputation for this subuser',
		'Check the spelling of the subuser. A new subuser has a reputation once it has sent email.',
	);
}
