import type { Outcome } from '../domain/outcome';
import { PartlyApplied } from '../domain/partlyApplied';
import { Unchecked, Unconfirmed } from '../domain/refusal';
import type { Explanation } from '../transport/errors/explain';
import { isInDoubt } from '../transport/errors/failure';

/**
 * Adds to an error which other items had finished, what they created, and which may have been applied.
 * A node that fails has no output that shows this.
 */
export function withFinishedItems(
	explanation: Explanation,
	results: Array<{ outcome: Outcome<unknown>; created?: string } | undefined>,
	failedIndex: number,
): Explanation {
	if (results.length < 2) return explanation;
	const indicesWhere = (matches: (outcome: Outcome<unknown>) => boolean): number[] =>
		results.flatMap((result, index) =>
			result !== undefined && matches(result.outcome) ? [index] : [],
		);
	const finished = indicesWhere((outcome) => 'value' in outcome);
	const inDoubt = indicesWhere(
		(outcome) =>
			'error' in outcome &&
			(isInDoubt(outcome.error) ||
				outcome.error instanceof Unconfirmed ||
				outcome.error instanceof PartlyApplied ||
				outcome.error instanceof Unchecked),
	);
	const others = inDoubt.filter((index) => index !== failedIndex);
	const created = results.flatMap((result) => result?.created ?? []);
	const message = [
		explanation.message,
		...(finished.length === 0 ? [] : [`${counted(finished.length)} went through`]),
		...(others.length === 0 ? [] : [`${counted(others.length)} may have been applied`]),
	].join('; ');
	const description = [
		explanation.description,
		finished.length === 0
			? 'No item went through.'
			: `Items that went through, although the node has no output: ${ranges(finished)}.`,
		...(created.length === 0 ? [] : [`Created: ${listed(created)}.`]),
		...(inDoubt.length === 0 ? [] : [`May have been applied: ${ranges(inDoubt)}.`]),
	].join(' ');
	return { ...explanation, message, description };
}

function counted(others: number): string {
	return `${others.toLocaleString('en-US')} other ${others === 1 ? 'item' : 'items'}`;
}

/** More things created than this are summarized. */
const MAX_CREATED = 200;

function listed(created: string[]): string {
	const more = created.length - MAX_CREATED;
	const rest = more > 0 ? `; and ${more.toLocaleString('en-US')} more` : '';
	return created.slice(0, MAX_CREATED).join('; ') + rest;
}

/** More ranges than this are summarized. */
const MAX_RANGES = 50;

/** Writes indices as ranges, such as "0 to 41, 43", and summarizes the rest of a long list. */
export function ranges(indices: number[]): string {
	const runs: Array<[number, number]> = [];
	for (const index of indices) {
		const last = runs.at(-1);
		if (last !== undefined && last[1] === index - 1) last[1] = index;
		else runs.push([index, index]);
	}
	const listed = runs
		.slice(0, MAX_RANGES)
		.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`))
		.join(', ');
	const next = runs[MAX_RANGES]?.[0];
	if (next === undefined) return listed;
	const more = indices.filter((index) => index >= next).length;
	return `${listed} and ${more.toLocaleString('en-US')} more from ${next} on`;
}
