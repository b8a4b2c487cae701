import {
	CHANGES,
	assertConfirmed,
	assertNothingTaken,
	assertSendable,
	differenceBetween,
	isChange,
	withChange,
} from '../../domain/offerings';
import type { Offering, OfferingChange } from '../../domain/offerings';
import { offeringSummary } from '../../domain/summaries';
import { chosen, oneOf } from '../../domain/values';
import { account } from '../../fields/account';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { offeringChangeFrom, offeringFields } from '../../fields/offerings';
import { refuseRemovalsFrom, refuseRemovalsOption } from '../../fields/refuseRemovals';
import { getAccountOfferings, putAccountOfferings } from '../../sendgrid/accountOfferings';
import { effectOf } from '../../runner/operation';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const update: Operation = {
	option: {
		name: 'Update',
		value: 'update',
		action: 'Update account offerings',
		description:
			'Set the package (plan) and add-ons of an account: upgrade, downgrade, dedicated IPs',
	},
	needs: ['reseller agreement'],
	target: account,
	description: [...offeringFields, dryRunField],
	options: [refuseRemovalsOption],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const kind = oneOf(param('change'), [...CHANGES, 'match'], 'Change');
	const asked =
		kind === 'match'
			? { pattern: chosen(param('matchAccount'), 'Account to Match') }
			: offeringChangeFrom(kind, param);
	const dryRun = dryRunFrom(param);
	const refuseRemovals = refuseRemovalsFrom(param);

	const change = 'pattern' in asked ? await exactlyAs(api, asked.pattern) : asked;
	const before = await api.send(getAccountOfferings(target));

	const wanted = withChange(before, change);
	const difference = differenceBetween(before, wanted);
	const changed = isChange(difference);
	if (changed) assertSendable(wanted);
	if (refuseRemovals) assertNothingTaken(difference);

	const after = changed && !dryRun ? await send(api, target, wanted) : wanted;
	const output = {
		account_id: target,
		summary: offeringSummary(before, wanted),
		dry_run: dryRun,
		changed,
		...difference,
		offerings: changed ? after : before,
		before,
	};
	return { output, effect: effectOf({ changed, dryRun }) };
}

async function exactlyAs(api: OperationContext['api'], pattern: string): Promise<OfferingChange> {
	const about = { noun: account.noun, key: account.key, value: pattern };
	const offerings = await api.send({ ...getAccountOfferings(pattern), about });
	return { change: 'replace', offerings };
}

async function send(
	api: OperationContext['api'],
	target: string,
	wanted: Offering[],
): Promise<Offering[]> {
	const answered = await api.send(putAccountOfferings(target, wanted));
	assertConfirmed(wanted, answered);
	return answered;
}
