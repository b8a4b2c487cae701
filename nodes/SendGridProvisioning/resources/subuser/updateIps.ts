import {
	assertIpsConfirmed,
	assertIpsSendable,
	ipDifference,
	ipsFrom,
	withIpChange,
} from '../../domain/ips';
import { CHANGES } from '../../domain/offerings';
import { assertSubuserKnown } from '../../domain/refusal';
import { ipSummary } from '../../domain/summaries';
import { oneOf } from '../../domain/values';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { ipChangeField, ipsField } from '../../fields/ips';
import { subuser } from '../../fields/subuser';
import { allIps, putIps } from '../../sendgrid/subuserIps';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { effectOf } from '../../runner/operation';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

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
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const change = oneOf(param('change'), CHANGES, 'Change');
	const ips = ipsFrom(param('ips'), 'IPs');
	const dryRun = dryRunFrom(param);

	const before = await allIps(api, target);

	const wanted = withIpChange(before, change, ips);
	const difference = ipDifference(before, wanted);
	const changed = difference.added.length + difference.removed.length > 0;
	if (changed) assertIpsSendable(wanted);

	const sends = changed && !dryRun;
	// SendGrid also lists no IPs for an unknown subuser, and refuses only the PUT.
	if (before.length === 0 && !sends) assertSubuserKnown(await subuserNamed(api, target));
	const after = sends ? await send(api, target, wanted) : wanted;
	const output = {
		username: target,
		summary: ipSummary(difference),
		dry_run: dryRun,
		changed,
		...difference,
		ips: changed ? after : before,
		before,
	};
	return { output, effect: effectOf({ changed, dryRun }) };
}

async function send(
	api: OperationContext['api'],
	target: string,
	wanted: string[],
): Promise<string[]> {
	const answered = await api.send(putIps(target, wanted));
	assertIpsConfirmed(wanted, answered);
	return answered;
}
