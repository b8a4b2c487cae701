import { ipsFrom } from '../../domain/ips';
import { doRest } from '../../domain/partlyApplied';
import { removals } from '../../domain/reductions';
import { ipSummary } from '../../domain/summaries';
import { account } from '../../fields/account';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { accountIpsField } from '../../fields/ips';
import { MOST_IPS, allAccountIps, removeIps } from '../../sendgrid/accountIps';
import { confirmDeletion } from '../../runner/confirmDeletion';
import { dryRunResult } from '../../runner/dryRunResult';
import { effectOf } from '../../runner/operation';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

const LOST =
	'SendGrid doesn’t document whether you can get them back, or how this affects the IP add-on.';

export const remove: Operation = {
	option: {
		name: 'Remove',
		value: 'remove',
		action: 'Remove account IPs',
		description:
			'Remove (delete, release) dedicated IPs from an account. You may not get them back.',
	},
	needs: ['reseller agreement'],
	target: account,
	description: [accountIpsField, dryRunField],
	irreversible: LOST,
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const ips = ipsFrom(param('ips'), 'IPs');
	const before = (await allAccountIps(api, target)).map(({ ip }) => ip);
	const removed = ips.filter((ip) => before.includes(ip));
	const changed = removed.length > 0;
	const summary = ipSummary({ added: [], removed });
	if (dryRunFrom(param)) {
		const call = changed ? removeIps(target, removed) : undefined;
		return {
			...dryRunResult(
				{ account_id: target },
				{ summary, call, own: { removed }, before: { ips: before } },
			),
			reduced: removals(removed),
		};
	}

	for (let start = 0; start < removed.length; start += MOST_IPS) {
		const some = removed.slice(start, start + MOST_IPS);
		const applied =
			start === 0 ? undefined : ipSummary({ added: [], removed: removed.slice(0, start) });
		await doRest(applied, async () => {
			await confirmDeletion(await api.trySend(removeIps(target, some)), {
				noun: 'IP addresses',
				look: async () => (await allAccountIps(api, target)).find(({ ip }) => some.includes(ip)),
			});
		});
	}
	const output = { account_id: target, summary, dry_run: false, changed, removed };
	return { output, effect: effectOf({ changed, dryRun: false }), reduced: removals(removed) };
}
