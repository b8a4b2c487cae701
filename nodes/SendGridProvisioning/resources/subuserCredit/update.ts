import {
	assertCreditsConfirmed,
	assertRefilled,
	creditsAfter,
	creditsRequest,
	hasSetting,
} from '../../domain/credits';
import type { Credits, CreditsRequest } from '../../domain/credits';
import { creditReductions } from '../../domain/reductions';
import { balanceSummary, creditSummary, wouldBe } from '../../domain/summaries';
import { flag } from '../../domain/values';
import { REFILL, creditFields } from '../../fields/credits';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { getCredits, putCredits } from '../../sendgrid/subuserCredits';
import { effectOf } from '../../runner/operation';
import { presentCredits } from './present';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const update: Operation = {
	option: {
		name: 'Update',
		value: 'update',
		action: 'Update subuser credits',
		description: 'Set a subuser’s credits: how many emails (limit, quota) it can send',
	},
	needs: [{ scope: 'subusers.credits.read' }, { scope: 'subusers.credits.update' }],
	target: subuser,
	onceKey: { present: presentCredits },
	retryNote:
		'Retry On Fail is on: when an item fails, n8n runs all of them again, and each run resets these credits. Turn it off in the settings of this node, which retries whatever is safe to retry.',
	description: [...creditFields, dryRunField],
	execute,
};

/** The limit before isn't read, so the hint can't name it. */
const NO_LIMIT =
	'Credits were set to unlimited: they no longer limit what these subusers can send.';

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const request = creditsRequest({
		creditType: param('creditType'),
		resetFrequency: param('resetFrequency'),
		total: param('total'),
	});
	const refill = request.type === 'recurring' && flag(param('refill'), REFILL);
	const always = refill || request.type !== 'recurring';
	const dryRun = dryRunFrom(param);
	if (always && !dryRun) {
		const after = await send(api, target, request);
		if (request.type === 'recurring') assertRefilled(request.total, after);
		const cumulative = request.type !== 'unlimited';
		const summary = creditSummary(request, { refill });
		const output = { username: target, summary, dry_run: false, changed: true, ...after };
		return { output, effect: 'updated', cumulative, notes: cumulative ? [] : [NO_LIMIT] };
	}

	const before = await api.send(getCredits(target));
	const changed = always || !hasSetting(before, request);
	const setting = creditSummary(request, { before, refill });
	const effect = effectOf({ changed, dryRun });
	if (dryRun) {
		const expected = changed ? creditsAfter(request) : before;
		const summary = setting + balanceSummary(expected, before);
		const output = { username: target, summary: wouldBe(summary), dry_run: true, changed, request };
		return {
			output: { ...output, expected: { ...expected }, before: { ...before } },
			effect,
			reduced: creditReductions(before, expected),
		};
	}

	const after = changed ? await send(api, target, request) : before;
	const summary = changed ? setting + balanceSummary(after, before) : setting;
	const output = { username: target, summary, dry_run: false, changed };
	return {
		output: { ...output, ...after, before: { ...before } },
		effect,
		reduced: creditReductions(before, after),
	};
}

async function send(
	api: OperationContext['api'],
	target: string,
	request: CreditsRequest,
): Promise<Credits> {
	const credits = await api.send(putCredits(target, request));
	assertCreditsConfirmed(request, credits);
	return credits;
}
