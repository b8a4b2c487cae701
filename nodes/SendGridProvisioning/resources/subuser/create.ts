import type { IDataObject } from 'n8n-workflow';
import { outcomeOf } from '../../domain/outcome';
import { ipsOrNone } from '../../domain/ips';
import { assertSubuserConfirmed } from '../../domain/newSubuser';
import { oneOf, secret, text } from '../../domain/values';
import { newSubuser, newSubuserFields } from '../../fields/newSubuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { REGIONS, createSubuser } from '../../sendgrid/subusers';
import type { NewSubuser, Subuser } from '../../sendgrid/subusers';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create subuser',
		description: 'Create a subuser; it has unlimited credits until you update them',
	},
	needs: [{ scope: 'subusers.create' }, { scope: 'subusers.read' }],
	target: newSubuser,
	onceOnly: 'unlessKeyed',
	onceKey: {},
	description: newSubuserFields,
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
	const outcome = await api.trySend(createSubuser(wanted));
	if ('done' in outcome) {
		assertSubuserConfirmed(wanted, outcome.done);
		return {
			output: { ...outcome.done, username: wanted.username } as IDataObject,
			effect: 'updated',
		};
	}
	const found = await outcomeOf(async () => await subuserNamed(api, wanted.username));
	if ('error' in found || !isMadeAs(wanted, found.value)) throw outcome.unknown;
	assertSubuserConfirmed(wanted, found.value);
	const { id, username, email, region } = found.value;
	return { output: { username, user_id: id, email, region } as IDataObject, effect: 'updated' };
}

/** Whether an unanswered try has made it: the email must be the one asked for, too. */
function isMadeAs(wanted: NewSubuser, found: Subuser | undefined): found is Subuser {
	return String(found?.['email']).toLowerCase() === wanted.email.toLowerCase();
}
