import {
	OFFERING_CHANGES,
	assertNothingReduced,
	assertSendable,
	differenceBetween,
	isChange,
	withChange,
} from '../../domain/offerings';
import { assertConfirmed } from '../../domain/offeringAnswer';
import type { Offering, OfferingChange } from '../../domain/offerings';
import { assertNotIncreased, changedOfferings, undoneOfferings } from '../../domain/overwrites';
import { offeringReductions } from '../../domain/reductions';
import { offeringSummary, wouldBe } from '../../domain/summaries';
import { chosen, oneOf, pickedName } from '../../domain/values';
import { account } from '../../fields/account';
import { assertNoConfirm, confirmAfterFrom, confirmAfterOption } from '../../fields/confirmAfter';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { offeringChangeFrom, offeringFields } from '../../fields/offerings';
import { refuseRemovalsFrom, refuseRemovalsOption } from '../../fields/refuseRemovals';
import {
	getAccountOfferings,
	putAccountOfferings,
	putIncreasedOfferings,
} from '../../sendgrid/accountOfferings';
import type { Subject } from '../../transport/callTraits';
import { changeList } from '../../runner/changeList';
import type { ListChange } from '../../runner/changeList';
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
	onceOnly: (param) => (param('change') === 'increase' ? 'unlessKeyed' : false),
	onceKey: {},
	description: [...offeringFields, dryRunField],
	options: [refuseRemovalsOption, confirmAfterOption],
	execute,
};

async function execute(context: OperationContext): Promise<OperationResult> {
	const { target, param } = context;
	const kind = oneOf(param('change'), [...OFFERING_CHANGES, 'match'], 'Change');
	const asked =
		kind === 'match'
			? { pattern: patternFrom(param('matchAccount')) }
			: offeringChangeFrom(kind, param);
	const dryRun = dryRunFrom(param);
	const refuseRemovals = refuseRemovalsFrom(param);
	const confirmAfterMs = confirmAfterFrom(param);
	if (kind === 'increase') assertNoConfirm(confirmAfterMs);

	const { before, after, changed, list, confirm } = await changeList(
		context,
		offeringListChange(context, { asked, refuseRemovals }),
		{ dryRun, confirmAfterMs },
	);
	const summary = offeringSummary(before, after);
	const output = {
		account_id: target,
		summary: dryRun ? wouldBe(summary) : summary,
		dry_run: dryRun,
		changed,
		...differenceBetween(before, after),
		offerings: list,
		before,
	};
	const reduced = offeringReductions(before, after);
	return { output, effect: effectOf({ changed, dryRun }), reduced, ...(confirm && { confirm }) };
}

function offeringListChange(
	{ api, target }: OperationContext,
	{ asked, refuseRemovals }: { asked: Asked; refuseRemovals: boolean },
): ListChange<Offering[]> {
	const increases = 'change' in asked && asked.change === 'increase';
	return {
		read: async (reading) => await reading.send(getAccountOfferings(target)),
		decide: async (read, earlier) => {
			const change = 'pattern' in asked ? await exactlyAs(api, asked.pattern) : asked;
			const before = await read();
			if (earlier !== undefined) assertNotIncreased(change, { before: earlier, now: before });
			const after = withChange(before, change);
			const difference = differenceBetween(before, after);
			if (isChange(difference)) assertSendable(after);
			if (refuseRemovals) assertNothingReduced(difference);
			return { before, after };
		},
		put: (list) => (increases ? putIncreasedOfferings : putAccountOfferings)(target, list),
		assertConfirmed: (sent, answered) => assertConfirmed(sent, answered, { cumulative: increases }),
		changed: changedOfferings,
		undone: undoneOfferings,
	};
}

/** A change, or the account whose offerings to copy. */
type Asked = OfferingChange | { pattern: Subject };

function patternFrom(choice: unknown): Subject {
	const value = chosen(choice, 'Account to Match');
	return { noun: account.noun, key: account.key, value, ...pickedName(choice, value) };
}

async function exactlyAs(api: OperationContext['api'], about: Subject): Promise<OfferingChange> {
	const offerings = await api.send({ ...getAccountOfferings(about.value), about });
	return { change: 'replace', offerings };
}
