import { assertBrandingConfirmed, matching } from '../../domain/branding';
import type { Branding, WantedBranding } from '../../domain/branding';
import { outcomeOf } from '../../domain/outcome';
import { brandingSummary } from '../../domain/summaries';
import { allBrandings, assignedBrandings, createBranding } from '../../sendgrid/brandings';
import type { BrandingKind } from '../../sendgrid/brandings';
import { dryRunResult } from '../../runner/dryRunResult';
import { effectOf } from '../../runner/operation';
import type { OperationContext, OperationResult } from '../../runner/operation';
import { brandingOutput } from './output';

/** What to find or create, and whether to create nothing. */
export interface BrandingRequest {
	wanted: WantedBranding;
	/** The body of the request that creates it. */
	body: { domain: string };
	dryRun: boolean;
}

/**
 * Returns the subuser's domain or link branding that is as wanted, or else one that the parent account
 * has assigned to it. Creates it if there is none. After a lost response, it looks again.
 */
export async function findOrCreate(
	context: OperationContext,
	kind: BrandingKind,
	{ wanted, body, dryRun }: BrandingRequest,
): Promise<OperationResult> {
	const { api, target } = context;
	const own = matching(await allBrandings(context, kind), wanted);
	const assigned =
		own === undefined ? matching(await assignedBrandings(api, kind, target), wanted) : undefined;
	const found = own ?? assigned;
	const result = (branding: Branding, created: boolean): OperationResult => {
		const name = nameOf(branding);
		const state = { created, assigned: assigned !== undefined, valid: branding.valid };
		const flags = {
			summary: brandingSummary(name, state),
			dry_run: dryRun,
			changed: created,
			created,
			assigned: state.assigned,
		};
		const output = brandingOutput(kind, target, branding, flags);
		return { output, effect: effectOf({ changed: created, dryRun }) };
	};
	if (found !== undefined) return result(found, false);

	const call = createBranding(kind, target, body);
	if (dryRun) {
		const summary = `would be created: ${nameOf(wanted)}`;
		return dryRunResult({ username: target }, { summary, call, own: { created: false } });
	}
	const outcome = await api.trySend(call);
	if ('done' in outcome) {
		assertBrandingConfirmed(wanted, outcome.done, target);
		return result(outcome.done, true);
	}
	const rows = await outcomeOf(async () => await allBrandings(context, kind));
	const created = 'value' in rows ? matching(rows.value, wanted) : undefined;
	if (created === undefined) throw outcome.inDoubt;
	return result(created, true);
}

function nameOf({ domain, subdomain }: { domain: string; subdomain?: string | undefined }): string {
	return subdomain === undefined || subdomain === '' ? domain : `${subdomain}.${domain}`;
}
