import { outcomeOf } from './outcome';

/** Part of an item's change was applied before the rest failed; `reason` is what the rest threw. */
export class PartlyApplied extends Error {
	override readonly name = 'PartlyApplied';
	constructor(
		readonly reason: unknown,
		/** What was applied, as in a summary. */
		readonly applied: string,
	) {
		super('PartlyApplied');
	}
}

/**
 * Does the rest of a change, so that its error says what was applied before: a node that fails has no
 * output that shows it. `applied` is undefined if nothing was.
 * @throws PartlyApplied if something was applied, or else what the rest throws
 */
export async function doRest<T>(applied: string | undefined, rest: () => Promise<T>): Promise<T> {
	const outcome = await outcomeOf(rest);
	if ('value' in outcome) return outcome.value;
	throw applied === undefined ? outcome.error : new PartlyApplied(outcome.error, applied);
}
