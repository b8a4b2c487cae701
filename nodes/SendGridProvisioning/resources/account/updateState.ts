import { stateSummary } from '../../domain/summaries';
import { oneOf } from '../../domain/values';
import { account } from '../../fields/account';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import { getState, putState } from '../../sendgrid/accounts';
import { dryRunResult } from '../../runner/dryRunResult';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

const STATES = ['activated', 'deactivated'] as const;

export const updateState: Operation = {
	option: {
		name: 'Update State',
		value: 'updateState',
		action: 'Update account state',
		description:
			'Activate or deactivate (suspend, pause) an account. While deactivated, it sends nothing, but billing continues. Queued email is deleted, and tracked links in delivered email stop working.',
	},
	needs: ['reseller agreement'],
	target: account,
	description: [
		{
			displayName: 'State',
			name: 'state',
			type: 'options',
			options: [
				{
					name: 'Activated (Resume)',
					value: 'activated',
					description: 'The account can send email again. Deleted email doesn’t come back.',
				},
				{
					name: 'Deactivated (Pause)',
					value: 'deactivated',
					description: 'The account can’t send, and queued email is deleted. Billing continues.',
				},
			],
			default: 'activated',
			description:
				'State that the account should have. Only SendGrid sets three other states: suspended (no sending), banned (no access; subusers and IPs are removed), and indeterminate (ask SendGrid).',
		},
		{
			displayName:
				'Deactivated: sending and API keys stop, queued email is deleted, and tracked links in delivered email stop working. Billing continues.',
			name: 'deactivatedNotice',
			type: 'notice',
			default: '',
			displayOptions: { hide: { state: ['activated'] } },
		},
		dryRunField,
	],
	execute,
};

async function execute({ api, target, param }: OperationContext): Promise<OperationResult> {
	const state = oneOf(param('state'), STATES, 'State');
	const call = putState(target, state);
	if (dryRunFrom(param)) {
		const present = await api.send(getState(target));
		const summary = stateSummary(state, present);
		const changed = present !== state;
		return dryRunResult(
			{ account_id: target },
			{ summary, call, changed, before: { state: present } },
		);
	}

	await api.send(call);
	const summary = stateSummary(state);
	const output = { account_id: target, summary, dry_run: false, changed: true, state };
	return { output, effect: 'updated' };
}
