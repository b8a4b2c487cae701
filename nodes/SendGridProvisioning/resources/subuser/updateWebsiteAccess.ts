import { oneOf } from '../../domain/values';
import { subuser } from '../../fields/subuser';
import { SWITCH } from '../../fields/switch';
import { patchWebsiteAccess } from '../../sendgrid/subusers';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const updateWebsiteAccess: Operation = {
	option: {
		name: 'Update Website Access',
		value: 'updateWebsiteAccess',
		action: 'Update subuser website access',
		description: 'Let a subuser sign in to SendGrid’s website, or not',
	},
	needs: [{ scope: 'subusers.update' }],
	target: subuser,
	description: [
		{
			displayName: 'Website Access',
			name: 'websiteAccess',
			type: 'options',
			options: [
				{
					name: 'Disabled',
					value: 'disabled',
					description: 'The subuser cannot sign in; sending goes on',
				},
				{
					name: 'Enabled',
					value: 'enabled',
					description: 'The subuser can sign in to SendGrid’s website',
				},
			],
			default: 'enabled',
			description: 'Sending goes on either way',
		},
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const choice = oneOf(param('websiteAccess'), SWITCH, 'Website Access');
	await api.send(patchWebsiteAccess(target, choice === 'disabled'));
	return { output: { username: target, website_access: choice }, effect: 'updated' };
}
