import type { IDataObject } from 'n8n-workflow';
import { attempt } from '../../domain/attempt';
import { ipsFrom } from '../../domain/ips';
import { oneOf, secret, text } from '../../domain/values';
import { ipsField } from '../../fields/ips';
import { subuserRegionField } from '../../fields/region';
import { subuser } from '../../fields/subuser';
import type { Target } from '../../fields/target';
import { allSubusers } from '../../sendgrid/subuserPages';
import { REGIONS, createSubuser } from '../../sendgrid/subusers';
import type { NewSubuser, Subuser } from '../../sendgrid/subusers';
import type { Operation, OperationContext } from '../resource';

/** The subuser does not exist yet, but errors and the order of items go by its name. */
const newSubuser: Target = {
	...subuser,
	field: {
		displayName: 'Username',
		name: 'username',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. birchwood-bakery',
		description: 'Unique in all of SendGrid',
	},
};

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create subuser',
		description: 'Create a subuser; it has unlimited credits until you update them',
	},
	needs: [{ scope: 'subusers.create' }, { scope: 'subusers.read' }],
	target: newSubuser,
	onceOnly: true,
	description: [
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. mail@birchwood-bakery.example',
			description: 'Where SendGrid writes to the subuser',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'With which the subuser signs in to SendGrid’s website',
		},
		{
			...ipsField,
			description:
				'The addresses that the subuser sends from, of those your account has, with commas between them',
		},
		subuserRegionField,
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<IDataObject> {
	const wanted: NewSubuser = {
		username: target,
		email: text(param('email'), 'Email'),
		password: secret(param('password'), 'Password'),
		ips: ipsFrom(param('ips'), 'IPs'),
		region: oneOf(param('region') ?? 'global', REGIONS, 'Region'),
	};
	const outcome = await api.attempt(createSubuser(wanted));
	if ('done' in outcome) return { ...outcome.done, username: wanted.username };
	const found = await attempt(async () => await find(api, wanted));
	if ('error' in found || found.value === undefined) throw outcome.unknown;
	const { id, username, email, region } = found.value;
	return { username, user_id: id, email, region } as IDataObject;
}

/** The subuser that an unanswered try has made: name and e-mail must both be the ones asked for. */
async function find(
	api: OperationContext['api'],
	wanted: NewSubuser,
): Promise<Subuser | undefined> {
	const { username } = wanted;
	const rows = await allSubusers(api, { username, limit: Infinity });
	return rows.find(
		(row) =>
			row.username.toLowerCase() === username.toLowerCase() &&
			String(row['email']).toLowerCase() === wanted.email.toLowerCase(),
	);
}
