import type { IDataObject } from 'n8n-workflow';
import {
	assertIpsConfirmed,
	assertIpsSendable,
	ipDifference,
	ipsFrom,
	withIpChange,
} from '../../domain/ips';
import { CHANGES } from '../../domain/offerings';
import { oneOf } from '../../domain/values';
import { dryRunFrom, dryRunOptions } from '../../fields/dryRun';
import { ipsField } from '../../fields/ips';
import { subuser } from '../../fields/subuser';
import { getIps, putIps } from '../../sendgrid/subusers';
import type { Operation, OperationContext } from '../resource';

export const updateIps: Operation = {
	option: {
		name: 'Update IPs',
		value: 'updateIps',
		action: 'Update subuser IPs',
		description: 'Change the IP addresses that a subuser sends from',
	},
	needs: [{ scope: 'ips.read' }, { scope: 'subusers.update' }],
	target: subuser,
	description: [
		{
			displayName: 'Change',
			name: 'change',
			type: 'options',
			options: [
				{ name: 'Add', value: 'merge', description: 'The present addresses stay' },
				{ name: 'Remove', value: 'remove', description: 'The other addresses stay' },
				{
					name: 'Replace All',
					value: 'replace',
					description: 'The subuser gets exactly these addresses',
				},
			],
			default: 'merge',
			description: 'What to do with the addresses below',
		},
		ipsField,
		dryRunOptions,
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<IDataObject> {
	const change = oneOf(param('change'), CHANGES, 'Change');
	const ips = ipsFrom(param('ips'), 'IPs');
	const dryRun = dryRunFrom(param);

	const before = await api.send(getIps(target));

	const wanted = withIpChange(before, change, ips);
	const { added, removed } = ipDifference(before, wanted);
	const changed = added.length + removed.length > 0;
	if (changed) assertIpsSendable(wanted);

	if (changed && !dryRun) assertIpsConfirmed(wanted, await api.send(putIps(target, wanted)));
	return { username: target, dry_run: dryRun, changed, before, ips: wanted, added, removed };
}
