import { assertInCatalog } from '../../domain/offerings';
import { newAccountSummary } from '../../domain/summaries';
import { flag } from '../../domain/values';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { repeatNotice } from '../../fields/onceKey';
import { newOfferingFields } from '../../fields/offeringInput';
import { newOfferingsFrom } from '../../fields/offerings';
import { profileField, profileFrom } from '../../fields/profile';
import { getCatalog } from '../../sendgrid/accountOfferings';
import { createAccount } from '../../sendgrid/accounts';
import { dryRunResult } from '../../runner/dryRunResult';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create account',
		description: 'Create (add, set up) a customer account with its package (plan) and add-ons',
	},
	needs: ['reseller agreement'],
	onceOnly: 'always',
	onceKey: {},
	description: [
		profileField,
		...newOfferingFields,
		{
			displayName: 'Test Account',
			name: 'testAccount',
			type: 'boolean',
			default: false,
			description:
				'Whether to create an account for tests. Regardless of its offerings, it has no dedicated IP and can send 100 emails a day. It can’t become a regular account later.',
		},
		repeatNotice('createAccountNotice', 'Each run creates another account.'),
		dryRunField,
	],
	execute,
};

async function execute({ api, param, cached }: OperationContext): Promise<OperationResult> {
	const offerings = newOfferingsFrom(param);
	const profile = profileFrom(param('profile'));
	const test = flag(param('testAccount'), 'Test Account');
	const dryRun = dryRunFrom(param);
	const call = createAccount({ profile, offerings, test });
	const summary = newAccountSummary(offerings, { test, dryRun });
	if (dryRun) {
		const catalog = await cached('catalog', async () => await api.send(getCatalog()));
		assertInCatalog(
			offerings,
			catalog.map(({ offering }) => offering),
		);
		return dryRunResult({}, { summary, call });
	}

	const { account_id } = await api.send(call);
	const output = { account_id, summary, dry_run: false, changed: true };
	return { output, effect: 'updated', created: `account ${account_id}` };
}
