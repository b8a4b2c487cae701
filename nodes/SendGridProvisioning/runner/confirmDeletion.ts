import { outcomeOf } from '../domain/outcome';
import { assertDeleted } from '../domain/refusal';
import type { TryOutcome } from '../transport/client';

/**
 * Confirms a deletion. If a retry is answered “not found”, either an earlier attempt deleted the
 * customer, or the address is wrong. `look` returns the customer, or undefined if it's gone.
 * @throws SendGridError if that stays in doubt, Unconfirmed if the customer is still listed
 */
export async function confirmDeletion(
	outcome: TryOutcome<true>,
	{ noun, look }: { noun: string; look: () => Promise<object | undefined> },
): Promise<void> {
	if ('done' in outcome) return;
	if (!outcome.seemsDone) throw outcome.inDoubt;
	const found = await outcomeOf(look);
	if ('error' in found) throw outcome.inDoubt;
	assertDeleted(found.value, noun);
}
