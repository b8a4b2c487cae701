import type { Outcome } from '../domain/outcome';
import { Unchecked, Unconfirmed } from '../domain/refusal';
import type { Explanation } from '../transport/errors/explain';
import { isInDoubt } from '../transport/errors/failure';

/**
 * Adds which other items had gone through when the node stopped, and which may have: SendGrid has
 * applied them, but the node has no output for them.
 */
export function withFinished(
	explanation: Explanation,
	results: Array<{ outcome: Outcome<unknown> } | undefined>,
	failedIndex: number,
): Explanation {
	if (results.length < 2) return explanation;
	const thoseWhose = (fits: (outcome: Outcome<unknown>) => boolean): number[] =>
		results.flatMap((result, index) =>
			result !== undefined && fits(result.outcome) ? [index] : [],
		);
	const finished = thoseWhose((outcome) => 'value' in outcome);
	const doubtful = thoseWhose(
		(outcome) =>
			'error' in outcome &&
			(isInDoubt(outcome.error) ||
				outcome.error instanceof Unconfirmed ||
				outcome.error instanceof Unchecked),
	);
	const others = doubtful.filter((index) => index !== failedIndex);
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
		...(doubtful.length === 0 ? [] : [`May have been applied: ${ranges(doubtful)}.`]),
	].join(' ');
	return { ...explanation, message, description };
}

function counted(others: number): string {
	return `${others.toLocaleString('en-US')} other ${others === 1 ? 'item' : 'items'}`;
}

/** An error's text has room for so many; the rest is summarized. */
const MOST_RANGES = 50;

/** Indices as ranges, such as "0 to 41, 43"; of very many the first. */
export function ranges(indices: number[]): string {
	const runs: Array<[number, number]> = [];
	for (const index of indices) {
		const last = runs.at(-1);
		if (last !== undefined && last[1] === index - 1) last[1] = index;
		else runs.push([index, index]);
	}
	const written = runs
		.slice(0, MOST_RANGES)
		.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`))
		.join(', ');
	const next = runs[MOST_RANGES]?.[0];
	if (next === undefined) return written;
	const more = indices.filter((index) => index >= next).length;
	return `${written} and ${more.toLocaleString('en-US')} more from ${next} on`;
}
