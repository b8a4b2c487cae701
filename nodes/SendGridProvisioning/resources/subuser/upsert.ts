import type { IDataObject } from 'n8n-workflow';
import type { FieldChange } from '../../domain/newSubuser';
import { doRest } from '../../domain/partlyApplied';
import { fieldSummary, newSubuserSummary } from '../../domain/summaries';
import { secret } from '../../domain/values';
import { dryRunField, dryRunFrom } from '../../fields/dryRun';
import {
	perhapsNewSubuser,
	perhapsNewSubuserFields,
	subuserFrom,
	updateFieldsField,
} from '../../fields/newSubuser';
import type { SubuserFields } from '../../fields/newSubuser';
import { subuserNamed } from '../../sendgrid/subuserPages';
import { patchStatus } from '../../sendgrid/subusers';
import type { NewSubuser } from '../../sendgrid/subusers';
import { effectOf } from '../../runner/operation';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';
import { bringInLine } from './bringInLine';
import { createOrFind } from './createOrFind';

export const upsert: Operation = {
	option: {
		name: 'Create or Update',
		value: 'upsert',
		action: 'Create or update subuser',
		description: 'Create a new record, or update the current one if it already exists (upsert)',
	},
	needs: [
		{ scope: 'ips.read' },
		{ scope: 'subusers.create' },
		{ scope: 'subusers.read' },
		{ scope: 'subusers.update' },
		{ scope: 'user.email.read' },
		{ scope: 'user.email.update' },
		{ scope: 'user.username.read' },
	],
	target: perhapsNewSubuser,
	description: [...perhapsNewSubuserFields, updateFieldsField, dryRunField],
	execute,
};

async function execute(context: OperationContext): Promise<OperationResult> {
	const { api, target, param } = context;
	const wanted = subuserFrom(param);
	const dryRun = dryRunFrom(param);
	const found = await subuserNamed(api, target);
	return found === undefined
		? await create(context, wanted, dryRun)
		: await bringInLine({ ...context, target: found.username }, { wanted, found, dryRun });
}

async function create(
	{ api, target, param }: OperationContext,
	{ email, ips, region, status }: SubuserFields,
	dryRun: boolean,
): Promise<OperationResult> {
	const password = secret(
		param('password'),
		'Password',
		'Fill in Password: the subuser doesn’t exist yet, and a new one requires it.',
	);
	const given = { username: target, email, password, region };
	const subuser: NewSubuser = { ...given, ...(ips === undefined ? {} : { ips }) };
	const created: Record<string, unknown> = dryRun ? {} : await createOrFind(api, subuser);
	const updated: FieldChange[] = [];
	if (status === 'disabled') {
		if (!dryRun) {
			await doRest('created', async () => await api.send(patchStatus(target, true)));
		}
		updated.push({ field: 'status', from: 'enabled', to: 'disabled' });
	}

	const summary = [
		newSubuserSummary(subuser, dryRun),
		...(updated.length > 0 ? [fieldSummary(updated)] : []),
	].join('; ');
	const output = {
		username: target,
		summary,
		email,
		email_differs: false,
		region: created['region'] ?? region,
		created: true,
		changed: true,
		dry_run: dryRun,
		updated,
	};
	return { output: output as IDataObject, effect: effectOf({ changed: true, dryRun }) };
}
