import { ipDifference, ipsFrom } from '../../domain/ips';
import { CHANGES } from '../../domain/offerings';
import { assertSubuserKnown } from '../../domain/refusal';
import { removals } from '../../domain/reductions';
import { ipSummary, wouldBe } from '../../domain/summaries';
import { oneOf } from '../../domain/values';
import { confirmAfterFrom, confirmAfterOption } from '../../fields/confirmAfter';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { ipChangeField, ipsField } from '../../fields/ips';
import { subuser } from '../../fields/subuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { changeList } from '../../runner/changeList';
import { effectOf } from '../../runner/operation';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';
import { ipListChange } from './ipListChange';

export const updateIps: Operation = {
	option: {
		name: 'Update IPs',
		value: 'updateIps',
		action: 'Update subuser IPs',
		description: 'Change which IP addresses (dedicated IPs) a subuser sends from',
	},
	needs: [{ scope: 'ips.read' }, { scope: 'subusers.read' }, { scope: 'subusers.update' }],
	target: subuser,
	description: [ipChangeField, ipsField, dryRunField],
	options: [confirmAfterOption],
	execute,
};

async function execute(context: OperationContext): Promise<OperationResult> {
	const { api, target, param } = context;
	const change = oneOf(param('change'), CHANGES, 'Change');
	const ips = ipsFrom(param('ips'), 'IPs');
	const dryRun = dryRunFrom(param);
	const confirmAfterMs = confirmAfterFrom(param);

	const { before, after, changed, list, confirm } = await changeList(
		context,
		ipListChange(target, change, ips),
		{ dryRun, confirmAfterMs },
	);

	// SendGrid also lists no IPs for an unknown subuser, and refuses only the PUT.
	const isSent = changed && !dryRun;
	if (before.length === 0 && !isSent) assertSubuserKnown(await subuserNamed(api, target));
	const difference = ipDifference(before, after);
	const summary = ipSummary(difference);
	const output = {
		username: target,
		summary: dryRun ? wouldBe(summary) : summary,
		dry_run: dryRun,
		changed,
		...difference,
		ips: list,
		before,
	};
	const reduced = removals(difference.removed);
	return { output, effect: effectOf({ changed, dryRun }), reduced, ...(confirm && { confirm }) };
}
