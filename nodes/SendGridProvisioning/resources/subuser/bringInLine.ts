import type { IDataObject } from 'n8n-workflow';
import { assertEmailConfirmed, assertInRegion, isSameEmail } from '../../domain/newSubuser';
import type { FieldChange } from '../../domain/newSubuser';
import { doRest } from '../../domain/partlyApplied';
import { fieldSummary, wouldBe } from '../../domain/summaries';
import type { SubuserFields } from '../../fields/newSubuser';
import { patchStatus } from '../../sendgrid/subusers';
import type { Subuser } from '../../sendgrid/subusers';
import { getEmail, putEmail } from '../../sendgrid/users';
import { changeList } from '../../runner/changeList';
import { assertActsFor } from '../../sendgrid/identity';
import { effectOf } from '../../runner/operation';
import type { OperationContext, OperationResult } from '../../runner/operation';
import { ipListChange } from './ipListChange';

/** How a subuser should be, how it is, and whether to change nothing. */
interface Comparison {
	wanted: SubuserFields;
	found: Subuser;
	dryRun: boolean;
}

/**
 * Changes what differs of a subuser that exists; `context.target` is its name as SendGrid spells it.
 * @throws Refusal if it's in another region, SendGridError, or Unconfirmed
 */
export async function bringInLine(
	context: OperationContext,
	{ wanted, found, dryRun }: Comparison,
): Promise<OperationResult> {
	const { region, status, ips } = wanted;
	assertInRegion(region, found['region']);
	const updated: FieldChange[] = [];
	const next = async <T>(step: () => Promise<T>): Promise<T> =>
		await doRest(dryRun || updated.length === 0 ? undefined : fieldSummary(updated), step);
	const setStatus = async (only: typeof status): Promise<void> => {
		if (status === undefined || status !== only) return;
		updated.push(
			...(await next(async () => await updateStatus(context, { status, found, dryRun }))),
		);
	};
	// A disabled subuser may be refused what comes before, so it's enabled first and disabled last.
	await setStatus('enabled');
	const { email, change } = await next(
		async () => await updateEmail(context, { wanted, found, dryRun }),
	);
	updated.push(...change);
	if (ips !== undefined) {
		updated.push(...(await next(async () => await addIps(context, ips, dryRun))));
	}
	await setStatus('disabled');

	const changed = updated.length > 0;
	const emailDiffers = !isSameEmail(email, wanted.email);
	const keptEmail = emailDiffers && !wanted.updateEmail ? ' (its email address differs)' : '';
	const summary = `${fieldSummary(updated)}${keptEmail}`;
	const output = {
		username: found.username,
		summary: dryRun ? wouldBe(summary) : summary,
		email,
		email_differs: emailDiffers,
		region: found['region'] ?? region,
		created: false,
		changed,
		dry_run: dryRun,
		updated,
	};
	return { output: output as IDataObject, effect: effectOf({ changed, dryRun }) };
}

async function updateStatus(
	{ api, target }: OperationContext,
	{ status, found, dryRun }: { status: 'enabled' | 'disabled'; found: Subuser; dryRun: boolean },
): Promise<FieldChange[]> {
	const present = found['disabled'] === true ? 'disabled' : 'enabled';
	if (present === status) return [];
	if (!dryRun) await api.send(patchStatus(target, status === 'disabled'));
	return [{ field: 'status', from: present, to: status }];
}

/** Adds the addresses that the subuser doesn't have. */
async function addIps(
	context: OperationContext,
	ips: string[],
	dryRun: boolean,
): Promise<FieldChange[]> {
	const change = ipListChange(context.target, 'merge', ips);
	const { before, list, changed } = await changeList(context, change, {
		dryRun,
		confirmAfterMs: 0,
	});
	return changed ? [{ field: 'ips', from: before, to: list }] : [];
}

/**
 * Returns the email address that the subuser has afterwards. The list of subusers may show an old
 * one, so the subuser's own is read before it's changed, and again afterwards.
 */
async function updateEmail(
	context: OperationContext,
	{ wanted, found, dryRun }: Comparison,
): Promise<{ email: string; change: FieldChange[] }> {
	const { api, target } = context;
	const listedEmail = typeof found['email'] === 'string' ? found['email'] : '';
	if (!wanted.updateEmail || isSameEmail(listedEmail, wanted.email)) {
		return { email: listedEmail, change: [] };
	}
	await assertActsFor(context);
	const present = await api.send(getEmail(target));
	if (isSameEmail(present, wanted.email)) return { email: present, change: [] };
	const change: FieldChange[] = [{ field: 'email', from: present, to: wanted.email }];
	if (dryRun) return { email: present, change };
	await api.send(putEmail(target, wanted.email));
	const email = await doRest(fieldSummary(change), async () => await api.send(getEmail(target)));
	assertEmailConfirmed(wanted.email, email);
	return { email, change };
}
