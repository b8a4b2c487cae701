import { flag } from '../../domain/values';
import { newOfferingFields, newOfferingsFrom } from '../../fields/offerings';
import { profileField, profileFrom } from '../../fields/profile';
import { createAccount } from '../../sendgrid/accounts';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create account',
		description: 'Create a customer account with its package and add-ons',
	},
	needs: ['reseller agreement'],
	onceOnly: true,
	onceKey: {},
	description: [
		...newOfferingFields,
		{
			displayName: 'Test Account',
			name: 'testAccount',
			type: 'boolean',
			default: false,
			description:
				'Whether to create an account for trying things out. It gets no dedicated IP and sends at most 100 emails a day, whatever its offerings, and can never become an ordinary account.',
		},
		profileField,
	],
	execute,
};

async function execute({ api, param }: OperationContext): Promise<OperationResult> {
	const offerings = newOfferingsFrom(param);
	const profile = profileFrom(param('profile'));
	const test = flag(param('testAccount'), 'Test Account');
	const output = await api.send(createAccount({ profile, offerings, test }));
	return { output, effect: 'updated' };
}
