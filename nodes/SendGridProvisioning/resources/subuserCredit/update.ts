import type { IDataObject } from 'n8n-workflow';
import { assertCreditsConfirmed, creditsRequest, hasSetting } from '../../domain/credits';
import type { Credits, CreditsRequest } from '../../domain/credits';
import { flag } from '../../domain/values';
import { dryRunFrom, dryRunOptions } from '../../fields/dryRun';
import { subuser } from '../../fields/subuser';
import { getCredits, putCredits } from '../../sendgrid/subuserCredits';
import type { Operation, OperationContext } from '../resource';

/** Hidden, not shown, by type: of an expression without data yet the editor would show none. */
const recurringAlone = { hide: { creditType: ['nonrecurring', 'unlimited'] } };

export const update: Operation = {
	option: {
		name: 'Update',
		value: 'update',
		action: 'Update subuser credits',
		description: 'Set how many e-mails a subuser may send',
	},
	needs: [{ scope: 'subusers.credits.read' }, { scope: 'subusers.credits.update' }],
	target: subuser,
	retryNote: {
		text: 'Retry On Fail is on: when an item fails, n8n runs all of them again, and each run hands these credits out again. Switch it off in the settings of this node; what is safe to repeat, the node repeats by itself.',
		// Where the credits were read first, nothing is sent the second time.
		concerns: (output) =>
			output['dry_run'] === false && !('changed' in output) && output['type'] !== 'unlimited',
	},
	description: [
		{
			displayName: 'Credit Type',
			name: 'creditType',
			type: 'options',
			options: [
				{
					name: 'Nonrecurring',
					value: 'nonrecurring',
					description: 'A number of e-mails once, until they are used up',
				},
				{
					name: 'Recurring',
					value: 'recurring',
					description: 'A number of e-mails that is handed out again each day, week or month',
				},
				{ name: 'Unlimited', value: 'unlimited', description: 'No limit of its own' },
			],
			default: 'recurring',
			description:
				'How the subuser gets credits; one credit is one e-mail. A nonrecurring reset hands out the credits each time it runs: put a Remove Duplicates node before it where the same event can come twice.',
		},
		{
			displayName: 'Reset Frequency',
			name: 'resetFrequency',
			type: 'options',
			options: [
				{ name: 'Daily', value: 'daily' },
				{ name: 'Monthly', value: 'monthly' },
				{ name: 'Weekly', value: 'weekly' },
			],
			default: 'monthly',
			description: 'How often SendGrid hands out the credits again',
			displayOptions: recurringAlone,
		},
		{
			displayName: 'Total Credits',
			name: 'total',
			type: 'number',
			// No smallest value: n8n 1 would fill it in by itself.
			default: '',
			required: true,
			placeholder: 'e.g. 50000',
			description:
				'How many e-mails the subuser may send, until the next reset if credits are recurring',
			displayOptions: { hide: { creditType: ['unlimited'] } },
		},
		{
			displayName: 'Refill',
			name: 'refill',
			type: 'boolean',
			default: false,
			description:
				'Whether to hand out all credits again even if the subuser has this limit and frequency already. Off, such an item changes nothing, so an event that comes twice does no harm.',
			displayOptions: recurringAlone,
		},
		dryRunOptions,
	],
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
