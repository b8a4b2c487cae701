import type { IDataObject } from 'n8n-workflow';
import { outcomeOf } from '../../domain/outcome';
import { ipsOrNone } from '../../domain/ips';
import { assertNameFree, assertSubuserConfirmed } from '../../domain/newSubuser';
import { newSubuserSummary } from '../../domain/summaries';
import { oneOf, secret, text } from '../../domain/values';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { newSubuser, newSubuserFields } from '../../fields/newSubuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { REGIONS, createSubuser } from '../../sendgrid/subusers';
import type { NewSubuser, Subuser } from '../../sendgrid/subusers';
import type { SendGridError } from '../../transport/errors/failure';
import { dryRunResult } from '../../runner/dryRunResult';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create subuser',
		description: 'Create (add) a subuser, which has unlimited credits until you update them',
	},
	needs: [{ scope: 'subusers.create' }, { scope: 'subusers.read' }],
	target: newSubuser,
	onceOnly: true,
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

	const outcome = await api.trySend(call);
	const created =
		'done' in outcome ? outcome.done : await createdByLostCall(api, wanted, outcome.unknown);
	assertSubuserConfirmed(wanted, created);
	const output = { username: target, summary, dry_run: false, changed: true, ...created };
	return { output: { ...output, username: target } as IDataObject, effect: 'updated' };
}

/** What SendGrid's answer would have shown, if the subuser was created although no answer came. */
async function createdByLostCall(
	api: OperationContext['api'],
	wanted: NewSubuser,
	unknown: SendGridError,
): Promise<Record<string, unknown>> {
	const found = await outcomeOf(async () => await subuserNamed(api, wanted.username));
	if ('error' in found || !isCreatedAs(wanted, found.value)) throw unknown;
	const { id, username, email, region } = found.value;
	return { username, user_id: id, email, region };
}

/** Whether it is the subuser that was asked for: the email must be the same, too. */
function isCreatedAs(wanted: NewSubuser, found: Subuser | undefined): found is Subuser {
	return String(found?.['email']).toLowerCase() === wanted.email.toLowerCase();
}
