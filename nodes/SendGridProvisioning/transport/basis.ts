import { outcomeOf } from '../domain/outcome';
import type { Call } from './call';
import { clock } from './clock';
import type { Failure } from './errors/failure';
import type { Permit } from './limit/requestQueue';

/**
 * How long a call may rely on a read. The longer it does, the later it can overwrite what another
 * process has changed in the meantime, and a check for overwrites can't wait forever.
 */
const BASIS_LIFETIME_MS = 2_000;
/** A list that SendGrid always takes longer to return isn't read more often: it won't get newer. */
const MOST_READS = 3;

/**
 * The call as it should be sent now that the rate limit admits it. If it relies on an old read, it's
 * decided again. It keeps its permit until then: otherwise, it could get old again in the queue. If
 * it can't be decided again, or is no longer needed, the permit is returned.
 * @param inDoubt the failure of an earlier attempt that may have been applied: that matters more than
 * what keeps the call from being decided again
 * @throws SendGridError or Refusal
 */
export async function upToDate<Result>(
	given: Call<Result>,
	permit: Permit,
	inDoubt: Failure | undefined,
): Promise<{ call: Call<Result> } | { result: Result } | { failure: Failure }> {
	let call = given;
	for (let reads = 0; reads < MOST_READS; reads += 1) {
		const { basis } = call;
		if (basis === undefined || clock.now() <= basis.readAt + BASIS_LIFETIME_MS) break;
		permit.countInFlight(false);
		const decided = await outcomeOf(async () => await basis.decideAgain(inDoubt !== undefined));
		permit.countInFlight(true);
		if ('value' in decided && 'call' in decided.value) {
			({ call } = decided.value);
			continue;
		}
		permit.lost();
		if ('value' in decided) return decided.value;
		if (inDoubt !== undefined) return { failure: inDoubt };
		throw decided.error;
	}
	return { call };
}
