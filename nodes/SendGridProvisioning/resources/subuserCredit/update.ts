import type { IDataObject } from 'n8n-workflow';
import { assertCreditsConfirmed, creditsRequest, hasSetting } from '../../domain/credits';
import type { Credits, CreditsRequest } from '../../domain/credits';
import { flag } from '../../domain/values';
import { creditFields } from '../../fields/credits';
import { dryRunFrom, dryRunOptions } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { getCredits, putCredits } from '../../sendgrid/subuserCredits';
import type { Operation, OperationContext } from '../resource';

export const update: Operation = {
	option: {
		name: 'Update',
		value: 'update',
		action: 'Update subuser credits',
		description: 'Set how many emails a subuser may send',
	},
	needs: [{ scope: 'subusers.credits.read' }, { scope: 'subusers.credits.update' }],
	target: subuser,
	retryNote: {
		text: 'Retry On Fail is on: when an item fails, n8n runs all of them again, and each run hands these credits out again. Switch it off in the settings of this node; what is safe to repeat, the node repeats by itself.',
		// Where the credits were read first, nothing is sent the second time.
		concerns: (output) =>
			output['dry_run'] === false && !('changed' in output) && output['type'] !== 'unlimited',
	},
	description: [...creditFields, dryRunOptions()],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<IDataObject> {
	const request = creditsRequest({
		creditType: param('creditType'),
		resetFrequency: param('resetFrequency'),
		total: param('total'),
	});
	const always = request.type !== 'recurring' || flag(param('refill'), 'Refill');
	const dryRun = dryRunFrom(param);
	const output = { username: target, dry_run: dryRun };
	if (always && !dryRun) return { ...output, ...(await send(api, target, request)) };

	const before = await api.send(getCredits(target));
	const changed = always || !hasSetting(before, request);
	if (dryRun) return { ...output, changed, before: { ...before }, request };

	const after = changed ? await send(api, target, request) : before;
	return { ...output, changed, before: { ...before }, ...after };
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
