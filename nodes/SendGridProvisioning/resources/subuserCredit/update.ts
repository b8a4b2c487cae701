import {
	assertCreditsConfirmed,
	assertRefilled,
	creditsRequest,
	hasSetting,
} from '../../domain/credits';
import type { Credits, CreditsRequest } from '../../domain/credits';
import { flag } from '../../domain/values';
import { creditFields } from '../../fields/credits';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { getCredits, putCredits } from '../../sendgrid/subuserCredits';
import { effectOf } from '../../runner/operation';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const update: Operation = {
	option: {
		name: 'Update',
		value: 'update',
		action: 'Update subuser credits',
		description: 'Set how many emails a subuser may send',
	},
	needs: [{ scope: 'subusers.credits.read' }, { scope: 'subusers.credits.update' }],
	target: subuser,
	retryNote:
		'Retry On Fail is on: when an item fails, n8n runs all of them again, and each run resets these credits. Turn it off in the settings of this node, which retries whatever is safe to retry.',
	description: [...creditFields, dryRunField],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const request = creditsRequest({
		creditType: param('creditType'),
		resetFrequency: param('resetFrequency'),
		total: param('total'),
	});
	const always = request.type !== 'recurring' || flag(param('refill'), 'Refill');
	const dryRun = dryRunFrom(param);
	const output = { username: target, dry_run: dryRun };
	if (always && !dryRun) {
		const after = await send(api, target, request);
		if (request.type === 'recurring') assertRefilled(request.total, after);
		const addsUp = request.type !== 'unlimited';
		return { output: { ...output, ...after }, effect: 'updated', addsUp };
	}

	const before = await api.send(getCredits(target));
	const changed = always || !hasSetting(before, request);
	if (dryRun) {
		return { output: { ...output, changed, before: { ...before }, request }, effect: 'dry run' };
	}

	const after = changed ? await send(api, target, request) : before;
	return {
		output: { ...output, changed, before: { ...before }, ...after },
		effect: effectOf({ changed, dryRun }),
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
