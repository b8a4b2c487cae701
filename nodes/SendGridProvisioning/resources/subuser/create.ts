import type { IDataObject } from 'n8n-workflow';
import { ipsOrNone } from '../../domain/ips';
import { assertNameFree } from '../../domain/newSubuser';
import { newSubuserSummary } from '../../domain/summaries';
import { oneOf, secret, text } from '../../domain/values';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { newSubuser, newSubuserFields } from '../../fields/newSubuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { REGIONS } from '../../domain/regions';
import { createSubuser } from '../../sendgrid/subusers';
import type { NewSubuser } from '../../sendgrid/subusers';
import { dryRunResult } from '../../runner/dryRunResult';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';
import { createOrFind } from './createOrFind';

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create subuser',
		description: 'Create (add) a subuser, which has unlimited credits until you update them',
	},
	needs: [{ scope: 'subusers.create' }, { scope: 'subusers.read' }],
	target: newSubuser,
	onceOnly: 'unlessKeyed',
	onceKey: {},
	description: [...newSubuserFields, dryRunField],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const ips = ipsOrNone(param('ips'), 'IPs');
	const wanted: NewSubuser = {
		username: target,
		email: text(param('email'), 'Email'),
		password: secret(param('password'), 'Password'),
		...(ips === undefined ? {} : { ips }),
		region: oneOf(param('region') ?? 'global', REGIONS, 'Region'),
	};
	const call = createSubuser(wanted);
	const dryRun = dryRunFrom(param);
	const summary = newSubuserSummary(wanted, dryRun);
	if (dryRun) {
		assertNameFree(await subuserNamed(api, target));
		return dryRunResult({ username: target }, { summary, call });
	}

	const created = await createOrFind(api, wanted);
	const output = { username: target, summary, dry_run: false, changed: true, ...created };
	return { output: { ...output, username: target } as IDataObject, effect: 'updated' };
}
