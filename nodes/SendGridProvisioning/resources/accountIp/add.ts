import { addedSince, assertAdded } from '../../domain/accountIps';
import { outcomeOf } from '../../domain/outcome';
import { ipSummary } from '../../domain/summaries';
import { account } from '../../fields/account';
import { newIpFields, newIpsFrom } from '../../fields/accountIp';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { repeatNotice } from '../../fields/onceKey';
import { addIps, allAccountIps } from '../../sendgrid/accountIps';
import { dryRunResult } from '../../runner/dryRunResult';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const add: Operation = {
	option: {
		name: 'Add',
		value: 'add',
		action: 'Add account IPs',
		description:
			'Add (provision, assign) dedicated IPs to an account. SendGrid chooses the addresses.',
	},
	needs: ['reseller agreement'],
	target: account,
	onceOnly: 'unlessKeyed',
	onceKey: {},
	description: [
		...newIpFields,
		repeatNotice(
			'addNotice',
			'Each run adds other IPs. The IP add-on is set by Update account offerings: SendGrid doesn’t document how the two affect each other, or the bill.',
		),
		dryRunField,
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const wanted = newIpsFrom(param);
	const call = addIps(target, wanted);
	const before = await allAccountIps(api, target);
	if (dryRunFrom(param)) {
		const summary = `added ${wanted.count} ${wanted.count === 1 ? 'IP' : 'IPs'} in the ${wanted.region === 'eu' ? 'EU' : 'global'} region`;
		return dryRunResult({ account_id: target }, { summary, call, before: { ips: before } });
	}

	const outcome = await api.trySend(call);
	let added = 'done' in outcome ? outcome.done : undefined;
	if ('inDoubt' in outcome) {
		const now = await outcomeOf(async () => await allAccountIps(api, target));
		added = 'value' in now ? addedSince({ before, now: now.value }, wanted) : undefined;
		if (added === undefined) throw outcome.inDoubt;
	}
	assertAdded(wanted, added ?? []);
	const ips = (added ?? []).map(({ ip }) => ip);
	const output = {
		account_id: target,
		summary: ipSummary({ added: ips, removed: [] }),
		dry_run: false,
		changed: true,
		region: wanted.region,
		ips,
	};
	const created = `IPs ${ips.join(', ')} of account ${target}`;
	return { output, effect: 'updated', cumulative: true, created };
}
