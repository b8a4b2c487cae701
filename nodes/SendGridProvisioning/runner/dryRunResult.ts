import type { IDataObject } from 'n8n-workflow';
import { wouldBe } from '../domain/summaries';
import type { Call } from '../transport/call';
import { effectOf } from './operation';
import type { OperationResult } from './operation';

/** What a dry run found out. */
export interface DryRun {
	summary: string;
	/** What the operation's own output has besides. */
	own?: IDataObject;
	/** What would be sent; left out if nothing would be. */
	call?: Call<unknown> | undefined;
	/** Whether it would change anything; if left out, whether something would be sent. */
	changed?: boolean;
	/** The customer as it would be afterwards, where that's known. */
	expected?: object;
	/** The customer as it was read, if there was something to read. */
	before?: object;
}

/** The result of a dry run that shows the request itself. `customer` is the key that names it. */
export function dryRunResult(customer: IDataObject, dryRun: DryRun): OperationResult {
	const { summary, own, call, expected, before } = dryRun;
	const { changed = call !== undefined } = dryRun;
	const output = {
		...customer,
		summary: wouldBe(summary),
		dry_run: true,
		changed,
		...own,
		request: call === undefined ? null : bodyShown(call),
		...(expected && { expected: { ...expected } }),
		...(before && { before: { ...before } }),
	};
	return { output, effect: effectOf({ changed, dryRun: true }) };
}

/** A call's body without what the call keeps secret. */
function bodyShown({ body, secrets = [] }: Call<unknown>): Record<string, unknown> {
	const entries: Array<[string, unknown]> = Object.entries(body ?? {});
	return Object.fromEntries(
		entries.filter(([, value]) => typeof value !== 'string' || !secrets.includes(value)),
	);
}
