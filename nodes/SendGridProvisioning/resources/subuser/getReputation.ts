import { Refusal } from '../../domain/refusal';
import { subuser } from '../../fields/subuser';
import { reputationReader } from '../../sendgrid/reputations';
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

async function execute({ api, target, cached }: OperationContext): Promise<OperationResult> {
	const read = await cached('reputations', async () => await Promise.resolve(reputationReader()));
	const reputation = await read(api, target);
	if (reputation !== undefined) {
		return { output: { username: target, reputation }, effect: 'read' };
	}
	throw new Refusal(
		'SendGrid has no reputation for this subuser',
		'Check the spelling of the username. A new subuser has a reputation once it has sent email.',
	);
}
