import { outcomeOf } from '../domain/outcome';
import { assertDeleted } from '../domain/refusal';
import type { Tried } from '../transport/client';

/**
 * Confirms a deletion. After an unclear answer, “not found” can mean that the customer was deleted, or
 * that the address is wrong: `look` finds the customer, or returns undefined.
 * @throws SendGridError where it isn't clear, Unconfirmed where the customer is still listed
 */
export async function confirmDeletion(
	outcome: Tried<true>,
	{ noun, look }: { noun: string; look: () => Promise<object | undefined> },
): Promise<void> {
	if ('done' in outcome) return;
	if (!outcome.echo) throw outcome.unknown;
	const found = await outcomeOf(look);
	if ('error' in found) throw outcome.unknown;
	assertDeleted(found.value, noun);
}
