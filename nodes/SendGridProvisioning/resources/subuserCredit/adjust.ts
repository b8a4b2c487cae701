import { adjustmentFrom, assertAdjustable, assertAdjusted } from '../../domain/credits';
import { subuser } from '../../fields/subuser';
import { getCredits, patchRemaining } from '../../sendgrid/subuserCredits';
import { presentCredits } from './present';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const adjust: Operation = {
	option: {
		name: 'Adjust',
		value: 'adjust',
		action: 'Adjust subuser credits',
		description: 'Add credits to those that remain, or take some away',
	},
	needs: [{ scope: 'subusers.credits.read' }, { scope: 'subusers.credits.remaining.update' }],
	target: subuser,
	onceOnly: 'unlessKeyed',
	onceKey: { present: presentCredits },
	description: [
		{
			displayName: 'Adjustment',
			name: 'adjustment',
			type: 'number',
			default: '',
			required: true,
			placeholder: 'e.g. 5000',
			description:
				'How many credits to add; a negative number takes some away. Each run adds again: put a Remove Duplicates node before it where the same event can come twice.',
		},
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const adjustment = adjustmentFrom(param('adjustment'));

	const before = await api.send(getCredits(target));
	assertAdjustable(before);

	const after = await api.send(patchRemaining(target, adjustment));
	assertAdjusted(before, adjustment, after);
	const output = { username: target, adjustment, before: { ...before }, ...after };
	return { output, effect: 'updated' };
}
