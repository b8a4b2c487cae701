import { outcomeOf } from '../../domain/outcome';
import { adjustedBy, assertAdjusted, shortfall } from '../../domain/credits';
import type { Credits } from '../../domain/credits';
import { remainingSummary } from '../../domain/summaries';
import { wholeNumber } from '../../domain/values';
import { digitsOnly } from '../../fields/credits';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { getCredits, patchRemaining } from '../../sendgrid/subuserCredits';
import { dryRunResult } from '../../runner/dryRunResult';
import { effectOf } from '../../runner/operation';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

const LABEL = 'Minimum Remaining Credits';

export const topUp: Operation = {
	option: {
		name: 'Top Up',
		value: 'topUp',
		action: 'Top up subuser credits',
		description:
			'Raise a subuser’s remaining credits (balance, quota) to a minimum, and never lower them',
	},
	needs: [{ scope: 'subusers.credits.read' }, { scope: 'subusers.credits.remaining.update' }],
	target: subuser,
	description: [
		{
			displayName: LABEL,
			name: 'minimum',
			type: 'number',
			// Without a smallest value, which n8n 1 would enter automatically.
			default: '',
			required: true,
			placeholder: 'e.g. 1000',
			hint: digitsOnly('1000'),
			description:
				'Raises the remaining credits to this number. Adds nothing to a subuser that has more, or unlimited credits.',
		},
		dryRunField,
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const minimum = wholeNumber(param('minimum'), LABEL, 1);
	const dryRun = dryRunFrom(param);

	const before = await api.send(getCredits(target));

	const added = shortfall(minimum, before);
	const changed = added > 0;
	if (dryRun) {
		const expected = changed ? adjustedBy(added, before) : before;
		const summary = remainingSummary(before.remain, expected.remain);
		const call = changed ? patchRemaining(target, added) : undefined;
		return dryRunResult({ username: target }, { summary, own: { added }, call, expected, before });
	}

	const after = changed ? await add(api, target, { before, added, minimum }) : before;
	const summary = remainingSummary(before.remain, after.remain);
	const output = { username: target, summary, dry_run: false, changed, added };
	return {
		output: { ...output, ...after, before: { ...before } },
		effect: effectOf({ changed, dryRun }),
	};
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
