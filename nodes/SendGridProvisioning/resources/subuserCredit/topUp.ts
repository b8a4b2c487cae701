import { outcomeOf } from '../../domain/outcome';
import { assertAdjusted, shortfall } from '../../domain/credits';
import type { Credits } from '../../domain/credits';
import { wholeNumber } from '../../domain/values';
import { subuser } from '../../fields/subuser';
import { getCredits, patchRemaining } from '../../sendgrid/subuserCredits';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const topUp: Operation = {
	option: {
		name: 'Top Up',
		value: 'topUp',
		action: 'Top up subuser credits',
		description: 'Raise what remains to a minimum; who has more, or unlimited credits, stays as is',
	},
	needs: [{ scope: 'subusers.credits.read' }, { scope: 'subusers.credits.remaining.update' }],
	target: subuser,
	description: [
		{
			displayName: 'Minimum',
			name: 'minimum',
			type: 'number',
			// No smallest value: n8n 1 would fill it in by itself.
			default: '',
			required: true,
			placeholder: 'e.g. 1000',
			description: 'How many credits shall remain at least',
		},
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const minimum = wholeNumber(param('minimum'), 'Minimum', 1);

	const before = await api.send(getCredits(target));

	const added = shortfall(minimum, before);
	const after = added === 0 ? before : await add(api, target, { before, added, minimum });
	const output = { username: target, added, ...after };
	return { output, effect: added > 0 ? 'updated' : 'unchanged' };
}

const IN_DOUBT = {
	message: 'the change may have been applied, but what remains doesn’t show it',
	nextStep: 'Run the item again in a minute: it reads what remains before it adds anything.',
};

/** After a lost answer, what remains tells whether the credits were added: they are never sent twice. */
async function add(
	api: OperationContext['api'],
	target: string,
	{ before, added, minimum }: { before: Credits; added: number; minimum: number },
): Promise<Credits> {
	const outcome = await api.trySend({ ...patchRemaining(target, added), ifInDoubt: IN_DOUBT });
	if ('done' in outcome) {
		assertAdjusted(before, added, outcome.done);
		return outcome.done;
	}
	const now = await outcomeOf(async () => {
		const credits = await api.send(getCredits(target));
		return { credits, missing: shortfall(minimum, credits) };
	});
	if ('error' in now || now.value.missing > 0) throw outcome.inDoubt;
	return now.value.credits;
}
