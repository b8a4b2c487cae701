import { adjustedBy, adjustmentFrom, assertAdjustable, assertAdjusted } from '../../domain/credits';
import { creditReductions } from '../../domain/reductions';
import { remainingSummary } from '../../domain/summaries';
import { digitsOnly } from '../../fields/credits';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { repeatNotice } from '../../fields/onceKey';
import { subuser } from '../../fields/subuser';
import { getCredits, patchRemaining } from '../../sendgrid/subuserCredits';
import { presentCredits } from './present';
import { dryRunResult } from '../../runner/dryRunResult';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const adjust: Operation = {
	option: {
		name: 'Adjust',
		value: 'adjust',
		action: 'Adjust subuser credits',
		description: 'Add to a subuser’s remaining credits (limit, balance, quota), or remove some',
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
			hint: digitsOnly('5000, or -5000 to remove credits'),
			description: 'Number of credits to add, or to remove if negative',
		},
		repeatNotice('adjustNotice', 'Each run adds or removes credits again.'),
		dryRunField,
	],
	execute,
};

const BELOW_ZERO =
	'More credits would be removed than remain. The dry run expects that 0 remain then; SendGrid doesn’t document it.';

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const adjustment = adjustmentFrom(param('adjustment'));
	const dryRun = dryRunFrom(param);

	const before = await api.send(getCredits(target));
	assertAdjustable(before);

	const call = patchRemaining(target, adjustment);
	if (dryRun) {
		const expected = adjustedBy(adjustment, before);
		const summary = remainingSummary(before.remain, expected.remain);
		const shown = { summary, own: { adjustment }, call, expected, before };
		return {
			...dryRunResult({ username: target }, shown),
			reduced: creditReductions(before, expected),
			notes: (before.remain ?? 0) + adjustment < 0 ? [BELOW_ZERO] : [],
		};
	}

	const after = await api.send(call);
	assertAdjusted(before, adjustment, after);
	const summary = remainingSummary(before.remain, after.remain);
	const output = { username: target, summary, dry_run: false, changed: true, adjustment };
	return {
		output: { ...output, ...after, before: { ...before } },
		effect: 'updated',
		reduced: creditReductions(before, after),
	};
}
