import { outcomeOf } from '../domain/outcome';
import { assertDeleted } from '../domain/refusal';
import type { TryOutcome } from '../transport/client';

/**
 * Confirms a deletion. After an unclear answer, “not found” can mean that the customer was deleted, or
 * that the address is wrong: `look` finds the customer, or returns undefined.
 * @throws SendGridError where it isn't clear, Unconfirmed where the customer is still listed
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
